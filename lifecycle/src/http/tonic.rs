//! gRPC on the same server.

use ::tonic::service::Routes;

use crate::Shutdown;
use crate::http::listen::Listener;
use crate::http::serve::Serve;

/// Serves tonic services, and stops without losing a call.
///
/// It is [`lifecycle::axum::serve`](crate::axum::serve) for a set of gRPC services: calls count as `grpc`, to the end
/// of their trailers. Services find the [`Shutdown`] in a request's extensions, and should end their streams when it
/// drains. What is left when its time is over gets the status `UNAVAILABLE`, which clients may retry elsewhere:
/// streams in their trailers, calls without an answer at once.
///
/// ```no_run
/// use lifecycle::Shutdown;
/// use tonic::service::Routes;
///
/// # fn greeter() -> Routes { Routes::default() }
/// #[lifecycle::cooperative_task]
/// async fn grpc(shutdown: Shutdown) -> std::io::Result<()> {
///     let listener = tokio::net::TcpListener::bind("127.0.0.1:50051").await?;
///     // For a generated service: `Routes::new(GreeterServer::new(Greeter))`.
///     lifecycle::tonic::serve(listener, greeter(), shutdown).await
/// }
/// ```
///
/// # Errors, cancel safety
///
/// See [`Serve`].
pub fn serve<L: Listener>(listener: L, routes: Routes, shutdown: Shutdown) -> Serve {
    Serve::new("grpc", listener, routes.into_axum_router(), shutdown)
}
