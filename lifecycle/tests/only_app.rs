//! Probes that are served by a server which knows of no App: they ask the one that runs in the process, if it is the only one.
//! So this test has a process to itself.

#[allow(dead_code, reason = "this test needs no more of it")]
#[path = "http/client.rs"]
mod client;
mod common;

use client::Client;
use common::{app, patient};
use lifecycle::{Shutdown, Status};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, yield_now};

/// An App that runs.
async fn start() -> (Shutdown, JoinHandle<()>) {
    let app = app().task(patient()).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(async { assert!(app.run().await.is_clean()) });
    while shutdown.status().status != Status::Ready {
        yield_now().await;
    }
    (shutdown, running)
}

#[tokio::test]
async fn probes_ask_the_only_app_of_the_process() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(axum::serve(listener, lifecycle::axum::probes()).into_future());
    let mut client = Client::connect(address).await;
    let none = client.get("/readyz").await;
    assert!(none.status == 503 && none.body.contains("no App is known here"), "{none:?}");

    let (first, first_runs) = start().await;
    assert_eq!(client.get("/readyz").await.status, 200);
    let (second, second_runs) = start().await;
    let two = client.get("/readyz").await;
    assert!(two.status == 503 && two.body == none.body, "it is not known which is meant: {two:?}");

    first.request("that was all");
    first_runs.await.unwrap();
    // What is left of it are handles.
    drop(first);
    assert_eq!(client.get("/readyz").await.status, 200);
    second.request("that was all");
    second_runs.await.unwrap();
    server.abort();
}
