//! A server, and a shutdown that is called off.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use lifecycle::tower::RequestsLayer;
use lifecycle::{AppBuilder, Phase, Restart, Shutdown, ShutdownReport, Status, TaskSpec};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::client::Client;
use crate::web::{Web, app};

fn hello() -> Router {
    Router::new().route("/", get(async || "hello")).merge(lifecycle::axum::probes())
}

fn announced() -> AppBuilder {
    app().announce(Duration::from_secs(60)).timeout(Duration::from_secs(90))
}

pub(crate) async fn until(what: impl Fn() -> bool) {
    let is_so = async {
        while !what() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(30), is_so).await.expect("it is so in the end");
}

/// Lets all tasks run that have been woken: there is one thread, and each yield puts this task behind them. A shutdown that
/// is called off before a task has run is one that the task has not heard of.
pub(crate) async fn all_have_heard() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

async fn status(address: SocketAddr, path: &str) -> u16 {
    Client::connect(address).await.get(path).await.status
}

#[tokio::test]
async fn in_announce_it_serves_on_and_tells_nobody_to_leave_any_more() {
    let web = Web::with(announced(), hello(), |server| server).await;
    let mut kept = Client::connect(web.address).await;
    for _ in 0..3 {
        web.shutdown.request("first");
        assert_eq!(status(web.address, "/readyz").await, 503);
        assert!(Client::connect(web.address).await.get("/").await.says_close());
        assert_eq!(web.shutdown.abort().await, Ok(Vec::new()));
        assert_eq!(status(web.address, "/readyz").await, 200);
        for _ in 0..2 {
            let response = kept.get("/").await;
            assert!(response.status == 200 && !response.says_close());
        }
    }
    let running = web.shutdown.status();
    assert_eq!((running.status, running.services["web"].runs), (Status::Ready, 1));
}

/// A server whose port stays the same from one run to the next, with a route that answers when it is told.
struct Again {
    address: SocketAddr,
    shutdown: Shutdown,
    go: Arc<Notify>,
    running: JoinHandle<ShutdownReport>,
}

impl Again {
    async fn start(app: AppBuilder, restart: Restart) -> Self {
        let address = Arc::new(Mutex::new(SocketAddr::from(([127, 0, 0, 1], 0))));
        let go = Arc::new(Notify::new());
        let (bound, gate) = (address.clone(), go.clone());
        let web = TaskSpec::new("web", move |shutdown: Shutdown| {
            let (bound, gate) = (bound.clone(), gate.clone());
            let slow = get(async move || {
                gate.notified().await;
                "done"
            });
            async move {
                let before = *bound.lock().unwrap();
                let listener = TcpListener::bind(before).await?;
                *bound.lock().unwrap() = listener.local_addr()?;
                lifecycle::axum::serve(listener, hello().route("/slow", slow), shutdown).await
            }
        });
        let stays = TaskSpec::new("stays", |shutdown: Shutdown| async move { shutdown.cancelled().await });
        let app = app.task(web.restart(restart)).task(stays).build().unwrap();
        let shutdown = app.shutdown();
        let running = tokio::spawn(app.run());
        until(|| address.lock().unwrap().port() != 0).await;
        let address = *address.lock().unwrap();
        Self { address, shutdown, go, running }
    }

    fn state(&self) -> (&'static str, u64) {
        let status = self.shutdown.status();
        (status.services["web"].state, status.services["web"].runs)
    }

    async fn answers(&self) {
        let answer = async {
            loop {
                // The new listener takes over from the old one.
                if tokio::net::TcpStream::connect(self.address).await.is_ok() && self.state() == ("running", 2) {
                    return Client::connect(self.address).await.get("/readyz").await;
                }
                sleep(Duration::from_millis(1)).await;
            }
        };
        assert_eq!(timeout(Duration::from_secs(30), answer).await.unwrap().status, 200);
    }
}

/// *stop_new_work* lasts until every connection has had its last request, so it has not ended here.
#[tokio::test]
async fn in_stop_new_work_it_comes_back_on_its_port_and_what_was_under_way_is_answered() {
    let again = Again::start(app(), Restart::Always).await;
    let mut slow = Client::connect(again.address).await;
    slow.send(crate::client::get("/slow")).await;
    let shutdown = again.shutdown.clone();
    until(|| shutdown.status().in_flight_requests == 1).await;
    let _holds = lingering(&again).await;
    assert_eq!(again.shutdown.abort().await, Ok(Vec::new()));
    again.answers().await;
    again.go.notify_waiters();
    let response = slow.response().await.expect("an answer");
    assert_eq!((response.status, &*response.body), (200, "done"));
    assert!(response.says_close() && slow.rest().await.is_empty());
    assert_eq!(status(again.address, "/").await, 200);
    again.shutdown.request("enough");
    let report = again.running.await.unwrap();
    assert!(report.is_clean() && report.called_off == 1, "{report}");
    assert_eq!(report.component("web").unwrap().restarts, 0);
}

/// A request for shutdown that stands in *stop_new_work*, because a connection has just been busy.
async fn lingering(again: &Again) -> Client {
    let mut busy = Client::connect(again.address).await;
    busy.get("/").await;
    again.shutdown.request("first");
    until(|| again.shutdown.is_draining()).await;
    all_have_heard().await;
    assert_eq!(again.shutdown.phase(), Some(Phase::StopNewWork));
    busy
}

#[tokio::test]
async fn one_that_never_comes_back_ends_as_planned_and_the_rest_goes_on() {
    let again = Again::start(app(), Restart::Never).await;
    let busy = lingering(&again).await;
    let ended = again.shutdown.abort().await.unwrap();
    assert!(ended.is_empty(), "it has not ended yet");
    let (shutdown, name) = (again.shutdown.clone(), "web");
    until(|| shutdown.status().services[name].state == "stopped").await;
    assert!(busy.rest().await.is_empty());
    assert_eq!(shutdown.status().status, Status::Ready);
    shutdown.request("enough");
    assert!(again.running.await.unwrap().is_clean());
}

/// What is left of a server that was called off is cut with the next shutdown, like anything else.
#[tokio::test]
async fn what_never_ends_of_the_one_before_is_cut_by_the_next_shutdown() {
    let moment = Duration::from_millis(300);
    let app = app().phase(Phase::CompleteCurrent, moment).phase(Phase::StopNewWork, Duration::from_secs(2));
    let again = Again::start(app, Restart::Always).await;
    let mut hangs = Client::connect(again.address).await;
    hangs.send(crate::client::get("/slow")).await;
    let shutdown = again.shutdown.clone();
    until(|| shutdown.status().in_flight_requests == 1).await;
    let _busy = lingering(&again).await;
    again.shutdown.abort().await.unwrap();
    again.answers().await;
    again.shutdown.request("enough");
    let response = hangs.response().await.expect("a refusal");
    assert_eq!(response.status, 503);
    let report = again.running.await.unwrap();
    assert_eq!((report.requests.lost, report.exit_code.get()), (1, 3), "{report}");
}

#[tokio::test]
async fn the_layer_accepts_again() {
    let (tell, address) = tokio::sync::oneshot::channel();
    let tell = Arc::new(Mutex::new(Some(tell)));
    let other = TaskSpec::new("other", move |requests: lifecycle::Requests, shutdown: Shutdown| {
        let tell = tell.lock().unwrap().take().expect("it runs once");
        async move {
            let _acceptor = requests.acceptor("other");
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            tell.send(listener.local_addr()?).unwrap();
            let service = hello().layer(RequestsLayer::new(&shutdown));
            axum::serve(listener, service).with_graceful_shutdown(async move { shutdown.cancelled().await }).await
        }
    });
    let app = app().task(other).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    let address = address.await.unwrap();
    for _ in 0..2 {
        assert_eq!(status(address, "/").await, 200);
        shutdown.request("first");
        assert_eq!(status(address, "/").await, 503);
        shutdown.abort().await.unwrap();
    }
    assert_eq!(status(address, "/").await, 200);
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}
