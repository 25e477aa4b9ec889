//! What the paused-clock tests share: an App that touches nothing of the process, and a journal.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lifecycle::{App, AppBuilder, Res, Resource, ResourceSpec, Shutdown, ShutdownReport, TaskSpec};

/// An App that no signal, no guard and no environment reaches.
pub(crate) fn app() -> AppBuilder {
    App::builder().signals(false).guard(false).environment(false)
}

pub(crate) async fn run(app: AppBuilder) -> ShutdownReport {
    app.build().expect("the wiring is right").run().await
}

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A task that asks for shutdown after a while.
pub(crate) fn stop_after(time: Duration) -> TaskSpec {
    TaskSpec::new("stopper", move |shutdown: Shutdown| async move {
        tokio::time::sleep(time).await;
        shutdown.request("the test is over");
    })
}

pub(crate) struct Database;
impl Resource for Database {}

pub(crate) struct Cache(#[expect(dead_code, reason = "held, so that it is closed before")] Res<Database>);
impl Resource for Cache {}

pub(crate) fn database() -> ResourceSpec<Database> {
    ResourceSpec::value("database", Database)
}

pub(crate) fn cache() -> ResourceSpec<Cache> {
    ResourceSpec::new("cache", |database: Res<Database>| async { Ok::<_, String>(Cache(database)) })
}

/// A task that ends when its turn comes.
pub(crate) fn patient() -> TaskSpec {
    TaskSpec::new("patient", |shutdown: Shutdown| async move { shutdown.cancelled().await })
}

/// What happened when, in milliseconds of the test's clock.
#[derive(Clone)]
pub(crate) struct Journal {
    began: tokio::time::Instant,
    lines: Arc<Mutex<Vec<(u128, String)>>>,
}

impl Journal {
    pub(crate) fn new() -> Self {
        Self { began: tokio::time::Instant::now(), lines: Arc::default() }
    }

    pub(crate) fn note(&self, line: impl Into<String>) {
        self.lines.lock().unwrap().push((self.began.elapsed().as_millis(), line.into()));
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().iter().map(|(_, line)| line.clone()).collect()
    }

    /// The moments of a line, in milliseconds.
    pub(crate) fn moments(&self, line: &str) -> Vec<u128> {
        self.lines.lock().unwrap().iter().filter(|(_, found)| found == line).map(|(moment, _)| *moment).collect()
    }
}

/// Whether a duration lies within a few milliseconds after what is expected: tokio's timer rounds up.
pub(crate) fn about(actual: Duration, expected: Duration) -> bool {
    actual >= expected && actual < expected + millis(10)
}
