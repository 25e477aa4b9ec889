//! One request: counted, answered, its response marked.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use ::axum::body::Body;
use ::axum::extract::ConnectInfo;
use ::axum::response::IntoResponse;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER, UPGRADE};
use http::{Method, Request, Response, StatusCode, Version};
use hyper::body::Incoming;

use crate::InFlight;
use crate::http::tower::{RETRY_AFTER_SECONDS, say_close};

use super::App;
use super::link::Link;
use super::outgoing::{Ending, Outgoing};

/// A request under way, from its head to the end of its response's body.
#[derive(Debug)]
pub(super) struct Exchange {
    link: Arc<Link>,
    in_flight: Option<InFlight>,
    version: Version,
}

impl Exchange {
    fn begin(link: Arc<Link>, version: Version) -> Self {
        link.enter(version == Version::HTTP_2);
        let options = link.server.options;
        // In any case, and not only if nothing drains: its connection was accepted.
        let in_flight = (!options.until_cancelled).then(|| link.server.requests.begin(options.name));
        Self { link, in_flight, version }
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    /// The connection goes on as something else, and counts as that until its socket is dropped.
    fn upgraded(&self, upgrade: Upgrade) {
        let counts = self.in_flight.is_some();
        self.link.upgrade(counts.then(|| self.link.server.requests.begin(upgrade.name())));
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.link.leave(self.in_flight.take());
    }
}

/// Answers one request.
pub(super) async fn exchange<S: App, A>(
    mut app: S,
    address: A,
    link: Arc<Link>,
    request: Request<Incoming>,
) -> Result<Response<Outgoing>, Infallible>
where
    A: Clone + Send + Sync + 'static,
{
    let exchange = Exchange::begin(link, request.version());
    let is_grpc = request.version() >= Version::HTTP_2 && is_of(request.headers(), b"application/grpc");
    let upgrade = Upgrade::asked_for(&request);
    let request = prepared(request, address, &exchange);
    let answer = unless_cut(exchange.link(), async {
        let Ok(()) = poll_fn(|context| app.poll_ready(context)).await;
        let Ok(response) = app.call(request).await;
        response.into_response()
    });
    let mut response = answer.await.unwrap_or_else(|| refusal(is_grpc));
    mark(&mut response, &exchange);
    if let Some(upgrade) = upgrade.filter(|upgrade| upgrade.happens(response.status())) {
        exchange.upgraded(upgrade);
    }
    let is_events = is_of(response.headers(), b"text/event-stream");
    let ending = if is_grpc {
        Ending::Grpc
    } else if is_events {
        Ending::Events
    } else {
        Ending::Break
    };
    Ok(response.map(|body| Outgoing::new(body, ending, exchange)))
}

/// What handlers find in the extensions.
fn prepared<A>(request: Request<Incoming>, address: A, exchange: &Exchange) -> Request<Body>
where
    A: Clone + Send + Sync + 'static,
{
    let mut request = request.map(Body::new);
    let server = &exchange.link.server;
    let extensions = request.extensions_mut();
    extensions.insert(ConnectInfo(address));
    extensions.insert(server.shutdown.clone());
    request
}

/// The future's output, or `None` if it is not there when the server cuts what is left.
async fn unless_cut<F: Future>(link: &Link, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        // Whoever polls this polls it again at the cut.
        Poll::Pending if link.is_cut() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// The answer for a handler that was not ready in time.
fn refusal(is_grpc: bool) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    if is_grpc {
        // A call that fails before its first message is answered by headers alone, with HTTP's 200.
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        headers.extend(unavailable());
    } else {
        headers.insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    response
}

/// gRPC's status of a server that goes away; clients may try again elsewhere.
pub(super) fn unavailable() -> HeaderMap {
    let mut trailers = HeaderMap::with_capacity(2);
    trailers.insert("grpc-status", HeaderValue::from_static("14"));
    trailers.insert("grpc-message", HeaderValue::from_static("the server is shutting down"));
    trailers
}

fn is_of(headers: &HeaderMap, kind: &[u8]) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|content| content.as_bytes().starts_with(kind))
}

/// Tells an HTTP/1 client that the connection ends here, if it does.
fn mark<B>(response: &mut Response<B>, exchange: &Exchange) {
    if exchange.link.is_leaving() {
        say_close(response, exchange.version);
        exchange.link.tell();
    }
}

/// A connection that goes on in another protocol.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Upgrade {
    WebSocket,
    Connect,
    Other,
}

impl Upgrade {
    fn asked_for<B>(request: &Request<B>) -> Option<Self> {
        match request.headers().get(UPGRADE) {
            Some(protocol) if protocol.as_bytes().eq_ignore_ascii_case(b"websocket") => Some(Self::WebSocket),
            Some(_) => Some(Self::Other),
            None if request.method() == Method::CONNECT && request.version() <= Version::HTTP_11 => Some(Self::Connect),
            None => None,
        }
    }

    fn happens(self, status: StatusCode) -> bool {
        status == StatusCode::SWITCHING_PROTOCOLS || (self == Self::Connect && status.is_success())
    }

    const fn name(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Connect | Self::Other => "upgraded",
        }
    }
}
