//! Answers one request, and marks the response.

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

use crate::http::tower::{RETRY_AFTER_SECONDS, say_close};

use super::app::App;
use super::counted::Counted;
use super::link::Link;
use super::outgoing::{Ending, Outgoing, unavailable};

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
    let counted = Counted::begin(link, request.version());
    let is_grpc = request.version() >= Version::HTTP_2 && is_of(request.headers(), b"application/grpc");
    let upgrade = Upgrade::asked_for(&request);
    let request = prepared(request, address, &counted);
    let answer = unless_cut(counted.link(), async {
        let Ok(()) = poll_fn(|context| app.poll_ready(context)).await;
        let Ok(response) = app.call(request).await;
        response.into_response()
    });
    let mut response = answer.await.unwrap_or_else(|| refusal(is_grpc));
    mark(&mut response, &counted);
    if let Some(upgrade) = upgrade.filter(|upgrade| upgrade.happens(response.status())) {
        counted.upgraded(upgrade.name());
    }
    let is_events = is_of(response.headers(), b"text/event-stream");
    let ending = if is_grpc {
        Ending::Grpc
    } else if is_events {
        Ending::Events
    } else {
        Ending::Break
    };
    Ok(response.map(|body| Outgoing::new(body, ending, counted)))
}

/// What handlers find in the extensions.
fn prepared<A>(request: Request<Incoming>, address: A, counted: &Counted) -> Request<Body>
where
    A: Clone + Send + Sync + 'static,
{
    let mut request = request.map(Body::new);
    let server = &counted.link().server;
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
        // The task that polls this polls it again at the cut.
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

fn is_of(headers: &HeaderMap, kind: &[u8]) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|content| content.as_bytes().starts_with(kind))
}

/// Tells an HTTP/1 client that the connection ends here, if it does.
fn mark<B>(response: &mut Response<B>, counted: &Counted) {
    if counted.link().is_leaving() {
        say_close(response, counted.version());
        counted.link().tell();
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
