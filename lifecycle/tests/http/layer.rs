//! `RequestsLayer`, under axum's own server.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::get;
use lifecycle::tower::RequestsLayer;
use lifecycle::{Phase, Shutdown, TaskSpec};
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};

use crate::client::{self, Client};
use crate::streams::{body, frames};
use crate::web::{Web, app};

#[tokio::test]
async fn it_counts_refuses_and_tells_clients_to_leave() {
    let (tell, address) = oneshot::channel();
    let once = Arc::new(std::sync::Mutex::new(Some(tell)));
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begin, wait) = (begun.clone(), go.clone());
    let web = TaskSpec::new("web", move |shutdown: Shutdown| {
        let (tell, begin, wait) = (once.lock().unwrap().take().unwrap(), begin.clone(), wait.clone());
        let slow = get(async move || {
            begin.notify_one();
            wait.notified().await;
            "done"
        });
        let router = Router::new().route("/", get(async || "hello")).route("/slow", slow);
        let router = router.layer(RequestsLayer::new(&shutdown).name("web")).merge(lifecycle::axum::probes());
        async move {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            tell.send(listener.local_addr()?).unwrap();
            let ended = async move { shutdown.cancelled().await };
            axum::serve(listener, router).with_graceful_shutdown(ended).await
        }
    });
    let app = app().task(web).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    let address = address.await.unwrap();
    let mut slow = Client::connect(address).await;
    slow.send(client::get("/slow")).await;
    begun.notified().await;
    let mut client = Client::connect(address).await;
    assert_eq!(client.get("/").await.status, 200);
    assert_eq!(shutdown.status().requests.get("web"), Some(&1));

    shutdown.request("the test is over");
    let refused = client.get("/").await;
    assert!(refused.status == 503 && refused.says_close() && refused.head.contains("\r\nretry-after: 1"));
    // Merged outside of the layer, and served by a server that knows of no App: it is the only one here, or one of
    // several, whose tests run at the same time.
    assert_eq!(Client::connect(address).await.get("/livez").await.status, 200);
    go.notify_one();
    let done = slow.response().await.expect("an answer");
    assert!(done.body == "done" && done.says_close());
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.requests.drained, report.requests.refused), (1, 1));
    assert!(report.phases.iter().any(|phase| phase.phase == Phase::CompleteCurrent));
}

#[tokio::test]
async fn around_a_router_it_counts_to_the_end_of_the_body_and_refuses() {
    let (tell, address) = oneshot::channel();
    let once = std::sync::Mutex::new(Some(tell));
    let (streaming, more) = frames(body);
    let web = TaskSpec::new("web", move |shutdown: Shutdown| {
        let tell = once.lock().unwrap().take().unwrap();
        let router = Router::new().route("/hello", get(async || "hello")).merge(streaming.clone());
        let router = RequestsLayer::new(&shutdown).name("web").around(router);
        async move {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            tell.send(listener.local_addr()?).unwrap();
            axum::serve(listener, router).with_graceful_shutdown(async move { shutdown.cancelled().await }).await
        }
    });
    let app = app().task(web).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    let address = address.await.unwrap();
    let mut stream = Client::connect(address).await;
    stream.send(client::get("/")).await;
    let mut client = Client::connect(address).await;
    assert_eq!(client.get("/hello").await.body, "hello");
    more.send(Bytes::from("one ")).await.unwrap();
    assert_eq!(shutdown.status().requests.get("web"), Some(&1));

    shutdown.request("the test is over");
    let refused = client.get("/").await;
    assert!(refused.status == 503 && refused.says_close() && refused.head.contains("\r\nretry-after: 1"));
    more.send(Bytes::from("two")).await.unwrap();
    drop(more);
    assert_eq!(stream.response().await.expect("an answer").body, "one two");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.requests.drained, report.requests.refused), (1, 1));
}

#[tokio::test]
async fn under_our_own_server_it_counts_nothing_twice() {
    let count = get(async |shutdown: Shutdown| shutdown.status().in_flight_requests.to_string());
    let app = app().build().unwrap();
    let layer = RequestsLayer::new(&app.shutdown());
    drop(app);
    let web = Web::start(Router::new().route("/", count).layer(layer)).await;
    assert_eq!(Client::connect(web.address).await.get("/").await.body, "1");
    assert!(web.stop().await.is_clean());
}

#[tokio::test]
async fn around_a_router_clients_are_told_to_leave_from_the_request_on_until_it_is_called_off() {
    let (tell, address) = oneshot::channel();
    let once = std::sync::Mutex::new(Some(tell));
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begin, wait) = (begun.clone(), go.clone());
    let slow = get(async move || {
        begin.notify_one();
        wait.notified().await;
        "done"
    });
    let router = Router::new().route("/", get(async || "hello")).route("/slow", slow);
    let web = TaskSpec::new("web", move |shutdown: Shutdown| {
        let tell = once.lock().unwrap().take().unwrap();
        let router = RequestsLayer::new(&shutdown).around(router.clone());
        async move {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            tell.send(listener.local_addr()?).unwrap();
            axum::serve(listener, router).with_graceful_shutdown(async move { shutdown.cancelled().await }).await
        }
    });
    let announce = Duration::from_secs(60);
    let app = app().announce(announce).timeout(announce + Duration::from_secs(30)).task(web).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    let address = address.await.unwrap();
    let mut slow = Client::connect(address).await;
    slow.send(client::get("/slow")).await;
    begun.notified().await;
    let mut client = Client::connect(address).await;
    assert!(!client.get("/").await.says_close());

    shutdown.request("announce");
    let leaving = client.get("/").await;
    assert!(leaving.status == 200 && leaving.says_close());
    // It began before that.
    go.notify_one();
    let done = slow.response().await.expect("an answer");
    assert!(done.body == "done" && done.says_close());
    shutdown.abort().await.unwrap();
    assert!(!Client::connect(address).await.get("/").await.says_close());
    running.abort();
}
