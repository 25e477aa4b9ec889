//! `Shutdown` and `Requests` as parameters of handlers.

use std::convert::Infallible;
use std::fmt;

use ::axum::extract::{FromRequestParts, OptionalFromRequestParts};
use ::axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use crate::{Requests, Shutdown};

/// The server's own `Shutdown`: for handlers of streams and WebSockets, which end them when it drains.
///
/// ```
/// use axum::extract::ws::{CloseFrame, Message, WebSocketUpgrade, close_code};
/// use axum::response::Response;
/// use lifecycle::Shutdown;
///
/// async fn echo(upgrade: WebSocketUpgrade, shutdown: Shutdown) -> Response {
///     upgrade.on_upgrade(async move |mut socket| {
///         while let Some(Some(Ok(message))) = shutdown.until_draining(socket.recv()).await {
///             if socket.send(message).await.is_err() {
///                 return;
///             }
///         }
///         let farewell = CloseFrame { code: close_code::AWAY, reason: "the server is shutting down".into() };
///         let _ = socket.send(Message::Close(Some(farewell))).await;
///     })
/// }
/// ```
impl<S: Sync> FromRequestParts<S> for Shutdown {
    type Rejection = NotServed;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, NotServed> {
        parts.extensions.get::<Shutdown>().cloned().ok_or(NotServed)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Shutdown {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Shutdown>().cloned())
    }
}

/// The App's counter of requests: for work that goes on behind a response.
impl<S: Sync> FromRequestParts<S> for Requests {
    type Rejection = NotServed;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, NotServed> {
        parts.extensions.get::<Shutdown>().map(|shutdown| shutdown.requests().clone()).ok_or(NotServed)
    }
}

/// A handler asked for a [`Shutdown`] or [`Requests`], but the request did not come through
/// [`lifecycle::axum::serve`](crate::axum::serve). It answers 500 and says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotServed;

impl fmt::Display for NotServed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this server does not hand in `Shutdown` or `Requests`; serve it by `lifecycle::axum::serve`")
    }
}

impl std::error::Error for NotServed {}

impl IntoResponse for NotServed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}
