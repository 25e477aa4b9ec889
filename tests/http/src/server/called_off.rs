//! Servers whose stop is called off by a request to one of them.

use std::io;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use lifecycle::{App, Phase, Restart, Shutdown, TaskSpec};
use lifecycle_tests::stage::{arrive, ready_after};
use tokio::net::TcpListener;

use super::listens;

/// The port of the server stays the same.
static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();

/// With an *announce* or without one: then it is called off in *stop_new_work*, by way of the port for probes.
pub(super) fn run(announce: Duration) -> ! {
    let server = TaskSpec::new("server", serve).restart(Restart::Always);
    App::builder()
        .worker_threads(super::workers())
        .timeout(Duration::from_secs(60))
        .announce(announce)
        .phase(Phase::StopNewWork, Duration::from_secs(20))
        .task(server)
        .task(TaskSpec::new("admin", admin))
        .task(ready_after(2))
        .run_process()
}

async fn serve(shutdown: Shutdown) -> io::Result<()> {
    let listener = match ADDRESS.get() {
        Some(address) => TcpListener::bind(address).await?,
        None => TcpListener::bind("127.0.0.1:0").await?,
    };
    let address = *ADDRESS.get_or_init(|| listener.local_addr().expect("it is bound"));
    listens(address);
    arrive();
    lifecycle::axum::serve(listener, routes(), shutdown).linger(Duration::from_secs(5)).await
}

async fn admin(shutdown: Shutdown) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    lifecycle_tests::stage::say(format!("ADMIN {}", listener.local_addr()?));
    arrive();
    lifecycle::axum::serve(listener, routes(), shutdown).name("admin").until_cancelled().await
}

fn routes() -> Router {
    Router::new()
        .route("/", get(async || "hello, world\n"))
        .route("/abort", post(async |shutdown: Shutdown| format!("{:?}", shutdown.abort().await)))
        .merge(lifecycle::axum::Probes::new().details().router())
}
