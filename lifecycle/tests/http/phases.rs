//! The server's way through the phases.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use lifecycle::{Phase, PhaseEnd, Requests, Shutdown};
use tokio::sync::Notify;

use crate::client::{self, Client};
use crate::web::{Web, app, hasty};

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

/// A route `/slow` that answers when it is told, and says when it has begun.
fn slow() -> (Router, Arc<Notify>, Arc<Notify>) {
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (begun, go) = (begun.clone(), go.clone());
        move || async move {
            begun.notify_one();
            go.notified().await;
            "done"
        }
    };
    (hello().route("/slow", get(handler)), begun, go)
}

#[tokio::test]
async fn it_serves_until_shutdown_and_the_connection_stays_open() {
    let web = Web::start(hello()).await;
    let mut client = Client::connect(web.address).await;
    for _ in 0..2 {
        let response = client.get("/").await;
        assert_eq!((response.status, &*response.body, response.says_close()), (200, "hello", false));
    }
    let report = web.stop().await;
    assert!(report.is_clean(), "{report}");
    assert!(client.rest().await.is_empty());
}

#[tokio::test]
async fn while_it_announces_it_accepts_and_tells_clients_to_leave() {
    let web =
        Web::with(app().announce(Duration::from_secs(60)).timeout(Duration::from_secs(90)), hello(), |it| it).await;
    let mut before = Client::connect(web.address).await;
    assert!(!before.get("/").await.says_close());
    web.shutdown.request("announce");
    let told = before.get("/").await;
    assert!(told.status == 200 && told.says_close());
    assert!(before.rest().await.is_empty());
    assert!(Client::connect(web.address).await.get("/").await.says_close());
    assert_eq!(web.shutdown.phase(), Some(Phase::Announce));
}

/// The server's task has no chance to accept anything before it hears of the shutdown: these clients stand in the
/// accept queue, with their requests sent.
fn in_the_queue(web: &Web, count: usize) -> Vec<Client> {
    let send = |_| {
        let mut stream = TcpStream::connect(web.address).unwrap();
        stream.write_all(&client::get("/")).unwrap();
        Client::of(stream)
    };
    let clients = (0..count).map(send).collect();
    web.shutdown.request("with a full queue");
    clients
}

#[tokio::test]
async fn what_stands_in_the_accept_queue_is_answered() {
    let web = Web::start(hello()).await;
    for mut client in in_the_queue(&web, 50) {
        let response = client.response().await.expect("an answer");
        assert!(response.status == 200 && response.says_close());
    }
    let report = web.ended().await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test]
async fn without_draining_the_queue_it_is_lost() {
    let web = Web::with(app(), hello(), |server| server.drain_backlog(false)).await;
    let mut answered = 0;
    for mut client in in_the_queue(&web, 50) {
        answered += usize::from(client.response().await.is_some());
    }
    assert_eq!(answered, 0);
    assert!(web.ended().await.is_clean());
}

#[tokio::test]
async fn a_request_that_lies_unread_in_an_idle_connection_is_answered() {
    let web = Web::with(app(), hello(), |server| server.linger(Duration::ZERO)).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        let stream = TcpStream::connect(web.address).unwrap();
        let other_end = stream.try_clone().unwrap();
        let mut client = Client::of(stream);
        assert_eq!(client.get("/").await.status, 200);
        clients.push((client, other_end));
    }
    // Past the runtime, so that the server's task hears of the shutdown first.
    for (_, stream) in &mut clients {
        stream.write_all(&client::get("/")).unwrap();
    }
    web.shutdown.request("with requests on their way");
    for (mut client, _) in clients {
        assert!(client.response().await.expect("an answer").says_close());
    }
    assert!(web.ended().await.is_clean());
}

#[tokio::test]
async fn idle_and_silent_connections_and_half_sent_requests_do_not_hold_it() {
    let web = Web::start(hello()).await;
    let silent = Client::connect(web.address).await;
    let mut idle = Client::connect(web.address).await;
    idle.get("/").await;
    let mut half = Client::connect(web.address).await;
    half.send("GET / HTTP/1.1\r\nhost: te").await;
    let mut first_bytes = Client::connect(web.address).await;
    first_bytes.send("PRI").await;
    let report = web.stop().await;
    assert!(report.is_clean(), "{report}");
    for client in [silent, idle, half, first_bytes] {
        assert!(client.rest().await.is_empty());
    }
}

#[tokio::test]
async fn a_request_in_progress_ends_and_says_close() {
    let (router, begun, go) = slow();
    let web = Web::start(router).await;
    let mut client = Client::connect(web.address).await;
    client.send(client::get("/slow")).await;
    begun.notified().await;
    web.shutdown.request("with a request in progress");
    web.shutdown.draining().await;
    go.notify_one();
    let response = client.response().await.expect("an answer");
    assert!(response.body == "done" && response.says_close());
    let report = web.ended().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.requests.drained, report.requests.lost), (1, 0));
}

#[tokio::test]
async fn a_handler_that_hangs_is_answered_for_and_counted_as_lost() {
    let (router, begun, _) = slow();
    let web = Web::with(hasty(), router, |server| server.name("shop")).await;
    let mut client = Client::connect(web.address).await;
    client.send(client::get("/slow")).await;
    begun.notified().await;
    web.shutdown.request("with a handler that hangs");
    let response = client.response().await.expect("an answer");
    assert!(response.status == 503 && response.says_close() && response.head.contains("\r\nretry-after: "));
    let report = web.ended().await;
    assert_eq!((report.exit_code.get(), report.requests.lost), (3, 1));
    assert!(report.to_string().contains("1 of `shop`"), "{report}");
}

#[tokio::test]
async fn an_upload_that_stands_still_is_cut() {
    let begun = Arc::new(Notify::new());
    let tell = begun.clone();
    let upload = post(async move |body: axum::body::Body| {
        tell.notify_one();
        axum::body::to_bytes(body, usize::MAX).await.map_or(0, |bytes| bytes.len()).to_string()
    });
    let web = Web::with(hasty(), Router::new().route("/upload", upload), |it| it).await;
    let mut client = Client::connect(web.address).await;
    client.send("POST /upload HTTP/1.1\r\nhost: test\r\ncontent-length: 100\r\n\r\nsome").await;
    begun.notified().await;
    let report = web.stop().await;
    assert_eq!((report.exit_code.get(), report.requests.lost), (3, 1));
    assert_eq!(client.response().await.expect("an answer").status, 503);
}

#[tokio::test]
async fn a_server_until_cancelled_answers_while_requests_end_and_is_not_counted() {
    let (router, begun, go) = slow();
    let web = Web::start(router).await;
    let admin = lifecycle_admin(&web).await;
    let mut client = Client::connect(web.address).await;
    client.send(client::get("/slow")).await;
    begun.notified().await;
    web.shutdown.request("with an admin port");
    web.shutdown.draining().await;
    let live = Client::connect(admin.0).await.get("/livez").await;
    assert!(live.status == 200 && !live.says_close());
    assert_eq!(Client::connect(admin.0).await.get("/readyz").await.status, 503);
    assert_eq!(web.shutdown.status().in_flight_requests, 1);
    go.notify_one();
    assert_eq!(client.response().await.expect("an answer").body, "done");
    admin.1.await.unwrap().unwrap();
    assert!(web.ended().await.is_clean());
}

/// A second server, in the same App.
async fn lifecycle_admin(web: &Web) -> (std::net::SocketAddr, tokio::task::JoinHandle<std::io::Result<()>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let admin = lifecycle::axum::serve(listener, lifecycle::axum::probes(), web.shutdown.clone()).until_cancelled();
    (address, tokio::spawn(admin))
}

#[tokio::test]
async fn handlers_take_a_shutdown_and_the_requests() {
    let handler = get(async |shutdown: Shutdown, requests: Requests| {
        format!("{} {:?}", shutdown.is_requested(), requests.by_name())
    });
    let web = Web::start(Router::new().route("/", handler)).await;
    assert_eq!(Client::connect(web.address).await.get("/").await.body, r#"false [("http", 1)]"#);
    assert!(web.stop().await.is_clean());
}

/// Regression: a connection that was idle, but busy just before, kept a short *stop_new_work* until its time was over.
#[tokio::test]
async fn a_connection_that_lingers_does_not_take_all_of_stop_new_work() {
    let web = Web::with(app().phase(Phase::StopNewWork, Duration::from_millis(200)), hello(), |server| server).await;
    let mut client = Client::connect(web.address).await;
    assert_eq!(client.get("/").await.status, 200);
    let report = web.stop().await;
    let phase = report.phases.iter().find(|phase| phase.phase == Phase::StopNewWork).unwrap();
    assert_eq!(phase.ended, PhaseEnd::Completed, "{report}");
    assert!(client.rest().await.is_empty());
    assert!(report.is_clean(), "{report}");
}
