//! A layer that counts requests to the end of their body, and refuses new ones while shutdown drains.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::{CONNECTION, HeaderValue, RETRY_AFTER};
use http::{Request, Response, StatusCode, Version};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::run::work::requests::announced::Mark;
use crate::run::work::requests::counter::Counter;
use crate::{InFlight, Shutdown};

/// What `Retry-After` says, in seconds: as long as a client needs to look for another server, and no longer.
pub(crate) const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// Counts each request until the last frame of its response's body, and refuses new ones while shutdown drains.
///
/// For servers that lifecycle does not run itself; [`lifecycle::axum::serve`](crate::axum::serve) counts by itself
/// (and then the layer counts nothing twice).
///
/// - Until shutdown is asked for, it only counts, under the name given to [`name`](Self::name).
/// - During *announce* requests are answered, and HTTP/1 responses carry `Connection: close`, so that clients go to
///   another server by themselves.
/// - From *stop_new_work* on new requests are answered by 503 with `Retry-After: 1` and `Connection: close`. Those
///   under way end, and *complete_current* waits for them.
///
/// HTTP/2 and HTTP/3 know no `Connection` header: there the server itself has to say goodbye.
///
/// For an axum `Router` there is [`around`](Self::around), which costs a third of what `router.layer(layer)` does, or less: what
/// stands inside of a router is boxed once more for each request. There routes that must be answered while draining are
/// merged outside of the layer.
///
/// ```
/// use lifecycle::Shutdown;
/// use lifecycle::tower::RequestsLayer;
///
/// # fn app() -> axum::Router { axum::Router::new() }
/// # fn login() -> axum::Router { axum::Router::new() }
/// fn service(shutdown: &Shutdown) -> axum::Router {
///     app().layer(RequestsLayer::new(shutdown)).merge(login())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct RequestsLayer {
    /// A reference that keeps the App's counter alive.
    #[cfg_attr(not(feature = "axum"), allow(dead_code, reason = "it is there to be kept"))]
    pub(crate) shutdown: Shutdown,
    pub(crate) entrance: Entrance,
}

impl RequestsLayer {
    /// Counts in the App to which this `Shutdown` belongs.
    pub fn new(shutdown: &Shutdown) -> Self {
        let entrance = Entrance { counter: shutdown.requests().counter("http"), mark: shutdown.requests().mark() };
        Self { shutdown: shutdown.clone(), entrance }
    }

    /// The name under which requests are counted, and reported if they are lost; `http` if nothing else is said.
    #[must_use]
    pub fn name(mut self, name: &'static str) -> Self {
        self.entrance.counter = self.entrance.counter.name(name);
        self
    }
}

impl<S> Layer<S> for RequestsLayer {
    type Service = CountRequests<S>;

    fn layer(&self, inner: S) -> CountRequests<S> {
        CountRequests { inner, layer: self.clone() }
    }
}

/// A service under a [`RequestsLayer`].
#[derive(Clone, Debug)]
pub struct CountRequests<S> {
    inner: S,
    layer: RequestsLayer,
}

impl<S, A, B> Service<Request<A>> for CountRequests<S>
where
    S: Service<Request<A>, Response = Response<B>>,
{
    type Response = Response<CountedBody<B>>;
    type Error = S::Error;
    type Future = CountedResponse<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    #[inline]
    fn call(&mut self, request: Request<A>) -> Self::Future {
        let version = request.version();
        let Ok(count) = self.layer.entrance.admit(&request) else {
            return CountedResponse { answer: None, count: None, version };
        };
        CountedResponse { answer: Some(self.inner.call(request)), count, version }
    }
}

/// What makes a request count, until there is an answer.
pub(crate) struct Count {
    in_flight: InFlight,
    mark: Mark,
}

/// A request that is not let in.
pub(crate) struct Refused;

/// Where requests come in. It costs nothing to copy, and is closed once the App is gone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entrance {
    counter: Counter,
    mark: Mark,
}

impl Entrance {
    /// Counts it, unless the server that brings it does.
    #[inline]
    pub(crate) fn admit<A>(self, request: &Request<A>) -> Result<Option<Count>, Refused> {
        if request.extensions().get::<Shutdown>().is_some_and(Shutdown::is_counted) {
            return Ok(None);
        }
        let in_flight = self.counter.try_begin().ok_or(Refused)?;
        Ok(Some(Count { in_flight, mark: self.mark }))
    }
}

impl Count {
    /// There is an answer: its body is what counts from here on.
    #[inline]
    pub(crate) fn go_on<B>(self, response: &mut Response<B>, version: Version) -> InFlight {
        if self.mark.is_announced() {
            say_close(response, version);
        }
        self.in_flight
    }
}

pin_project! {
    /// The answer to a counted request.
    pub struct CountedResponse<F> {
        // There is none if it was refused.
        #[pin]
        answer: Option<F>,
        count: Option<Count>,
        version: Version,
    }
}

impl<F, B, E> Future for CountedResponse<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<CountedBody<B>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (count, version) = (this.count, *this.version);
        let Some(answer) = this.answer.as_pin_mut() else {
            return Poll::Ready(Ok(refusal(version, CountedBody::new(None, None))));
        };
        let Poll::Ready(result) = answer.poll(context) else { return Poll::Pending };
        let count = count.take();
        Poll::Ready(result.map(|mut response| {
            let in_flight = count.map(|count| count.go_on(&mut response, version));
            response.map(|body| CountedBody::new(Some(body), in_flight))
        }))
    }
}

impl<F> fmt::Debug for CountedResponse<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedResponse").finish_non_exhaustive()
    }
}

/// The answer to a request that is not let in.
#[cold]
#[inline(never)]
pub(crate) fn refusal<B>(version: Version, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
    say_close(&mut response, version);
    response
}

/// Tells an HTTP/1 client that this connection ends with this response. (HTTP/2 forbids the header: RFC 9113,
/// 8.2.2.) A response that upgrades the connection needs the header for itself.
#[cold]
pub(crate) fn say_close<B>(response: &mut Response<B>, version: Version) {
    if version <= Version::HTTP_11 && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
}

pin_project! {
    /// A response's body, which counts as in flight until its last frame was taken or it was dropped.
    pub struct CountedBody<B> {
        #[pin]
        body: Option<B>,
        in_flight: Option<InFlight>,
    }
}

impl<B> CountedBody<B> {
    pub(crate) fn new(body: Option<B>, in_flight: Option<InFlight>) -> Self {
        Self { body, in_flight }
    }
}

impl<B: Body> Body for CountedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let Some(body) = this.body.as_pin_mut() else { return Poll::Ready(None) };
        let frame = body.poll_frame(context);
        if let Poll::Ready(None | Some(Err(_))) = frame {
            *this.in_flight = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl<B> fmt::Debug for CountedBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedBody").field("counts", &self.in_flight.is_some()).finish_non_exhaustive()
    }
}
