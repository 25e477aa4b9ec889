//! The server under test: `lifecycle::axum::serve` in an App.

use std::io;
use std::time::Duration;

use axum::Router;
use lifecycle::tower::RequestsLayer;
use lifecycle::{App, Shutdown, TaskSpec};
use lifecycle_tests::stage::{arrive, ready_after, say};
use tokio::net::TcpListener;

use super::{listens, routes, streams};

/// How the server is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setup {
    /// As it comes.
    Whole,
    /// Without what keeps requests from being lost.
    Bare,
    /// axum's own server, with nothing of ours but the layer that counts.
    Layered,
    /// The same without the layer.
    Unlayered,
}

/// A server with all routes, and a port of its own for probes, which answers until the tasks are cancelled.
pub(super) fn run(setup: Setup) -> ! {
    let server = TaskSpec::new("server", move |shutdown: Shutdown| serve(setup, shutdown));
    let app = App::builder().worker_threads(super::workers()).task(server);
    match setup {
        Setup::Whole => app.task(TaskSpec::new("admin", admin)).task(ready_after(2)).run_process(),
        Setup::Bare | Setup::Layered | Setup::Unlayered => app.task(ready_after(1)).run_process(),
    }
}

async fn serve(setup: Setup, shutdown: Shutdown) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    listens(listener.local_addr()?);
    arrive();
    match setup {
        Setup::Whole => lifecycle::axum::serve(listener, app(), shutdown).await,
        Setup::Bare => {
            let server = lifecycle::axum::serve(listener, app(), shutdown);
            server.linger(Duration::ZERO).drain_backlog(false).await
        }
        Setup::Unlayered => {
            let draining = async move { shutdown.draining().await };
            axum::serve(listener, routes::simple()).with_graceful_shutdown(draining).await
        }
        Setup::Layered => {
            let app = RequestsLayer::new(&shutdown).around(routes::simple());
            let draining = async move { shutdown.draining().await };
            axum::serve(listener, app).with_graceful_shutdown(draining).await
        }
    }
}

async fn admin(shutdown: Shutdown) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    say(format!("ADMIN {}", listener.local_addr()?));
    arrive();
    lifecycle::axum::serve(listener, lifecycle::axum::Probes::new().details().router(), shutdown)
        .name("admin")
        .until_cancelled()
        .await
}

pub(super) fn app() -> Router {
    routes::simple().merge(streams::routes()).merge(lifecycle::axum::probes())
}
