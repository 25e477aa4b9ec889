//! A server for probes that is up before the program is: a resource of its own, opened beside one that takes long.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use lifecycle::{App, Resource, ResourceSpec, Shutdown, TaskSpec, Tasks};
use lifecycle_tests::stage::{FOR_EVER, ready, say};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The long opening was asked to end.
static GO: Notify = Notify::const_new();

struct Admin;
impl Resource for Admin {}

struct Database;
impl Resource for Database {}

pub(super) fn run() -> ! {
    App::builder()
        .worker_threads(super::workers())
        .announce(Duration::from_secs(1))
        .resource(ResourceSpec::<Admin>::new("admin", open_admin))
        .resource(ResourceSpec::<Database>::new("database", open_database).open_timeout(FOR_EVER))
        .task(TaskSpec::new("job", job))
        .task(ready())
        .run_process()
}

async fn open_admin(tasks: Tasks, shutdown: Shutdown) -> io::Result<Admin> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    say(format!("ADMIN {}", listener.local_addr()?));
    say("UP");
    let app = Router::new()
        .route("/go", post(async || GO.notify_one()))
        .merge(lifecycle::axum::Probes::new().details().router());
    tasks.spawn("probes", lifecycle::axum::serve(listener, app, shutdown).name("admin").until_cancelled());
    Ok(Admin)
}

async fn open_database() -> io::Result<Database> {
    GO.notified().await;
    Ok(Database)
}

/// Goes on until it is its turn, and a while longer.
async fn job(shutdown: Shutdown) {
    shutdown.cancelled().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
}
