//! What a server serves.

use std::convert::Infallible;

use ::axum::body::Body;
use ::axum::response::IntoResponse;
use http::Request;
use tower_service::Service;

/// What serves requests: an `axum::Router`, or any other service with a response that axum can send.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be served; give the `Router` itself, after `with_state`",
    label = "not an app",
    note = "there is no need for `into_make_service`: handlers find `ConnectInfo` as it is",
    note = "any other `tower` service of `http::Request<axum::body::Body>` will do that never fails, is `Clone + Send + Sync + 'static`, and has a `Send` future"
)]
pub trait App:
    Service<Request<Body>, Error = Infallible, Response: IntoResponse, Future: Send> + Clone + Send + Sync + 'static
{
}

#[diagnostic::do_not_recommend]
impl<S> App for S where
    S: Service<Request<Body>, Error = Infallible, Response: IntoResponse, Future: Send> + Clone + Send + Sync + 'static
{
}
