//! What is axum's own: the server, the probes, the extractors.

mod counted;
mod extract;
mod probes;

pub use crate::http::listen::Listener;
#[cfg(unix)]
pub use crate::http::listen::unix_socket::UnixSocket;
pub use crate::http::serve::{App, Serve};

pub use self::counted::{CountedAnswer, CountedRouter};
pub use self::extract::NotServed;
pub use self::probes::{Probes, probes};

use crate::Shutdown;

/// Serves an axum `Router`, or any other service, and stops without losing a request.
///
/// It accepts and serves until shutdown drains, and stops as told at [`Serve`]. Requests are counted by itself, to the
/// end of their response's body, as `http`; the [layer](crate::tower::RequestsLayer) is not needed. HTTP/1.1 and
/// HTTP/2 are told apart by their first bytes; for TLS, give it a [`TlsListener`](crate::rustls::TlsListener), for a socket at
/// a path a [`UnixSocket`].
///
/// Handlers may take a [`Shutdown`] or [`Requests`](crate::Requests) as a parameter, and
/// `axum::extract::ConnectInfo<SocketAddr>` for the client's address.
///
/// ```
/// use axum::{Router, routing::get};
/// use lifecycle::Shutdown;
///
/// #[lifecycle::cooperative_task]
/// async fn web(shutdown: Shutdown) -> std::io::Result<()> {
///     let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
///     let app = Router::new().route("/", get(async || "hello"));
///     lifecycle::axum::serve(listener, app, shutdown).await
/// }
/// ```
///
/// With `announce = "5s"` at [`main`](macro@crate::main), load balancers have time to look away before anything is
/// refused: `/readyz` of the [`probes`], on a port of their own, answers 503 during it, and everything else is served as
/// before.
///
/// # Errors, cancel safety
///
/// See [`Serve`].
pub fn serve<L: Listener, S: App>(listener: L, app: S, shutdown: Shutdown) -> Serve {
    Serve::new("http", listener, app, shutdown)
}
