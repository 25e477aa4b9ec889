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
use http::Version;
use http_body_util::combinators::UnsyncBoxBody;
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::http::tower::{Count, CountedBody, Entrance, Refused, RequestsLayer, refusal};
use crate::{InFlight, Shutdown};

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
        let hold = Hold::Router(self.shutdown.clone());
        CountedRouter { router: router.with_state(()), entrance: self.entrance, hold, count: None }
    }
}

/// A `Router` whose requests are counted; made by [`RequestsLayer::around`].
pub struct CountedRouter {
    router: Router,
    entrance: Entrance,
    hold: Hold,
    /// On its way from the entrance to the answer. As a variable it would have to be dropped if the router panics, and then
    /// the compiler copies the router's future once more, which costs as much as a quarter of all the rest.
    count: Option<Count>,
}

impl Clone for CountedRouter {
    #[inline]
    fn clone(&self) -> Self {
        Self { router: self.router.clone(), entrance: self.entrance, hold: self.hold.clone(), count: None }
    }
}

impl CountedRouter {
    /// With a `Router` of its own, as `axum::serve` gives each connection one: references to it are counted for each
    /// request, and threads that count in one place slow each other down.
    fn for_connection(&self) -> Self {
        let router = self.router.clone().with_state(());
        Self { router, entrance: self.entrance, hold: self.hold.for_connection(), count: None }
    }
}

impl fmt::Debug for CountedRouter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedRouter").field("router", &self.router).finish_non_exhaustive()
    }
}

/// What keeps the App's counters there, besides the App itself. Once they are gone, all requests are refused.
enum Hold {
    Router(Shutdown),
    /// A connection holds them for the clones that are made of it, one for each request: so these count no references.
    Connection(Shutdown),
    Request,
}

impl Hold {
    fn for_connection(&self) -> Self {
        match self {
            Self::Router(shutdown) | Self::Connection(shutdown) => Self::Connection(shutdown.clone()),
            Self::Request => Self::Request,
        }
    }
}

impl Clone for Hold {
    #[inline]
    fn clone(&self) -> Self {
        match self {
            Self::Router(shutdown) => Self::Router(shutdown.clone()),
            Self::Connection(_) | Self::Request => Self::Request,
        }
    }
}

impl Service<Request> for CountedRouter {
    type Response = Response;
    type Error = Infallible;
    type Future = CountedAnswer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.router, context)
    }

    // Always: left to the compiler, it depends on how often a program serves so, and out of line it takes 20 ns more.
    #[inline(always)]
    fn call(&mut self, request: Request) -> CountedAnswer {
        let version = request.version();
        match self.entrance.admit(&request) {
            Ok(count) => self.count = count,
            Err(Refused) => return CountedAnswer::refused(request),
        }
        let mut answer = CountedAnswer { answer: Some(self.router.call(request)), count: None, version };
        // Only now: taken before, it would stand between the router's future and its place.
        answer.count = self.count.take();
        answer
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
        ready(Ok(self.for_connection()))
    }
}

pin_project! {
    /// The answer to a request that a [`CountedRouter`] counts.
    pub struct CountedAnswer {
        // There is none if it was refused.
        #[pin]
        answer: Option<RouteFuture<Infallible>>,
        count: Option<Count>,
        version: Version,
    }
}

impl CountedAnswer {
    #[cold]
    #[inline(never)]
    fn refused(request: Request) -> Self {
        Self { answer: None, count: None, version: request.version() }
    }
}

impl Future for CountedAnswer {
    type Output = Result<Response, Infallible>;

    #[inline(always)] // as above
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (count, version) = (this.count, *this.version);
        let Some(answer) = this.answer.as_pin_mut() else { return Poll::Ready(Ok(refusal(version, Body::empty()))) };
        // Changed where it stands: a response is long.
        let mut polled = answer.poll(context);
        if let Poll::Ready(Ok(response)) = &mut polled {
            if let Some(count) = count.take() {
                let in_flight = count.go_on(response, version);
                hold(in_flight, response.body_mut());
            }
        }
        polled
    }
}

/// In the one box that it takes to count.
#[inline]
fn hold(in_flight: InFlight, body: &mut Body) {
    let counted = CountedBody::new(Some(mem::take(body)), Some(in_flight));
    *body = Body::new(UnsyncBoxBody::new(counted));
}

impl fmt::Debug for CountedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedAnswer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ::axum::routing::get;
    use http::StatusCode;

    use super::*;
    use crate::App;

    async fn answer(service: &mut CountedRouter) -> Response {
        let Ok(response) = Service::<Request>::call(service, Request::new(Body::empty())).await;
        response
    }

    #[tokio::test]
    async fn a_clone_for_a_request_counts_as_long_as_somebody_has_the_app() {
        let shutdown = App::builder().build().unwrap().shutdown();
        let router = RequestsLayer::new(&shutdown).around(Router::new().route("/", get(async || "hello")));
        let connection = router.for_connection();
        let mut request = connection.clone();
        let first = answer(&mut request).await;
        // Services may be called more than once.
        let second = answer(&mut request).await;
        assert_eq!((first.status(), shutdown.requests().in_flight()), (StatusCode::OK, 2));
        drop(first);
        assert_eq!(shutdown.requests().in_flight(), 1);
        drop((shutdown, router));
        assert_eq!(answer(&mut request).await.status(), StatusCode::OK);
        drop(connection);
        assert_eq!(answer(&mut request).await.status(), StatusCode::SERVICE_UNAVAILABLE);
        drop(second);
    }

    #[tokio::test]
    async fn a_clone_of_the_router_keeps_what_it_counts_in() {
        let shutdown = App::builder().build().unwrap().shutdown();
        let router = RequestsLayer::new(&shutdown).around(Router::new().route("/", get(async || "hello")));
        let mut clone = router.clone();
        drop((shutdown, router));
        assert_eq!(answer(&mut clone).await.status(), StatusCode::OK);
    }
}
