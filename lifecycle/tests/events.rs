//! What an operator reads in a log: a few lines for a stop, and each says something new.

mod common;
#[path = "common/lines.rs"]
mod lines;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use common::{app, millis, patient, run, seconds, stop_after};
use lifecycle::{Shutdown, TaskSpec, Tasks};
use lines::Lines;
use tracing::Level;

/// Regression: a stop had 16 lines at INFO, each with the whole reason, and budgets such as 1.9997418649999998; a monitor
/// was said to call an `on_recovery` that it did not have.
#[test]
fn a_stop_is_a_few_lines_and_the_reason_is_told_once() {
    let lines = Lines::default();
    tracing::subscriber::set_global_default(lines.clone()).expect("it is the first");
    let runs = Arc::new(AtomicU32::new(0));
    let monitor = TaskSpec::new("monitor", move |shutdown: Shutdown| {
        let run = runs.fetch_add(1, Ordering::Relaxed);
        async move {
            match run {
                0 | 1 => Err("no answer"),
                2 => Ok(()),
                _ => {
                    shutdown.request("the reason of this stop");
                    Ok(())
                }
            }
        }
    });
    let monitor = monitor.interval(millis(5)).failure_threshold(2);
    let report = app().task(monitor).task(patient()).build().expect("it is valid").run_blocking();
    assert!(report.is_clean(), "{report}");
    let lines = lines.all();
    let all: String = lines.iter().map(|(level, line)| format!("{level}{line}\n")).collect();
    assert!(!all.contains("on_failure") && !all.contains("on_recovery"), "none is set:\n{all}");
    assert_eq!(all.matches("the reason of this stop").count(), 1, "{all}");
    let begins = lines.iter().position(|(_, line)| line.contains("shutdown begins")).expect("a stop");
    let info: Vec<&str> = lines[begins..]
        .iter()
        .filter(|(level, line)| *level <= Level::INFO && !line.starts_with("span "))
        .map(|(_, line)| line.as_str())
        .collect();
    assert_eq!(info.iter().filter(|line| line.contains("phase begins")).count(), 4, "{all}");
    assert!(info.last().is_some_and(|line| line.contains("shutdown ends")), "{all}");
    assert_eq!(info.len(), 6, "{all}");
    for number in all.split("seconds=").skip(1).map(|rest| rest.split_whitespace().next().unwrap_or_default()) {
        let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        assert!(decimals <= 3, "seconds={number}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_alarm_is_told_and_so_is_an_action_that_fails() {
    let lines = Lines::default();
    let _subscriber = tracing::subscriber::set_default(lines.clone());
    let runs = Arc::new(AtomicU32::new(0));
    let monitor = TaskSpec::new("monitor", move || {
        let run = runs.fetch_add(1, Ordering::Relaxed);
        async move { if run < 3 { Err("no answer") } else { Ok(()) } }
    })
    .interval(seconds(1))
    .timeout(millis(500))
    .failure_threshold(3)
    .on_failure(|| async { Err::<(), _>("the pager is out of order") })
    .on_recovery(std::future::pending::<()>);
    let report = run(app().task(monitor).task(stop_after(seconds(10)))).await;
    assert!(report.is_clean(), "{report}");
    lines.assert_told(Level::WARN, &["a monitor is alarmed", "task=\"monitor\"", "failures=3"]);
    lines.assert_told(Level::DEBUG, &["a monitor calls", "task=\"monitor\"", "call=\"on_failure\""]);
    lines.assert_told(Level::INFO, &["a monitor is well again", "task=\"monitor\""]);
    lines.assert_told(Level::DEBUG, &["a monitor calls", "task=\"monitor\"", "call=\"on_recovery\""]);
    lines.assert_told(
        Level::ERROR,
        &["the action of a monitor failed", "the pager is out of order", "call=\"on_failure\""],
    );
    lines.assert_told(
        Level::ERROR,
        &["the action of a monitor failed", "past its timeout of 500ms", "call=\"on_recovery\""],
    );
}

#[tokio::test(start_paused = true)]
async fn a_child_that_fails_is_told_and_so_is_one_that_is_refused() {
    let lines = Lines::default();
    let _subscriber = tracing::subscriber::set_default(lines.clone());
    let parent = TaskSpec::new("parent", |tasks: Tasks, shutdown: Shutdown| async move {
        let failed = tasks.spawn("upload", async { Err::<(), _>("the disk is full") });
        assert!(failed.await.is_err());
        shutdown.cancelled().await;
        assert!(tasks.spawn("late", async {}).is_refused());
    });
    let report = run(app().task(parent).task(stop_after(seconds(1)))).await;
    assert!(report.is_clean(), "{report}");
    lines.assert_told(Level::WARN, &["a child task failed", "child=\"upload\"", "error=\"the disk is full\""]);
    lines.assert_told(Level::DEBUG, &["spawn refused", "owner=\"parent\"", "child=\"late\""]);
}
