//! What probes say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use lifecycle::axum::Probes;
use lifecycle::{ResourceSpec, Shutdown, TaskSpec};
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};

use crate::client::Client;
use crate::web::{Web, app};

#[tokio::test]
async fn they_follow_the_request_for_shutdown_at_once() {
    let announcing = app().announce(Duration::from_secs(60)).timeout(Duration::from_secs(90)).version("1.2.3");
    let web = Web::with(announcing, Probes::new().details().router(), |it| it).await;
    let ask = async |path: &str| Client::connect(web.address).await.get(path).await;
    for path in ["/livez", "/readyz", "/startupz", "/lifecycle"] {
        let response = ask(path).await;
        assert!(
            response.status == 200 && response.head.contains("\r\ncache-control: no-store"),
            "{path}: {response:?}"
        );
    }
    let ready: serde_json::Value = serde_json::from_str(&ask("/lifecycle").await.body).unwrap();
    assert_eq!((&ready["status"], &ready["version"]), (&"ready".into(), &"1.2.3".into()));
    assert_eq!((&ready["in_flight_requests"], &ready["services"]["web"]["state"]), (&1.into(), &"running".into()));
    assert!(ready["uptime"].as_f64().is_some() && ready["phase"].is_null() && ready["time_left"].is_null());

    web.shutdown.request("announce");
    assert_eq!((ask("/livez").await.status, ask("/startupz").await.status), (200, 200));
    let draining = ask("/readyz").await;
    assert_eq!((draining.status, &*draining.body), (503, "draining\n"));
    let draining: serde_json::Value = serde_json::from_str(&ask("/lifecycle").await.body).unwrap();
    assert_eq!((&draining["status"], &draining["phase"]), (&"draining".into(), &"announce".into()));
    assert!(draining["time_left"].as_f64().unwrap() > 80.0);
}

/// Regression: probes were merged into the public router, and told errors and lines of source to all who asked.
#[tokio::test]
async fn details_are_told_only_if_they_are_asked_for() {
    let web = Web::with(app(), lifecycle::axum::probes(), |it| it).await;
    let mut client = Client::connect(web.address).await;
    for (path, status) in [("/livez", 200), ("/readyz", 200), ("/startupz", 200), ("/lifecycle", 404)] {
        assert_eq!(client.get(path).await.status, status, "{path}");
    }
    assert!(web.stop().await.is_clean());
}

#[tokio::test]
async fn while_resources_open_the_app_is_not_started() {
    struct Slow;
    impl lifecycle::Resource for Slow {}
    let go = Arc::new(Notify::new());
    let wait = go.clone();
    let (tell, address) = oneshot::channel();
    let tell = Arc::new(std::sync::Mutex::new(Some(tell)));
    // An App that is asked through the shutdown of another component of it, a resource that is opening.
    let slow = ResourceSpec::<Slow>::new("slow", move |shutdown: Shutdown| {
        let (wait, tell) = (wait.clone(), tell.lock().unwrap().take().unwrap());
        async move {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            tell.send(listener.local_addr()?).unwrap();
            tokio::spawn(
                lifecycle::axum::serve(listener, Probes::new().details().router(), shutdown).until_cancelled(),
            );
            wait.notified().await;
            Ok::<_, std::io::Error>(Slow)
        }
    });
    let running = Arc::new(Notify::new());
    let runs = running.clone();
    let work = TaskSpec::new("work", move |shutdown: Shutdown| {
        runs.notify_one();
        async move { shutdown.draining().await }
    });
    let app = app().resource(slow).task(work).build().unwrap();
    let shutdown = app.shutdown();
    let app = tokio::spawn(app.run());
    let address = address.await.unwrap();
    let mut client = Client::connect(address).await;
    for (path, status) in [("/livez", 200), ("/readyz", 503), ("/startupz", 503)] {
        assert_eq!(client.get(path).await.status, status, "{path}");
    }
    assert!(client.get("/lifecycle").await.body.contains(r#""status":"starting""#));
    go.notify_one();
    running.notified().await;
    assert_eq!((client.get("/readyz").await.status, client.get("/startupz").await.status), (200, 200));
    shutdown.request("the test is over");
    assert!(app.await.unwrap().is_clean());
}

#[tokio::test]
async fn readiness_depends_on_those_that_gate_it() {
    let well = Arc::new(AtomicBool::new(true));
    let (state, ticked) = (well.clone(), Arc::new(Notify::new()));
    let tick = ticked.clone();
    let monitor = TaskSpec::new("monitor", move || {
        let (well, tick) = (state.load(Ordering::SeqCst), tick.clone());
        async move {
            tick.notify_one();
            if well { Ok(()) } else { Err("the database is away") }
        }
    })
    .interval(Duration::from_millis(1));
    let router = Probes::new().gated_by(["monitor"]).router();
    let all = Router::new().nest("/all", lifecycle::axum::probes());
    let misspelt = Router::new().nest("/misspelt", Probes::new().gated_by(["monitr"]).router());
    let web = Web::with(app().task(monitor), router.merge(all).merge(misspelt), |it| it).await;
    let mut client = Client::connect(web.address).await;
    assert_eq!(client.get("/readyz").await.status, 200);
    let misspelt = client.get("/misspelt/readyz").await;
    assert!(misspelt.status == 503 && misspelt.body.contains("no component `monitr`"), "{misspelt:?}");
    for (now, status) in [(false, 503), (true, 200)] {
        well.store(now, Ordering::SeqCst);
        // The second tick from now began after the first had ended, which saw what it is now.
        ticked.notified().await;
        ticked.notified().await;
        ticked.notified().await;
        let ready = client.get("/readyz").await;
        assert_eq!(ready.status, status, "{ready:?}");
        assert_eq!(client.get("/all/readyz").await.status, 200);
    }
    assert!(web.stop().await.is_clean());
}
