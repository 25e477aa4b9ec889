use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use lifecycle_tests::driver::{Program, Running, Signal};
use tempfile::TempDir;

use super::{address, until_closed};

fn web(folder: &TempDir, port: &str) -> Program {
    let file = folder.path().join("guestbook.sqlite");
    let program = Program::at(env!("CARGO_BIN_EXE_web")).env("GUESTBOOK_PORT", port);
    // Nothing has to be told here.
    let program = program.env("GUESTBOOK_PROBES_PORT", "0");
    program.env("GUESTBOOK_FILE", file.to_str().unwrap()).phases("announce=0s")
}

fn start(folder: &TempDir) -> (Running, SocketAddr) {
    let running = web(folder, "0").start();
    let at = address(&running, "web http://");
    (running, at)
}

/// An answer to a request whose first part was sent already.
fn answer(mut stream: TcpStream, rest: &str) -> String {
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn ask(at: SocketAddr, request: &str) -> String {
    answer(TcpStream::connect(at).unwrap(), request)
}

fn read(at: SocketAddr) -> String {
    let answer = ask(at, "GET /entries HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n");
    answer.rsplit("\r\n").next().unwrap().to_owned()
}

#[test]
fn an_entry_under_way_is_written_and_is_there_after_the_next_start() {
    let folder = TempDir::new().unwrap();
    let (mut running, at) = start(&folder);
    let head = "POST /entries HTTP/1.1\r\nhost: web\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n";
    let mut late = TcpStream::connect(at).unwrap();
    late.write_all(head.as_bytes()).unwrap();
    // The word that the server has read the head, and waits for the body.
    let mut go_on = [0; 25];
    late.read_exact(&mut go_on).unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100 "), "{:?}", str::from_utf8(&go_on));

    running.signal(Signal::TERM);
    until_closed(at);
    assert!(answer(late, "hello").starts_with("HTTP/1.1 201 "));
    running.end().exits(0).outcome("guestbook", "stopped");

    let (running, at) = start(&folder);
    assert_eq!(read(at), r#"["hello"]"#);
    running.end_by(Signal::TERM).exits(0);
}

#[test]
fn a_port_that_is_taken_is_told_before_anything_is_served() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    web(&folder, &port).start().end().exits(69).error("http", "in use");
}
