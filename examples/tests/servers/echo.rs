use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use lifecycle_tests::driver::{Program, Running, Signal};

use super::address;

fn start() -> (Running, SocketAddr) {
    let running = Program::at(env!("CARGO_BIN_EXE_echo")).env("ECHO_PORT", "0").start();
    let at = address(&running, "echo ");
    (running, at)
}

fn line(stream: &TcpStream) -> String {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line
}

#[test]
fn lines_come_back_and_idle_connections_are_told_goodbye() {
    let (mut running, at) = start();
    let [mut talks, idle] = [(); 2].map(|()| TcpStream::connect(at).unwrap());
    talks.write_all(b"one\n").unwrap();
    assert_eq!(line(&talks), "one\n");

    // Half a line holds nothing up.
    talks.write_all(b"tw").unwrap();
    running.signal(Signal::TERM);
    for mut stream in [talks, idle] {
        let mut rest = String::new();
        stream.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "goodbye\n");
    }
    let ended = running.end();
    ended.exits(0);
    assert!(ended.elapsed < Duration::from_secs(2), "{ended:#?}");
}

#[test]
fn connections_that_stand_in_the_queue_are_answered() {
    let (mut running, at) = start();
    // A process that is stopped accepts nothing; the system lets clients connect all the same.
    running.signal(Signal::STOP);
    let mut queued: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(at).unwrap()).collect();
    for stream in &mut queued {
        stream.write_all(b"hello\n").unwrap();
    }
    running.signal(Signal::TERM);
    running.signal(Signal::CONT);
    for mut stream in queued {
        let mut all = String::new();
        stream.read_to_string(&mut all).unwrap();
        assert_eq!(all, "hello\ngoodbye\n");
    }
    running.end().exits(0);
}

#[test]
fn a_client_that_takes_no_answer_is_cut_and_counted() {
    let running = Program::at(env!("CARGO_BIN_EXE_echo")).env("ECHO_PORT", "0").timeout("1s").start();
    let mut deaf = TcpStream::connect(address(&running, "echo ")).unwrap();
    // More than the system keeps between the two.
    deaf.write_all("x".repeat(32 << 20).as_bytes()).unwrap();
    deaf.write_all(b"\n").unwrap();
    // The answer has begun, and will not get to its end.
    deaf.read_exact(&mut [0]).unwrap();
    let ended = running.end_by(Signal::TERM);
    ended.exits(3);
    assert_eq!(ended.report()["requests"]["lost"], 1, "{ended:#?}");
}

#[test]
fn a_port_that_is_taken_is_told_before_anything_is_served() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    Program::at(env!("CARGO_BIN_EXE_echo")).env("ECHO_PORT", &port).start().end().exits(69).error("port", "in use");
}
