//! A connection of either protocol.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper::{Request, Response};
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::counted::{Counted, Counters};
use super::plan::{Plan, Protocol};
use super::summary::Unmade;

/// A connection that is not made by then is taken as refused: longer than the system's first repeats (1 s, 2 s).
const CONNECT: Duration = Duration::from_secs(5);

pub(super) type Asked = Request<Empty<Bytes>>;

/// A connection, and what is known of it.
#[derive(Debug)]
pub(super) struct Connection {
    sender: Sender,
    pub(super) counters: Arc<Counters>,
    pub(super) made: Instant,
    carried: Arc<AtomicUsize>,
}

#[derive(Debug)]
enum Sender {
    Http1(http1::SendRequest<Empty<Bytes>>),
    Http2(http2::SendRequest<Empty<Bytes>>),
}

impl Connection {
    pub(super) async fn make(plan: &Plan) -> Result<Self, Unmade> {
        let stream = match timeout(CONNECT, TcpStream::connect(plan.address)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(unmade(&error)),
            Err(_) => return Err(Unmade::Unanswered),
        };
        // A request in two segments would wait for the first one's acknowledgement.
        let _ = stream.set_nodelay(true);
        let made = Instant::now();
        let (io, counters) = Counted::new(stream).map_err(|error| unmade(&error))?;
        let sender = Sender::over(io, plan.protocol).await.ok_or(Unmade::Refused)?;
        Ok(Self { sender, counters, made, carried: Arc::default() })
    }

    /// As many ways to ask on it at the same time, if its protocol has room for that.
    pub(super) fn shared(self, ways: usize) -> Vec<Self> {
        let more = match &self.sender {
            Sender::Http1(_) => 0,
            Sender::Http2(_) => ways - 1,
        };
        let mut all: Vec<_> = (0..more).filter_map(|_| self.share()).collect();
        all.push(self);
        all
    }

    fn share(&self) -> Option<Self> {
        let Sender::Http2(sender) = &self.sender else { return None };
        let (counters, carried) = (self.counters.clone(), self.carried.clone());
        Some(Self { sender: Sender::Http2(sender.clone()), counters, made: self.made, carried })
    }

    /// How many requests it has carried; this is one more.
    pub(super) fn carry(&self) -> usize {
        self.carried.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether the byte count tells of a single request.
    pub(super) fn is_exclusive(&self) -> bool {
        matches!(self.sender, Sender::Http1(_))
    }

    /// Resolves when it takes a request; false if it is closed.
    pub(super) async fn is_ready(&mut self) -> bool {
        match &mut self.sender {
            Sender::Http1(sender) => sender.ready().await.is_ok(),
            Sender::Http2(sender) => sender.ready().await.is_ok(),
        }
    }

    /// The error has the request in it if that was not begun.
    pub(super) async fn send(&mut self, request: Asked) -> Result<Response<Incoming>, TrySendError<Asked>> {
        match &mut self.sender {
            Sender::Http1(sender) => sender.try_send_request(request).await,
            Sender::Http2(sender) => sender.try_send_request(request).await,
        }
    }
}

impl Sender {
    async fn over(io: Counted, protocol: Protocol) -> Option<Self> {
        match protocol {
            Protocol::Http1 => {
                let (sender, connection) = http1::handshake(io).await.ok()?;
                tokio::spawn(connection);
                Some(Self::Http1(sender))
            }
            Protocol::Http2 => {
                let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await.ok()?;
                tokio::spawn(connection);
                Some(Self::Http2(sender))
            }
        }
    }
}

fn unmade(error: &io::Error) -> Unmade {
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => Unmade::Refused,
        io::ErrorKind::TimedOut => Unmade::Unanswered,
        _ => panic!("the client itself is at its end: {error}"),
    }
}
