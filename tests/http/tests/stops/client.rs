//! Clients that look closely at what they get. Each wait of theirs has a bound.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// Longest wait for anything.
const MOST: Duration = Duration::from_secs(30);

/// What comes of it, within the bound.
#[track_caller]
pub(crate) fn within_bounds<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let place = std::panic::Location::caller();
    async move { tokio::time::timeout(MOST, future).await.unwrap_or_else(|_| panic!("nothing came of it: {place}")) }
}

/// An HTTP/1.1 connection that is kept.
pub(crate) struct Client {
    sender: SendRequest<Empty<Bytes>>,
    end: JoinHandle<hyper::Result<()>>,
}

impl Client {
    pub(crate) async fn to(address: SocketAddr) -> Self {
        Self::over(within_bounds(TcpStream::connect(address)).await.expect("it listens")).await
    }

    pub(crate) async fn over(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("nothing is sent yet");
        Self { sender, end: tokio::spawn(connection) }
    }

    pub(crate) async fn try_get(&mut self, path: &str) -> hyper::Result<Response<Incoming>> {
        self.ask(Method::GET, path).await
    }

    /// Asks for something to happen.
    pub(crate) async fn post(&mut self, path: &str) {
        let answer = self.ask(Method::POST, path).await;
        assert!(answer.as_ref().is_ok_and(|answer| answer.status() == 200), "{answer:?}");
    }

    /// Asks for the shutdown to be called off.
    pub(crate) async fn ask_to_abort(&mut self) -> Response<Incoming> {
        self.ask(Method::POST, "/abort").await.unwrap_or_else(|error| panic!("/abort is not answered: {error:?}"))
    }

    async fn ask(&mut self, method: Method, path: &str) -> hyper::Result<Response<Incoming>> {
        let request = Request::builder().method(method).uri(path).header("host", "here").body(Empty::new());
        let request = request.expect("a request");
        within_bounds(self.sender.ready()).await?;
        within_bounds(self.sender.send_request(request)).await
    }

    /// The head of the answer.
    pub(crate) async fn get(&mut self, path: &str) -> Response<Incoming> {
        self.try_get(path).await.unwrap_or_else(|error| panic!("{path} is not answered: {error:?}"))
    }

    /// The whole answer.
    pub(crate) async fn text(&mut self, path: &str) -> (StatusCode, String) {
        let answer = self.get(path).await;
        let status = answer.status();
        (status, String::from_utf8_lossy(&whole(answer).await).into_owned())
    }

    /// Waits until the server has closed the connection, without an error.
    pub(crate) async fn closed(self) {
        within_bounds(self.end).await.expect("no panic").expect("closed between two requests");
    }
}

/// The body, which has to come to its end.
pub(crate) async fn whole(answer: Response<Incoming>) -> Bytes {
    let body = within_bounds(answer.into_body().collect()).await;
    body.unwrap_or_else(|error| panic!("the answer breaks off: {error:?}")).to_bytes()
}

/// Whether the server says that the connection takes no more.
pub(crate) fn says_close<B>(answer: &Response<B>) -> bool {
    answer.headers().get("connection").is_some_and(|value| value == "close")
}
