//! Clients that take their answers slowly: all that the handler has given is still owed to them.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use h2::RecvStream;
use http_body_util::BodyExt;
use lifecycle_http_tests::{launch, server};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::client::{Client, within_bounds};
use super::{HARNESS, admin_address, end_by_sigterm, http2};

/// More than sockets and windows take.
const LENGTH: usize = 20_000_000;

/// The handler has given its whole answer at once, so that nothing of it runs any more.
fn whole_answer() -> String {
    format!("/work?bytes={LENGTH}&id=5")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_waits_for_its_reader_arrives_whole() {
    let server = launch::server(HARNESS, "ours").start();
    let (address, admin) = (launch::address(&server), admin_address(&server));
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("GET {} HTTP/1.1\r\nhost: here\r\n\r\n", whole_answer());
    stream.write_all(request.as_bytes()).await.expect("it takes it");
    let first = within_bounds(stream.read_u8()).await.expect("an answer");

    let ended = tokio::spawn(end_by_sigterm(server));
    within_bounds(until_new_work_is_stopped(admin)).await;
    let mut answer = vec![first];
    let end = within_bounds(stream.read_to_end(&mut answer)).await;
    let ended = ended.await.expect("no panic");
    assert!(answer.ends_with(&server::work(5, LENGTH)), "{} bytes, {end:?}: {ended:#?}", answer.len());
    ended.exits(0);
    assert_eq!(launch::requests(&ended.report()), (1, 0, 0), "{ended:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_waits_for_its_window_arrives_whole() {
    let server = launch::server(HARNESS, "ours").start();
    let (address, admin) = (launch::address(&server), admin_address(&server));
    let mut sender = http2::connect(address).await;
    let mut body = http2::begin(&mut sender, &whole_answer()).await;
    let first = within_bounds(body.data()).await.expect("a frame").expect("no error");

    let ended = tokio::spawn(end_by_sigterm(server));
    within_bounds(until_new_work_is_stopped(admin)).await;
    let bytes = within_bounds(rest(&mut body, first)).await;
    assert!(bytes == Ok(LENGTH), "{bytes:?} of {LENGTH}");
    let ended = ended.await.expect("no panic");
    ended.exits(0);
    assert_eq!(launch::requests(&ended.report()), (1, 0, 0), "{ended:#?}");
}

/// Until the server waits for nothing but what is under way, or is gone, which is too early.
async fn until_new_work_is_stopped(admin: SocketAddr) {
    while let Ok(stream) = TcpStream::connect(admin).await {
        let Ok(answer) = Client::over(stream).await.try_get("/lifecycle").await else { return };
        let Ok(state) = answer.into_body().collect().await else { return };
        let state: Value = serde_json::from_slice(&state.to_bytes()).expect("it is JSON");
        if state["phase"] == "complete_current" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Gives back what was taken, and takes the rest: how many bytes come before the end, or before an error?
async fn rest(body: &mut RecvStream, first: Bytes) -> Result<usize, usize> {
    let (mut frame, mut bytes) = (first, 0);
    loop {
        bytes += frame.len();
        body.flow_control().release_capacity(frame.len()).expect("it was taken");
        frame = match body.data().await {
            Some(Ok(frame)) => frame,
            Some(Err(_)) => return Err(bytes),
            None => return Ok(bytes),
        };
    }
}
