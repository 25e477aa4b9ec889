//! What probes are told, from the start to the end.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lifecycle_http_tests::launch;
use lifecycle_tests::driver::Signal;
use serde_json::Value;

use super::client::{Client, within_bounds};
use super::{HARNESS, admin_address, end_by_sigterm};

/// How soon `/readyz` has to say so.
const SOON: Duration = Duration::from_millis(10);

/// A busy machine makes a single run late, but not every one.
const TRIES: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_ends_within_10_ms_of_the_signal_and_liveness_does_not() {
    let mut took = Vec::new();
    for _ in 0..TRIES {
        took.push(until_not_ready().await);
        if took.last().is_some_and(|took| *took <= SOON) {
            // Shown with `--nocapture`.
            return eprintln!("/readyz says so after {took:?}");
        }
    }
    panic!("/readyz said so after {took:?}");
}

/// From the signal to the first 503, as a client of a kept connection sees it that asks all the time.
async fn until_not_ready() -> Duration {
    let mut server = launch::server(HARNESS, "ours").phases("announce=1s").start();
    let address = launch::address(&server);
    let mut probe = Client::to(address).await;
    assert_eq!(probe.text("/readyz").await.0, 200);
    let polling = tokio::spawn(async move {
        loop {
            // The answer that says that the connection ends is the one that is waited for.
            if probe.text("/readyz").await.0 == 503 {
                return Instant::now();
            }
        }
    });
    let signalled = Instant::now();
    server.signal(Signal::TERM);
    let not_ready = within_bounds(polling).await.expect("no panic");
    assert_eq!(Client::to(address).await.text("/livez").await.0, 200);
    assert_eq!(Client::to(address).await.text("/").await.0, 200, "work is still accepted");
    let ended = tokio::task::spawn_blocking(move || server.end()).await.expect("no panic");
    ended.exits(0);
    not_ready - signalled
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_of_its_own_answers_while_requests_under_way_end() {
    let server = launch::server(HARNESS, "ours").start();
    let (address, admin) = (launch::address(&server), admin_address(&server));
    let mut client = Client::to(address).await;
    let asked = tokio::spawn(async move { client.text("/work?ms=2000&bytes=5&id=1").await });
    until(admin, |state| state["in_flight_requests"] == 1).await;
    let ended = tokio::spawn(end_by_sigterm(server));

    let state = until(admin, |state| state["phase"] == "complete_current").await;
    assert_eq!(state["status"], "draining");
    assert_eq!(state["in_flight_requests"], 1);
    assert_eq!(state["reason"]["signal"], "SIGTERM");
    assert!(state["time_left"].as_f64().is_some_and(|left| left > 20.0), "{state:#}");
    assert_eq!(Client::to(admin).await.text("/readyz").await.0, 503);
    assert_eq!(Client::to(admin).await.text("/livez").await.0, 200);

    assert_eq!(asked.await.expect("no panic").1, "1 1 1");
    ended.await.expect("no panic").exits(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn probes_tell_each_state_from_the_start_on() {
    let server = launch::server(HARNESS, "starting").start();
    server.wait_for("UP");
    let admin = admin_address(&server);
    let state = until(admin, |_| true).await;
    assert_eq!(state["status"], "starting");
    assert_eq!(state["services"]["database"]["state"], "opening", "{state:#}");
    assert_eq!(statuses(admin).await, [200, 503, 503]);

    let mut client = Client::to(admin).await;
    client.post("/go").await;
    until(admin, |state| state["status"] == "ready").await;
    assert_eq!(statuses(admin).await, [200, 200, 200]);
    server.wait_for("READY");

    let ended = tokio::spawn(end_by_sigterm(server));
    let state = until(admin, |state| state["status"] == "draining").await;
    assert_eq!(state["phase"], "announce");
    assert_eq!(statuses(admin).await, [200, 503, 200]);
    ended.await.expect("no panic").exits(0);
}

/// What `/livez`, `/readyz` and `/startupz` answer.
async fn statuses(admin: SocketAddr) -> [u16; 3] {
    let mut statuses = [0; 3];
    for (status, path) in statuses.iter_mut().zip(["/livez", "/readyz", "/startupz"]) {
        // While it is announced, each connection carries one request.
        *status = Client::to(admin).await.text(path).await.0.as_u16();
    }
    statuses
}

/// Asks `/lifecycle` until it says so.
pub(crate) async fn until(admin: SocketAddr, is_so: impl Fn(&Value) -> bool) -> Value {
    within_bounds(async {
        loop {
            let (status, text) = Client::to(admin).await.text("/lifecycle").await;
            assert_eq!(status, 200);
            let state = serde_json::from_str(&text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}"));
            if is_so(&state) {
                return state;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await
}
