//! What does not end by itself is cut when its time is over, counted as lost, and named.

use std::net::SocketAddr;
use std::time::Duration;

use lifecycle_http_tests::launch;
use lifecycle_tests::driver::Program;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::client::{Client, within_bounds};
use super::crowd::web_socket;
use super::{HARNESS, end_by_sigterm, probes};

/// The total of two seconds, and one for a busy machine.
const MOST: Duration = Duration::from_secs(3);

fn server() -> Program {
    launch::server(HARNESS, "ours").timeout("2s")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn web_sockets_that_hear_of_no_shutdown_are_cut_and_named() {
    let server = server().start();
    let address = launch::address(&server);
    let _sockets = [web_socket(address, "/ws-deaf").await, web_socket(address, "/ws-deaf").await];
    let ended = end_by_sigterm(server).await;
    ended.exits(3).tells("2 lost").tells("2 of `websocket`");
    assert_eq!(ended.report()["requests"]["lost"], 2, "{ended:#?}");
    assert!(ended.elapsed < MOST, "{ended:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_never_answers_is_cut_and_its_client_told() {
    let server = server().start();
    let mut client = Client::to(launch::address(&server)).await;
    let asked = tokio::spawn(async move { client.try_get("/hang").await.map(|answer| answer.status()) });
    probes::until(super::admin_address(&server), |state| state["in_flight_requests"] == 1).await;
    let ended = end_by_sigterm(server).await;
    ended.exits(3).tells("1 of `http`");
    let status = asked.await.expect("no panic").expect("an answer of the server itself");
    assert_eq!(status, 503);
    assert!(ended.elapsed < MOST, "{ended:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_takes_no_bytes_is_cut() {
    let server = server().start();
    let mut deaf = deaf_client(launch::address(&server)).await;
    let ended = end_by_sigterm(server).await;
    ended.exits(3).tells("1 of `http`");
    assert!(ended.elapsed < MOST, "{ended:#?}");
    // What was in the buffers, and no end of it.
    let mut rest = Vec::new();
    let _ = within_bounds(deaf.read_to_end(&mut rest)).await;
    assert!(!rest.ends_with(b"\r\n0\r\n\r\n"), "it came to its end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_whose_body_never_comes_to_its_end_is_cut() {
    let server = server().start();
    let address = launch::address(&server);
    let sending = tokio::spawn(send_slowly(address));
    probes::until(super::admin_address(&server), |state| state["in_flight_requests"] == 1).await;
    let ended = end_by_sigterm(server).await;
    ended.exits(3).tells("1 of `http`");
    assert!(ended.elapsed < MOST, "{ended:#?}");
    within_bounds(sending).await.expect("no panic");
}

/// A byte of the body now and then, as long as it is taken.
async fn send_slowly(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let head = b"POST /upload HTTP/1.1\r\nhost: here\r\ncontent-length: 1000000\r\n\r\n";
    stream.write_all(head).await.expect("it takes it");
    while stream.write_all(b"a").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks for more than buffers take, and reads only the first byte.
async fn deaf_client(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(b"GET /big?bytes=100000000&id=7 HTTP/1.1\r\nhost: here\r\n\r\n").await.expect("it takes it");
    within_bounds(stream.read_u8()).await.expect("an answer");
    stream
}
