//! HTTP/2: many answers under way on one connection.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use h2::client::SendRequest;
use h2::{Reason, RecvStream};
use hyper::Request;
use lifecycle_http_tests::{launch, server};
use tokio::net::TcpStream;

use super::client::within_bounds;
use super::{HARNESS, end_by_sigterm};

const STREAMS: u64 = 50;
const LENGTH: usize = 64 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_under_way_arrive_whole_after_goaway() {
    let server = launch::server(HARNESS, "ours").start();
    let mut sender = connect(launch::address(&server)).await;
    let mut bodies = Vec::new();
    for id in 0..STREAMS {
        // It ends only after the signal.
        bodies.push(begin(&mut sender, &format!("/late?bytes={LENGTH}&ms=50&id={id}")).await);
    }
    let ended = tokio::spawn(end_by_sigterm(server));
    let goaway = within_bounds(says_goaway(sender));
    let bodies = bodies.into_iter().enumerate();
    let whole = join_all(bodies.map(|(id, body)| async move { (id as u64, within_bounds(whole(body)).await) }));
    let ((), bodies) = tokio::join!(goaway, whole);
    for (id, body) in bodies {
        assert_eq!(body, server::work(id, LENGTH), "answer {id}");
    }
    let ended = ended.await.expect("no panic");
    ended.exits(0);
    assert_eq!(launch::requests(&ended.report()), (STREAMS, 0, 0), "{ended:#?}");
}

/// A stream that is not read holds its connection: all that may be sent is under way, and is not taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_nobody_reads_is_cut() {
    let server = launch::server(HARNESS, "ours").timeout("2s").start();
    let mut sender = connect(launch::address(&server)).await;
    let mut body = begin(&mut sender, "/big?bytes=100000000").await;
    let first = within_bounds(body.data()).await.expect("a frame").expect("no error");
    assert!(!first.is_empty());
    let ended = end_by_sigterm(server).await;
    ended.exits(3).tells("1 of `http`");
    assert!(ended.elapsed < Duration::from_secs(3), "{ended:#?}");
    // Nothing is given back to the window: what has been sent comes, and then the end of the connection.
    while let Some(Ok(_)) = within_bounds(body.data()).await {}
}

pub(crate) async fn connect(address: SocketAddr) -> SendRequest<Bytes> {
    let stream = TcpStream::connect(address).await.expect("it listens");
    let (sender, connection) = h2::client::handshake(stream).await.expect("it speaks HTTP/2");
    tokio::spawn(connection);
    sender
}

/// Asks, and waits for the head of the answer.
pub(crate) async fn begin(sender: &mut SendRequest<Bytes>, path: &str) -> RecvStream {
    let request = Request::get(format!("http://here{path}")).body(()).expect("a request");
    *sender = within_bounds(sender.clone().ready()).await.expect("it takes requests");
    let (answer, _) = sender.send_request(request, true).expect("it takes requests");
    let answer = within_bounds(answer).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.into_body()
}

async fn whole(mut body: RecvStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.data().await {
        let frame = frame.expect("the answer goes on");
        body.flow_control().release_capacity(frame.len()).expect("it was taken");
        bytes.extend(frame);
    }
    bytes
}

/// The connection takes no more requests, since the server said so.
async fn says_goaway(mut sender: SendRequest<Bytes>) {
    loop {
        match std::future::poll_fn(|context| sender.poll_ready(context)).await {
            Ok(()) => tokio::time::sleep(Duration::from_millis(2)).await,
            Err(error) => {
                assert!(error.is_go_away() && error.is_remote(), "{error:?}");
                return assert_eq!(error.reason(), Some(Reason::NO_ERROR));
            }
        }
    }
}
