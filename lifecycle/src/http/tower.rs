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
/// For an axum `Router` there is [`around`](Self::around), which costs a third of what `router.layer(layer)` does: what
/// stands inside of a router is boxed once more for each request. There routes that must be answered while draining, such
/// as probes, are merged outside of the layer.
///
/// ```
/// use lifecycle::Shutdown;
/// use lifecycle::tower::RequestsLayer;
///
/// # fn app() -> axum::Router { axum::Router::new() }
/// fn service(shutdown: &Shutdown) -> axum::Router {
///     app().layer(RequestsLayer::new(shutdown)).merge(lifecycle::axum::probes())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct RequestsLayer {
    shutdown: Shutdown,
    name: &'static str,
}

impl RequestsLayer {
    /// Counts in the App to which this `Shutdown` belongs.
    pub fn new(shutdown: &Shutdown) -> Self {
        Self { shutdown: shutdown.clone(), name: "http" }
    }

    /// The name under which requests are counted, and reported if they are lost; `http` if nothing else is said.
    #[must_use]
    pub fn name(mut self, name: &'static str) -> Self {
        self.name = name;
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
        let is_counted = request.extensions().get::<Shutdown>().is_some_and(Shutdown::is_counted);
        if is_counted {
            let answer = Some(self.inner.call(request));
            return CountedResponse { answer, in_flight: None, shutdown: None, version };
        }
        let shutdown = &self.layer.shutdown;
        let Some(in_flight) = shutdown.requests().try_begin(self.layer.name) else {
            return CountedResponse { answer: None, in_flight: None, shutdown: None, version };
        };
        let (in_flight, shutdown) = (Some(in_flight), Some(shutdown.clone()));
        CountedResponse { answer: Some(self.inner.call(request)), in_flight, shutdown, version }
    }
}

pin_project! {
    /// The answer to a counted request.
    pub struct CountedResponse<F> {
        // There is none if it was refused.
        #[pin]
        answer: Option<F>,
        in_flight: Option<InFlight>,
        shutdown: Option<Shutdown>,
        version: Version,
    }
}

impl<F, B, E> Future for CountedResponse<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<CountedBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let count = |response: Response<B>, in_flight| response.map(|body| CountedBody::new(Some(body), in_flight));
        self.poll_with(context, count, || CountedBody::new(None, None))
    }
}

impl<F> CountedResponse<F> {
    /// Polls it, and gives what was answered, with what counts it, or refuses.
    #[inline]
    pub(crate) fn poll_with<B, E, T>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        count: impl FnOnce(Response<B>, Option<InFlight>) -> Response<T>,
        refuse: impl FnOnce() -> T,
    ) -> Poll<Result<Response<T>, E>>
    where
        F: Future<Output = Result<Response<B>, E>>,
    {
        let this = self.project();
        let Some(answer) = this.answer.as_pin_mut() else {
            return Poll::Ready(Ok(refusal(*this.version, refuse())));
        };
        let Poll::Ready(result) = answer.poll(context) else { return Poll::Pending };
        let in_flight = this.in_flight.take();
        let mut response = match result {
            Ok(response) => response,
            Err(error) => return Poll::Ready(Err(error)),
        };
        if this.shutdown.as_ref().is_some_and(Shutdown::is_requested_silently) {
            say_close(&mut response, *this.version);
        }
        Poll::Ready(Ok(count(response, in_flight)))
    }
}

impl<F> fmt::Debug for CountedResponse<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedResponse").finish_non_exhaustive()
    }
}

fn refusal<B>(version: Version, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
    say_close(&mut response, version);
    response
}

/// Tells an HTTP/1 client that this connection ends with this response. (HTTP/2 forbids the header: RFC 9113,
/// 8.2.2.) A response that upgrades the connection needs the header for itself.
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
