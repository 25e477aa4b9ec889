//! `#[lifecycle::test]`: a paused clock, and an App that touches nothing of the process.

#![cfg(all(feature = "macros", feature = "test-util"))]

use std::time::Duration;

use lifecycle::{AppBuilder, Outcome, Shutdown, TaskSpec};
use tokio::time::{Instant, sleep};

const DAY: Duration = Duration::from_secs(86_400);

#[lifecycle::test]
async fn a_day_passes_in_no_time(app: AppBuilder) {
    let began = Instant::now();
    let nightly = TaskSpec::new("nightly", || async {}).interval(DAY);
    let stopper = TaskSpec::new("stopper", |shutdown: Shutdown| async move {
        sleep(7 * DAY + DAY / 2).await;
        shutdown.request("a week is enough");
    });
    let report = app.task(nightly).task(stopper).build().expect("two tasks").run().await;
    assert_eq!(report.component("nightly").map(|task| (task.runs, task.outcome)), Some((8, Some(Outcome::Stopped))));
    assert!(began.elapsed() >= 7 * DAY);
    assert!(report.is_clean(), "{report}");
}

#[lifecycle::test]
async fn a_test_needs_no_app() -> Result<(), std::num::ParseIntError> {
    sleep(DAY).await;
    "7".parse::<u8>().map(drop)
}

#[lifecycle::test]
#[should_panic(expected = "failed: invalid digit found in string")]
async fn an_error_fails_the_test() -> Result<(), std::num::ParseIntError> {
    "seven".parse::<u8>().map(drop)
}

/// No registration of this program is in it, and no variable of the environment counts.
#[lifecycle::test]
async fn the_app_is_empty(app: AppBuilder) {
    let app = app.build().expect("nothing is wrong with nothing");
    app.shutdown().request("nothing to do");
    assert!(app.run().await.components.is_empty());
}
