//! Requests in flight as a program sees them: the oldest, and the one that is lost.

mod common;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{app, millis, run, seconds};
use lifecycle::{App, InFlight, OldestRequest, Requests, Shutdown, ShutdownReport, TaskSpec};

/// Runs a server with one request, which never ends.
async fn with_a_request_that_never_ends() -> ShutdownReport {
    let forever: Arc<Mutex<Option<InFlight>>> = Arc::default();
    let server = TaskSpec::new("server", move |requests: Requests, shutdown: Shutdown| {
        let forever = forever.clone();
        async move {
            *forever.lock().unwrap() = requests.try_begin("orders");
            drop(requests.try_begin("http"));
            assert_eq!(shutdown.status().oldest_request.map(|oldest| oldest.name), Some("orders"));
            shutdown.request("the test is over");
        }
    });
    run(app().task(server)).await
}

#[tokio::test(start_paused = true)]
async fn the_oldest_of_the_lost_requests_stands_in_the_report() {
    let report = with_a_request_that_never_ends().await;
    assert_eq!(report.requests.lost, 1);
    assert_eq!(report.requests.oldest.map(|oldest| oldest.name), Some("orders"));
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["requests"]["oldest"]["name"], "orders");
    assert!(json["requests"]["oldest"]["age"].is_number());
    let table = report.to_string();
    assert!(table.contains("0 drained, 1 lost (oldest `orders`, "), "{table}");
}

/// The oldest request, a while after it has begun and by the first question about it.
async fn oldest_after(while_: Duration, app: lifecycle::AppBuilder) -> (OldestRequest, Duration) {
    let said = Arc::new(Mutex::new(None));
    let say = said.clone();
    let task = TaskSpec::new("asks", move |requests: Requests, shutdown: Shutdown| {
        let say = say.clone();
        async move {
            assert_eq!(requests.oldest(), None);
            let began = Instant::now();
            let _in_flight = requests.begin("http");
            tokio::time::sleep(while_).await;
            *say.lock().unwrap() = requests.oldest().map(|oldest| (oldest, began.elapsed()));
            shutdown.request("the test is over");
        }
    });
    run(app.task(task)).await;
    let said = said.lock().unwrap().take();
    said.expect("there was a request")
}

/// By the system's clock: it is the guard's own that is tested.
#[tokio::test]
async fn the_guard_has_looked_at_the_requests_before_anybody_asks() {
    let guarded = App::builder().signals(false).environment(false);
    let (oldest, most) = oldest_after(seconds(3), guarded).await;
    assert_eq!(oldest.name, "http");
    assert!(oldest.age <= most, "{oldest:?} of {most:?}");
    assert!(oldest.age > Duration::ZERO, "it was not looked at");
}

#[tokio::test]
async fn without_a_guard_the_first_question_is_the_first_look() {
    let (oldest, _) = oldest_after(millis(5), app()).await;
    assert_eq!((oldest.name, oldest.age), ("http", Duration::ZERO));
}
