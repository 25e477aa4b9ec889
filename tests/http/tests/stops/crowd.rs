//! Very many clients, of kinds that hold other servers up: each is ended by its own protocol, in time.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use lifecycle_http_tests::launch;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::client::{Client, within_bounds};
use super::{HARNESS, end_by_sigterm};

const IDLE: usize = 1_000;
const OTHERS: usize = 100;
/// What a stop of such a crowd takes at most, however busy the machine is.
const BUDGET: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_is_sent_home_by_each_ones_protocol_within_the_budget() {
    launch::raise_file_limit();
    let server = launch::server(HARNESS, "ours").timeout("10s").start();
    let address = launch::address(&server);
    let idle = many(IDLE, || kept(address)).await;
    let events = many(OTHERS, || event_stream(address, "/sse?every=20")).await;
    let silent = many(OTHERS, || event_stream(address, "/sse-silent")).await;
    let sockets = many(OTHERS, || web_socket(address, "/ws")).await;
    let slow = (0..OTHERS).map(|_| tokio::spawn(slow_loris(address))).collect::<Vec<_>>();
    let mute = many(OTHERS, || async move { connect(address).await }).await;
    let halves = many(OTHERS, || half_a_request(address)).await;

    let ended = tokio::spawn(end_by_sigterm(server));
    join_all(idle.into_iter().map(Client::closed)).await;
    join_all(events.into_iter().chain(silent).map(comes_to_its_end)).await;
    join_all(sockets.into_iter().map(says_goodbye)).await;
    join_all(mute.into_iter().chain(halves).map(is_closed)).await;
    join_all(slow).await;
    let ended = ended.await.expect("no panic");
    ended.exits(0);
    let requests = launch::requests(&ended.report());
    assert_eq!(requests.1, 0, "{ended:#?}");
    // Shown with `--nocapture`.
    eprintln!("a crowd of {} is gone after {:?}", IDLE + 6 * OTHERS, ended.elapsed);
    assert!(ended.elapsed < BUDGET, "{ended:#?}");
}

/// So many of them, each where it should be before the next begins, so that the accept queue is not overrun.
async fn many<T, F: Future<Output = T>>(count: usize, make: impl Fn() -> F) -> Vec<T> {
    let mut made = Vec::with_capacity(count);
    for _ in 0..count {
        made.push(within_bounds(make()).await);
    }
    made
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.expect("it listens")
}

/// A kept connection that has asked once.
async fn kept(address: SocketAddr) -> Client {
    let mut client = Client::to(address).await;
    assert_eq!(client.text("/").await.1, "hello, world\n");
    client
}

/// A stream of events that has begun, and the connection that has to live as long.
async fn event_stream(address: SocketAddr, path: &str) -> (Client, Incoming) {
    let mut client = Client::to(address).await;
    let answer = client.get(path).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    (client, answer.into_body())
}

/// The end of a chunked body is a chunk of its own: a connection that is cut has none, and that is an error.
async fn comes_to_its_end((client, body): (Client, Incoming)) {
    let body = within_bounds(body.collect()).await;
    body.unwrap_or_else(|error| panic!("the stream was cut: {error:?}"));
    client.closed().await;
}

/// A WebSocket that has had an echo.
pub(crate) async fn web_socket(address: SocketAddr, path: &str) -> WebSocketStream<TcpStream> {
    let stream = connect(address).await;
    let upgraded = tokio_tungstenite::client_async(format!("ws://{address}{path}"), stream).await;
    let (mut socket, _) = upgraded.expect("it takes WebSockets");
    socket.send(Message::text("echo")).await.expect("it is open");
    let echo = socket.next().await.expect("it is open").expect("no error");
    assert_eq!(echo, Message::text("echo"));
    socket
}

async fn says_goodbye(mut socket: WebSocketStream<TcpStream>) {
    match within_bounds(socket.next()).await {
        Some(Ok(Message::Close(Some(frame)))) => assert_eq!(frame.code, CloseCode::Away),
        other => panic!("no close frame, but {other:?}"),
    }
    // The answer to it is on its way; after that there is nothing.
    assert!(within_bounds(socket.next()).await.is_none_or(|rest| rest.is_err()));
}

/// Sends the head of a request byte by byte, and never its end.
async fn slow_loris(address: SocketAddr) {
    let mut stream = connect(address).await;
    let head = b"GET / HTTP/1.1\r\nhost: here\r\nx-long: ".iter().copied().chain(std::iter::repeat(b'a'));
    for byte in head {
        if stream.write_all(&[byte]).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Half a request, and then the client's side is closed.
async fn half_a_request(address: SocketAddr) -> TcpStream {
    let mut stream = connect(address).await;
    stream.write_all(b"POST /work HTTP/1.1\r\nhost: here\r\ncontent-").await.expect("it takes it");
    stream.shutdown().await.expect("it is open");
    stream
}

/// Closed or reset: nothing was asked, so nothing is owed.
async fn is_closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    let _ = within_bounds(stream.read_to_end(&mut rest)).await;
}
