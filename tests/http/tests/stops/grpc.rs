//! gRPC calls of each kind.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use lifecycle_http_tests::launch;
use lifecycle_http_tests::server::Raw;
use tokio::sync::mpsc;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status, Streaming};

use super::client::within_bounds;
use super::{HARNESS, end_by_sigterm};

const ONCE: &str = "/test.Echo/Once";
const HANG: &str = "/test.Echo/Hang";
const REPEAT: &str = "/test.Echo/Repeat";
const TALK: &str = "/test.Echo/Talk";
const TALK_DEAF: &str = "/test.Echo/TalkDeaf";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_under_way_are_answered_and_streams_come_to_their_end() {
    let server = launch::server(HARNESS, "grpc").start();
    let address = launch::address(&server);
    let mut repeating = repeat(address, "again").await;
    let mut talk = Talk::begin(address, TALK).await;
    let unary = tokio::spawn(async move { once(address, ONCE, "one").await });
    server.wait_for("a call has begun");
    within_bounds(repeating.message()).await.expect("no error").expect("the first of ten");

    let ended = tokio::spawn(end_by_sigterm(server));
    let rest = within_bounds(repeating.map(|message| message.expect("no error")).collect::<Vec<_>>()).await;
    assert_eq!(rest, vec![Bytes::from("again"); 9]);
    assert!(within_bounds(talk.heard.message()).await.expect("a stream that hears of it ends well").is_none());
    assert_eq!(unary.await.expect("no panic").expect("an answer"), "one");
    let ended = ended.await.expect("no panic");
    ended.exits(0);
    assert_eq!(launch::requests(&ended.report()).1, 0, "{ended:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_hears_of_nothing_is_told_that_the_server_is_unavailable() {
    let server = launch::server(HARNESS, "grpc").timeout("2s").start();
    let mut talk = Talk::begin(launch::address(&server), TALK_DEAF).await;
    let ended = tokio::spawn(end_by_sigterm(server));
    let status = within_bounds(talk.heard.message()).await.expect_err("it does not end by itself");
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
    let ended = ended.await.expect("no panic");
    ended.exits(3).tells("1 of `grpc`");
    assert!(ended.elapsed < Duration::from_secs(3), "{ended:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_never_answered_is_told_that_the_server_is_unavailable() {
    let server = launch::server(HARNESS, "grpc").timeout("2s").start();
    let address = launch::address(&server);
    let call = tokio::spawn(async move { once(address, HANG, "anybody?").await });
    server.wait_for("a call has begun");
    let ended = end_by_sigterm(server).await;
    let status = call.await.expect("no panic").expect_err("it hangs");
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
    ended.exits(3).tells("1 of `grpc`");
}

async fn client(address: SocketAddr) -> Grpc<Channel> {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
    let mut client = Grpc::new(within_bounds(endpoint.connect()).await.expect("it listens"));
    client.ready().await.expect("it is connected");
    client
}

async fn once(address: SocketAddr, path: &'static str, message: &'static str) -> Result<Bytes, Status> {
    let mut client = client(address).await;
    let path = PathAndQuery::from_static(path);
    let answer = within_bounds(client.unary(Request::new(Bytes::from(message)), path, Raw)).await?;
    Ok(answer.into_inner())
}

async fn repeat(address: SocketAddr, message: &'static str) -> Streaming<Bytes> {
    let mut client = client(address).await;
    let path = PathAndQuery::from_static(REPEAT);
    let answer = within_bounds(client.server_streaming(Request::new(Bytes::from(message)), path, Raw)).await;
    answer.expect("an answer").into_inner()
}

/// A call in both directions that has had one answer.
struct Talk {
    heard: Streaming<Bytes>,
    /// As long as it is there, the client may say more.
    _says: mpsc::Sender<Bytes>,
}

impl Talk {
    async fn begin(address: SocketAddr, path: &'static str) -> Self {
        let (says, said) = mpsc::channel(1);
        let said = stream::unfold(said, async |mut said| said.recv().await.map(|message| (message, said)));
        says.send(Bytes::from("hello")).await.expect("it is open");
        let mut client = client(address).await;
        let call = client.streaming(Request::new(said), PathAndQuery::from_static(path), Raw);
        let mut heard = within_bounds(call).await.expect("an answer").into_inner();
        assert_eq!(within_bounds(heard.message()).await.expect("no error").expect("an echo"), "hello");
        Self { heard, _says: says }
    }
}
