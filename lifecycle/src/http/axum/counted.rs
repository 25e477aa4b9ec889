//! A router under the layer that counts, for axum's own server.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, Ready, ready};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::axum::Router;
use ::axum::body::Body;
use ::axum::extract::Request;
use ::axum::response::Response;
use ::axum::routing::future::RouteFuture;
use ::axum::serve::IncomingStream;
use http_body_util::combinators::UnsyncBoxBody;
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::InFlight;
use crate::http::tower::{CountRequests, CountedBody, CountedResponse, RequestsLayer};

impl RequestsLayer {
    /// Counts the requests of a whole axum `Router`, for [`axum::serve`](::axum::serve()).
    ///
    /// Routes that must be answered while draining, such as probes, go to a server of their own, or the layer stands inside
    /// of a router with them: `router.layer(layer).merge(probes)`.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use lifecycle::Shutdown;
    /// use lifecycle::tower::RequestsLayer;
    ///
    /// #[lifecycle::cooperative_task]
    /// async fn web(shutdown: Shutdown) -> std::io::Result<()> {
    ///     let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    ///     let app = Router::new().route("/", get(async || "hello"));
    ///     let app = RequestsLayer::new(&shutdown).around(app);
    ///     axum::serve(listener, app).with_graceful_shutdown(async move { shutdown.draining().await }).await
    /// }
    /// ```
    pub fn around(&self, router: Router) -> CountedRouter {
        CountedRouter { inner: self.layer(router) }
    }
}

/// A `Router` whose requests are counted; made by [`RequestsLayer::around`].
#[derive(Clone, Debug)]
pub struct CountedRouter {
    inner: CountRequests<Router>,
}

impl Service<Request> for CountedRouter {
    type Response = Response;
    type Error = Infallible;
    type Future = CountedAnswer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.inner, context)
    }

    #[inline]
    fn call(&mut self, request: Request) -> CountedAnswer {
        CountedAnswer { response: self.inner.call(request) }
    }
}

/// Makes a service for each connection, as `axum::serve` asks for.
impl<L: ::axum::serve::Listener> Service<IncomingStream<'_, L>> for CountedRouter {
    type Response = Self;
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: IncomingStream<'_, L>) -> Self::Future {
        ready(Ok(self.clone()))
    }
}

pin_project! {
    /// The answer to a request that a [`CountedRouter`] counts.
    pub struct CountedAnswer {
        #[pin]
        response: CountedResponse<RouteFuture<Infallible>>,
    }
}

impl Future for CountedAnswer {
    type Output = Result<Response, Infallible>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().response.poll_with(context, counted, Body::empty)
    }
}

/// In the one box that it takes to count, and where it stands: a response is long.
fn counted(mut response: Response, in_flight: Option<InFlight>) -> Response {
    if in_flight.is_some() {
        let body = mem::take(response.body_mut());
        *response.body_mut() = Body::new(UnsyncBoxBody::new(CountedBody::new(Some(body), in_flight)));
    }
    response
}

impl fmt::Debug for CountedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedAnswer").finish_non_exhaustive()
    }
}
