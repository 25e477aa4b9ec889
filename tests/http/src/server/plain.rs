//! What axum itself offers: told by a signal, it takes no more connections, and ends when those it has are done.

use axum::Router;
use lifecycle_tests::stage::say;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{listens, routes};

pub(super) fn run() {
    super::runtime().block_on(serve(routes::simple()));
}

async fn serve(app: Router) {
    let mut terminate = signal(SignalKind::terminate()).expect("signals are heard");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    listens(listener.local_addr().expect("it has one"));
    say("READY");
    let told = async move { _ = terminate.recv().await };
    axum::serve(listener, app).with_graceful_shutdown(told).await.expect("it serves");
}
