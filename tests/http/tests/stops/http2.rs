//! HTTP/2: many answers under way on one connection.

use std::net::SocketAddr;

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
        bodies.push(begin(&mut sender, id).await);
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

async fn connect(address: SocketAddr) -> SendRequest<Bytes> {
    let stream = TcpStream::connect(address).await.expect("it listens");
    let (sender, connection) = h2::client::handshake(stream).await.expect("it speaks HTTP/2");
    tokio::spawn(connection);
    sender
}

/// Asks for an answer that ends only after the signal, and waits for its head.
async fn begin(sender: &mut SendRequest<Bytes>, id: u64) -> RecvStream {
    let uri = format!("http://here/late?bytes={LENGTH}&ms=50&id={id}");
    let request = Request::get(uri).body(()).expect("a request");
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
            Ok(()) => tokio::time::sleep(std::time::Duration::from_millis(2)).await,
            Err(error) => {
                assert!(error.is_go_away() && error.is_remote(), "{error:?}");
                return assert_eq!(error.reason(), Some(Reason::NO_ERROR));
            }
        }
    }
}
