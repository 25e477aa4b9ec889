//! Code that blocks: what it may do on its thread.

use std::sync::Arc;
use std::task::Poll;

use lifecycle::{App, AppBuilder, Outcome, Resource, ResourceSpec, Shutdown, ShutdownReport, TaskSpec, Tasks};
use tokio::runtime::Handle;
use tokio::time::{Duration, sleep};

fn app() -> AppBuilder {
    App::builder().signals(false).guard(false).environment(false)
}

async fn run(app: AppBuilder) -> ShutdownReport {
    app.build().expect("the wiring is right").run().await
}

/// What the blocking client of an async library does inside: it waits for a future of the runtime that it finds, or
/// of one of its own.
fn blocks_on_futures() -> Result<(), String> {
    let future = || async {
        sleep(Duration::from_millis(1)).await;
        tokio::spawn(async { 7 }).await.expect("it does not panic")
    };
    let found = Handle::current().block_on(future());
    let own = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("tokio builds a runtime");
    (found + own.block_on(future()) == 14).then_some(()).ok_or_else(|| "wrong".to_owned())
}

/// Regression: the body ran inside of `Handle::block_on`, and a second one in it panicked: "Cannot start a runtime from
/// within a runtime".
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_blocking_task_may_block_on_futures() {
    let task = TaskSpec::blocking("client", |shutdown: Shutdown| {
        let outcome = blocks_on_futures();
        shutdown.request("done");
        outcome
    });
    let report = run(app().task(task)).await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.component("client").unwrap().outcome, Some(Outcome::Stopped));
}

/// Regression: as above, for children.
#[tokio::test]
async fn a_blocking_child_may_block_on_futures() {
    let task = TaskSpec::new("parent", |tasks: Tasks, shutdown: Shutdown| async move {
        let ended = tasks.spawn_blocking("client", blocks_on_futures).await;
        shutdown.request("done");
        ended.map(|outcome| assert_eq!(outcome, Outcome::Finished))
    });
    let report = run(app().task(task)).await;
    assert!(report.is_clean(), "{report}");
}

struct Exporter;

impl Resource for Exporter {}

fn stopper() -> TaskSpec {
    TaskSpec::new("stopper", |shutdown: Shutdown| async move { shutdown.request("done") })
}

/// Regression: as above, for closes, whatever their shape.
#[tokio::test]
async fn a_blocking_close_may_block_on_futures() {
    let exporter = || ResourceSpec::value("exporter", Exporter).blocking(true);
    let closes = [
        exporter().close(|_: Exporter| std::future::ready(blocks_on_futures())),
        exporter().close(|_: Exporter| async {
            sleep(Duration::from_millis(1)).await;
            tokio::task::yield_now().await;
            blocks_on_futures()
        }),
        exporter().close_shared(|_: Arc<Exporter>| std::future::ready(blocks_on_futures())),
    ];
    for exporter in closes {
        let report = run(app().resource(exporter).task(stopper())).await;
        assert!(report.is_clean(), "{report}");
        assert_eq!(report.component("exporter").unwrap().outcome, Some(Outcome::Stopped));
    }
}

/// `block_on` of other crates parks the thread too, and so takes an unpark that was meant for ours.
#[tokio::test]
async fn a_wake_that_comes_inside_of_a_poll_is_not_lost() {
    let exporter = ResourceSpec::value("exporter", Exporter).blocking(true).close(|_: Exporter| {
        let mut has_waited = false;
        std::future::poll_fn(move |context| {
            if std::mem::replace(&mut has_waited, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::thread::park_timeout(Duration::from_millis(1));
            Poll::Pending
        })
    });
    let report = run(app().resource(exporter).task(stopper())).await;
    assert_eq!(report.component("exporter").unwrap().outcome, Some(Outcome::Stopped), "{report}");
}
