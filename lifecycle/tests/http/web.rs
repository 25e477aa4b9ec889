//! An App with one server in it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use lifecycle::axum::Serve;
use lifecycle::{App, AppBuilder, Phase, Shutdown, ShutdownReport, TaskSpec};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) type Server = Serve;

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Web {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: Shutdown,
    running: JoinHandle<ShutdownReport>,
}

/// An App that hears nothing from outside, with short budgets: what is cut in a test is cut soon.
pub(crate) fn app() -> AppBuilder {
    App::builder()
        .signals(false)
        .guard(false)
        .environment(false)
        .timeout(Duration::from_secs(20))
        .phase(Phase::StopNewWork, Duration::from_secs(5))
        .phase(Phase::CompleteCurrent, Duration::from_secs(5))
        .phase(Phase::CancelTasks, Duration::from_secs(5))
}

/// An App whose work in progress is cut after a moment.
pub(crate) fn hasty() -> AppBuilder {
    let moment = Duration::from_millis(300);
    app().phase(Phase::StopNewWork, moment).phase(Phase::CompleteCurrent, moment)
}

impl Web {
    /// Serves a router as it is.
    pub(crate) async fn start(router: Router) -> Self {
        Self::with(app(), router, |server| server).await
    }

    /// Serves it with options.
    pub(crate) async fn with(app: AppBuilder, router: Router, options: fn(Server) -> Server) -> Self {
        let (tell, address) = oneshot::channel();
        let once = Arc::new(Mutex::new(Some((tell, router))));
        let web = TaskSpec::new("web", move |shutdown: Shutdown| {
            let (tell, router) = once.lock().unwrap().take().expect("it runs once");
            async move {
                let listener = TcpListener::bind("127.0.0.1:0").await?;
                tell.send(listener.local_addr()?).unwrap();
                options(lifecycle::axum::serve(listener, router, shutdown)).await
            }
        });
        let app = app.task(web).build().unwrap();
        let shutdown = app.shutdown();
        let running = tokio::spawn(app.run());
        Self { address: address.await.unwrap(), shutdown, running }
    }

    /// Asks for shutdown and waits for its end.
    pub(crate) async fn stop(self) -> ShutdownReport {
        self.shutdown.request("the test is over");
        self.ended().await
    }

    pub(crate) async fn ended(self) -> ShutdownReport {
        self.running.await.unwrap()
    }
}
