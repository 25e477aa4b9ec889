//! What becomes of tasks, those that ended and those that did not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::common::{Journal, app, millis, seconds};
use lifecycle::{AbortError, Missed, Outcome, Phase, Reason, Requests, Restart, Shutdown, TaskSpec, Tasks};
use tokio::time::sleep;

use super::{Running, accepts, announced, drains, stays, ticking};

#[tokio::test(start_paused = true)]
async fn ticks_go_on_by_their_grid_and_what_was_missed_follows_the_option() {
    let (skip, skipped) = ticking("skip", Missed::Skip);
    let (burst, bursts) = ticking("burst", Missed::Burst);
    let (delay, delayed) = ticking("delay", Missed::Delay);
    let app = app().phase(Phase::StopNewWork, seconds(5)).task(accepts("server")).task(skip).task(burst).task(delay);
    let running = Running::start(app).await;
    sleep(millis(2500)).await;
    running.shutdown.request("first");
    sleep(seconds(4)).await;
    assert_eq!(*skipped.lock().unwrap(), [0, 1, 2]);
    assert_eq!(running.shutdown.status().services["skip"].state, "stopped");
    assert_eq!(running.shutdown.abort().await, Ok(Vec::new()));
    assert_eq!(running.shutdown.status().services["skip"].state, "running");
    sleep(millis(2200)).await;
    assert_eq!(*skipped.lock().unwrap(), [0, 1, 2, 7, 8]);
    assert_eq!(*bursts.lock().unwrap(), [0, 1, 2, 3 + 3, 6, 6, 6, 7, 8], "none is lost");
    assert_eq!(*delayed.lock().unwrap(), [0, 1, 2, 6, 7, 8]);
    let report = running.stop().await;
    assert!(report.is_clean(), "{report}");
    let skip = report.component("skip").unwrap();
    assert_eq!((skip.failures, skip.restarts, skip.outcome), (0, 0, Some(Outcome::Stopped)));
}

#[tokio::test(start_paused = true)]
async fn ticks_in_announce_are_not_disturbed_at_all() {
    let (task, ticks) = ticking("ticks", Missed::Skip);
    let running = Running::start(announced().task(task)).await;
    sleep(millis(1500)).await;
    running.shutdown.request("first");
    sleep(seconds(2)).await;
    running.shutdown.abort().await.unwrap();
    sleep(seconds(2)).await;
    assert_eq!(*ticks.lock().unwrap(), [0, 1, 2, 3, 4, 5]);
    assert!(running.stop().await.is_clean());
}

/// A monitor that has called its action has done so, whatever stops and goes on.
#[tokio::test(start_paused = true)]
async fn a_monitor_remembers_that_it_has_called() {
    let (calls, count) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = calls.clone();
    let monitor = TaskSpec::new("monitor", || async { Err::<(), _>("down") })
        .interval(seconds(1))
        .failure_threshold(2)
        .on_failure(move || {
            let counted = counted.clone();
            async move {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
    let running =
        Running::start(app().phase(Phase::StopNewWork, seconds(5)).task(accepts("server")).task(monitor)).await;
    sleep(millis(3500)).await;
    count.store(calls.load(Ordering::SeqCst), Ordering::SeqCst);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    running.shutdown.request("first");
    sleep(seconds(1)).await;
    running.shutdown.abort().await.unwrap();
    sleep(seconds(5)).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert!(running.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_ended_comes_back_if_it_always_does_and_is_named_otherwise() {
    let journal = Journal::new();
    let app = app()
        .phase(Phase::StopNewWork, seconds(5))
        .task(accepts("door"))
        .task(drains("always", seconds(1), &journal).restart(Restart::Always))
        .task(drains("never", seconds(1), &journal))
        .task(drains("on_failure", seconds(1), &journal).restart(Restart::OnFailure));
    let running = Running::start(app).await;
    sleep(seconds(1)).await;
    running.shutdown.request("first");
    sleep(seconds(3)).await;
    let mut ended = running.shutdown.abort().await.unwrap();
    ended.sort();
    assert_eq!(ended, ["never", "on_failure"]);
    sleep(seconds(1)).await;
    assert_eq!(journal.moments("always begins"), [0, 4_000]);
    assert_eq!(journal.moments("never begins").len() + journal.moments("on_failure begins").len(), 2);
    let status = running.shutdown.status();
    assert_eq!((status.services["always"].state, status.services["always"].restarts), ("running", 0));
    assert_eq!(status.services["never"].state, "stopped");
    let report = running.stop().await;
    assert!(report.is_clean(), "{report}");
    let outcome =
        |name: &str| (report.component(name).unwrap().outcome, report.component(name).unwrap().ended.is_some());
    assert_eq!(outcome("always"), (Some(Outcome::Stopped), true));
    assert_eq!(outcome("never"), (Some(Outcome::Stopped), false), "it ended before this shutdown");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_still_drains_is_judged_alike_when_it_ends() {
    let journal = Journal::new();
    let app = app()
        .phase(Phase::StopNewWork, seconds(5))
        .task(accepts("door"))
        .task(drains("always", seconds(10), &journal).restart(Restart::Always).max_restarts(0, seconds(1000)))
        .task(drains("never", seconds(10), &journal));
    let running = Running::start(app).await;
    sleep(seconds(1)).await;
    running.shutdown.request("first");
    sleep(seconds(1)).await;
    assert_eq!(running.shutdown.abort().await, Ok(Vec::new()));
    sleep(seconds(60)).await;
    assert_eq!(journal.moments("always begins"), [0, 11_000]);
    assert!(!running.shutdown.is_requested());
    let status = running.shutdown.status();
    assert_eq!((status.services["always"].state, status.services["always"].restarts), ("running", 0));
    assert_eq!((status.services["never"].state, status.services["never"].failures), ("stopped", 0));
    assert!(running.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn what_it_had_spawned_goes_on_beside_its_next_run() {
    let journal = Journal::new();
    let note = journal.clone();
    let listener = TaskSpec::new("listener", move |tasks: Tasks, requests: Requests, shutdown: Shutdown| {
        let note = note.clone();
        async move {
            note.note("binds");
            let child = note.clone();
            tasks.spawn("connection", async move {
                sleep(seconds(30)).await;
                child.note("answered");
            });
            let _acceptor = requests.acceptor("listener");
            shutdown.draining().await;
        }
    });
    let app = app().task(accepts("door")).task(listener.restart(Restart::Always));
    let running = Running::start(app).await;
    sleep(seconds(1)).await;
    for _ in 0..3 {
        running.shutdown.request("first");
        sleep(seconds(1)).await;
        assert_eq!(running.shutdown.abort().await, Ok(Vec::new()));
    }
    sleep(seconds(60)).await;
    assert_eq!(journal.moments("binds"), [0, 2_000, 3_000, 4_000]);
    assert_eq!(journal.moments("answered"), [30_000, 32_000, 33_000, 34_000]);
    assert_eq!(running.shutdown.status().services["listener"].state, "running");
    let report = running.stop().await;
    assert!(report.is_clean(), "{report}");
}

/// A failure is a failure, whenever it comes.
#[tokio::test(start_paused = true)]
async fn a_failure_that_is_for_good_cannot_be_called_off_and_one_that_is_not_comes_back() {
    let fails = |name: &'static str| {
        TaskSpec::new(name, |shutdown: Shutdown| async move {
            shutdown.requested().await;
            Err::<(), _>("no disk")
        })
    };
    let running =
        Running::start(announced().task(stays("stays")).task(fails("comes_back").restart(Restart::OnFailure))).await;
    running.shutdown.request("first");
    sleep(seconds(1)).await;
    assert_eq!(running.shutdown.status().services["comes_back"].state, "failed");
    assert_eq!(running.shutdown.abort().await, Ok(Vec::new()));
    sleep(seconds(1)).await;
    assert_eq!(running.shutdown.status().services["comes_back"].state, "running");
    running.stop().await;

    let running = Running::start(announced().task(stays("stays")).task(fails("fatal"))).await;
    running.shutdown.request("first");
    sleep(seconds(1)).await;
    let why = Reason::TaskFailed { task: "fatal".into(), error: "no disk".into() };
    assert_eq!(running.shutdown.abort().await, Err(AbortError::NothingToReturnTo(why)));
    assert_eq!(running.app.await.unwrap().exit_code.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_its_turn_goes_on_waiting() {
    let journal = Journal::new();
    let note = journal.clone();
    let late = TaskSpec::new("late", move |shutdown: Shutdown| {
        note.note("late begins");
        async move { shutdown.cancelled().await }
    });
    let (tick, ticks) = ticking("tick", Missed::Skip);
    let app = app()
        .phase(Phase::StopNewWork, seconds(5))
        .task(accepts("door"))
        .task(late.initial_delay(seconds(20)))
        .task(tick.initial_delay(seconds(10)));
    let running = Running::start(app).await;
    sleep(seconds(1)).await;
    running.shutdown.request("first");
    sleep(seconds(1)).await;
    assert_eq!(running.shutdown.abort().await, Ok(Vec::new()));
    sleep(seconds(30)).await;
    assert_eq!(journal.moments("late begins"), [20_000]);
    assert_eq!(ticks.lock().unwrap()[..2], [10, 11]);
    assert!(running.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_group_that_was_paused_is_paused_again() {
    let journal = Journal::new();
    let (tick, ticks) = ticking("tick", Missed::Skip);
    let app = app()
        .phase(Phase::StopNewWork, seconds(5))
        .task(accepts("door"))
        .task(tick.tags(["group"]))
        .task(drains("plain", Duration::ZERO, &journal).tags(["group"]));
    let running = Running::start(app).await;
    sleep(millis(500)).await;
    running.groups.pause("group").await.unwrap();
    running.shutdown.request("first");
    sleep(seconds(2)).await;
    assert_eq!(running.shutdown.abort().await, Ok(Vec::new()));
    sleep(seconds(5)).await;
    assert_eq!(*ticks.lock().unwrap(), [0]);
    assert_eq!(running.shutdown.status().services["plain"].state, "paused");
    running.groups.resume("group").await.unwrap();
    sleep(seconds(2)).await;
    assert_eq!(ticks.lock().unwrap().len(), 3);
    assert_eq!(journal.moments("plain begins").len(), 2);
    assert!(running.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn what_a_group_was_told_stands() {
    let journal = Journal::new();
    let slow = TaskSpec::new("slow", {
        let journal = journal.clone();
        move |shutdown: Shutdown| {
            let journal = journal.clone();
            async move {
                shutdown.draining().await;
                sleep(seconds(1)).await;
                journal.note(if shutdown.is_draining() { "told" } else { "not told" });
                shutdown.cancelled().await;
            }
        }
    });
    let running = Running::start(announced().task(stays("stays")).task(slow.tags(["group"]))).await;
    sleep(seconds(1)).await;
    let groups = running.groups.clone();
    let pausing = tokio::spawn(async move { groups.pause("group").await });
    sleep(millis(100)).await;
    running.shutdown.request("first");
    running.shutdown.requested().await;
    running.shutdown.abort().await.unwrap();
    sleep(seconds(2)).await;
    assert_eq!(journal.moments("told").len(), 1);
    assert!(pausing.is_finished() || running.groups.pause("group").await.is_ok());
    assert!(running.stop().await.is_clean());
}
