//! Subscribers, recorders and wakers that panic or never return. The library calls them, and no such call keeps a
//! component from its turn or the process from its end.
//!
//! The calls of one run are counted first; then one run for each of them has that one go wrong.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use lifecycle_tests::driver::{Ended, Program, Running, SLACK, Signal};

use super::scenario;

const TOTAL: Duration = Duration::from_millis(800);
/// More than the quarter of a second below which two SIGINTs are one.
const TWO_INTERRUPTS: Duration = Duration::from_millis(300);
/// Runs at the same time: most of them only wait.
const TOGETHER: usize = 8;
/// What is measured once the report is made, so that it cannot tell how that went.
const AFTER_THE_REPORT: [&str; 3] =
    ["lifecycle_shutdown_seconds", "lifecycle_requests_lost_total", "lifecycle_requests_in_flight"];
/// What a process may be late by on a busy machine, as many times as there are runs beside it.
const NOISE: Duration = Duration::from_millis(750);

fn program(name: &str, total: &str, bad: Option<&str>) -> Program {
    let program = scenario(name).timeout(total).may_panic().env("RUST_BACKTRACE", "0");
    match bad {
        Some(bad) => program.env("LC_CALL", bad),
        None => program,
    }
}

/// How many calls there are when all goes well, with the way in which it is ended.
fn count(name: &str, total: &str, end: impl Fn(Running) -> Ended) -> usize {
    let running = program(name, total, None).start();
    running.wait_for("READY");
    let ended = end(running);
    let calls = ended.said_after("call ");
    for kind in ["waker", "subscriber.event", "subscriber.new_span shutdown", "subscriber.try_close"] {
        assert!(calls.iter().any(|call| call.contains(kind)), "no call of {kind} in {calls:#?}");
    }
    for kind in ["lifecycle_component_state", "lifecycle_requests_in_flight", "lifecycle_task_runs_total"] {
        assert!(calls.iter().any(|call| call.contains(kind)), "no measure {kind} in {calls:#?}");
    }
    calls.len()
}

/// A run for each way in which each of so many calls goes wrong, several at a time.
fn sweep(calls: usize, run: impl Fn(&str) + Sync) {
    let bad: Vec<String> =
        (1..=calls).flat_map(|number| ["block", "panic"].map(|how| format!("{how} {number}"))).collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..TOGETHER {
            scope.spawn(|| {
                while let Some(bad) = bad.get(next.fetch_add(1, Ordering::SeqCst)) {
                    run(bad);
                }
            });
        }
    });
    eprintln!("{} runs, with {calls} calls in each", bad.len());
}

/// A run with a bad call, up to where the tasks run. No call may keep it from there either.
fn ready(name: &str, total: &str, bad: &str) -> Running {
    let running = program(name, total, Some(bad)).start();
    running.wait_for("READY");
    running
}

/// What went wrong stands in the report, unless it was the last that was to be told.
fn assert_told(ended: &Ended, bad: &str) {
    let went_wrong = ended.said_after("bad call ");
    // A shutdown is over in a few milliseconds, and a waker may be called only once the report is made.
    let is_fresh = |call: &str| call.starts_with("waker");
    let Some(call) = went_wrong
        .first()
        .filter(|call| !is_fresh(call))
        .filter(|call| !AFTER_THE_REPORT.iter().any(|name| call.contains(name)))
    else {
        return;
    };
    let report = ended.report();
    let notes = report["notes"].to_string();
    let told = if bad.starts_with("panic") { "panicked at" } else { "not returned" };
    assert!(notes.contains(told), "`{bad}` was {call}, and is not told: {ended:#?}");
    if bad.starts_with("panic") {
        let said = ended.err.matches("it was caught, and the program goes on").count();
        assert_eq!(said, 1, "`{bad}` is told once: {ended:#?}");
    }
}

fn assert_over_in_time(ended: &Ended, most: Duration, bad: &str) {
    assert!(ended.elapsed <= most + NOISE, "`{bad}`: over after {:?} of {most:?}: {ended:#?}", ended.elapsed);
}

/// Regression: a recorder or a subscriber that panicked took the coordinator with it (exit 101, nothing closed, no
/// report); one that blocked kept the process for ever; a user's waker ran on the guard's thread.
#[test]
fn no_call_that_goes_wrong_keeps_anything_from_its_end() {
    let calls = count("calls", "800ms", |running| running.end_by(Signal::TERM));
    sweep(calls, |bad| {
        let ended = ready("calls", "800ms", bad).end_by(Signal::TERM);
        assert_over_in_time(&ended, TOTAL + SLACK, bad);
        ended.exits(0).says(&["closed ledger", "over"]).outcome("waits", "stopped").outcome("ledger", "stopped");
        assert_told(&ended, bad);
    });
}

/// Regression: SIGQUIT was dead once a recorder blocked or panicked on the guard's thread.
#[test]
fn sigquit_is_answered_whatever_call_goes_wrong() {
    let quit = |mut running: Running| {
        running.signal(Signal::TERM);
        // From here on it waits for what does not hear.
        running.wait_for("waits ends");
        running.end_by(Signal::QUIT)
    };
    let calls = count("calls_deaf", "10s", quit);
    sweep(calls, |bad| {
        let ended = quit(ready("calls_deaf", "10s", bad));
        assert_over_in_time(&ended, SLACK, bad);
        ended.exits(131);
    });
}

/// Regression: a second SIGINT was not heard once a recorder blocked or panicked on the guard's thread.
#[test]
fn a_second_sigint_is_answered_whatever_call_goes_wrong() {
    let interrupt = |mut running: Running| {
        running.signal(Signal::INT);
        // By now the first one is heard, so the time between the two counts from here at the latest.
        running.wait_for("waits ends");
        thread::sleep(TWO_INTERRUPTS);
        running.end_by(Signal::INT)
    };
    let calls = count("calls_deaf", "10s", interrupt);
    sweep(calls, |bad| {
        let ended = interrupt(ready("calls_deaf", "10s", bad));
        // What does not hear is aborted at once.
        assert_over_in_time(&ended, 2 * SLACK, bad);
        ended.exits(130).says(&["closed ledger", "over"]).outcome("deaf", "aborted").outcome("ledger", "stopped");
        assert_told(&ended, bad);
    });
}
