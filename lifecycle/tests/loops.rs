//! How plain and periodic tasks run, by the paused clock.

mod common;

use std::time::Duration;

use common::{Journal, app, millis, run, seconds, stop_after};
use lifecycle::{ExitCode, Missed, OnShutdown, Outcome, Reason, Restart, Shutdown, ShutdownReport, TaskSpec};
use tokio::time::sleep;

fn ticking(journal: &Journal, body: Duration) -> TaskSpec {
    let journal = journal.clone();
    TaskSpec::new("tick", move || {
        let journal = journal.clone();
        async move {
            journal.note("begin");
            sleep(body).await;
            journal.note("end");
        }
    })
    .interval(seconds(10))
}

fn fail(what: &str) {
    panic!("no {what}")
}

#[tokio::test(start_paused = true)]
async fn the_first_tick_comes_at_once_and_the_others_keep_the_grid() {
    let journal = Journal::new();
    let report = run(app().task(ticking(&journal, seconds(1))).task(stop_after(seconds(35)))).await;
    assert_eq!(journal.moments("begin"), [0, 10_000, 20_000, 30_000]);
    assert_eq!(report.component("tick").unwrap().runs, 4);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn the_first_tick_can_be_put_off() {
    let journal = Journal::new();
    let task = ticking(&journal, millis(1)).initial_delay(seconds(3));
    run(app().task(task).task(stop_after(seconds(25)))).await;
    assert_eq!(journal.moments("begin"), [3_000, 13_000, 23_000]);
}

#[tokio::test(start_paused = true)]
async fn a_missed_tick_is_left_out_delayed_or_made_up_for() {
    for (missed, begins) in [
        (Missed::Skip, [0, 30_000, 60_000]),
        (Missed::Delay, [0, 25_000, 50_000]),
        (Missed::Burst, [0, 25_000, 50_000]),
    ] {
        let journal = Journal::new();
        let task = ticking(&journal, seconds(25)).missed(missed);
        run(app().task(task).task(stop_after(seconds(65)))).await;
        assert_eq!(journal.moments("begin")[..3], begins, "{missed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn jitter_moves_ticks_within_its_bound_and_does_not_add_up() {
    let journal = Journal::new();
    let task = ticking(&journal, Duration::ZERO).jitter(seconds(5));
    run(app().task(task).task(stop_after(seconds(99)))).await;
    for (at, moment) in journal.moments("begin").into_iter().enumerate() {
        let due = at as u128 * 10_000;
        assert!((due..due + 5_002).contains(&moment), "tick {at} came at {moment}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sleeping_interval_does_not_delay_shutdown() {
    let journal = Journal::new();
    let report = run(app().task(ticking(&journal, Duration::ZERO)).task(stop_after(seconds(1)))).await;
    assert_eq!(report.component("tick").unwrap().outcome, Some(Outcome::Stopped));
    assert!(report.total.actual < millis(50), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_run_in_progress_is_finished_and_no_new_one_begins() {
    let journal = Journal::new();
    let report = run(app().task(ticking(&journal, seconds(5))).task(stop_after(seconds(12)))).await;
    assert_eq!(journal.moments("end"), [5_000, 15_000]);
    assert_eq!(report.component("tick").unwrap().outcome, Some(Outcome::Stopped));
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_outlasts_complete_current_is_dropped_in_cancel_tasks() {
    let journal = Journal::new();
    let report = run(app().task(ticking(&journal, seconds(600))).task(stop_after(seconds(1)))).await;
    assert_eq!(journal.moments("end"), [0_u128; 0]);
    let tick = report.component("tick").unwrap();
    assert_eq!(tick.outcome, Some(Outcome::Cancelled));
    // stop_new_work ends at once; its two seconds roll on to complete_current.
    assert!(common::about(tick.ended.unwrap(), seconds(10)), "{:?}", tick.ended);
    assert_eq!(report.exit_code, ExitCode::CLEAN);
}

#[tokio::test(start_paused = true)]
async fn on_shutdown_cancel_drops_the_run_without_waiting_for_it() {
    let journal = Journal::new();
    let task = ticking(&journal, seconds(600)).on_shutdown(OnShutdown::Cancel);
    let report = run(app().task(task).task(stop_after(seconds(1)))).await;
    assert_eq!(report.component("tick").unwrap().outcome, Some(Outcome::Cancelled));
    assert!(report.total.actual < millis(50), "{report}");
}

#[tokio::test(start_paused = true)]
async fn on_shutdown_finish_lets_a_run_go_on_until_force_cleanup() {
    let journal = Journal::new();
    let task = ticking(&journal, seconds(20)).on_shutdown(OnShutdown::Finish);
    let report = run(app().task(task).task(stop_after(seconds(1)))).await;
    assert_eq!(journal.moments("end"), [20_000]);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_failing_a_panicking_and_a_late_run_are_counted_and_the_next_tick_comes() {
    let task = TaskSpec::new("shaky", {
        let runs = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
        move || {
            let run = runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            async move {
                match run {
                    0 => Err("no answer"),
                    1 => panic!("boom"),
                    2 => {
                        sleep(seconds(600)).await;
                        Ok(())
                    }
                    _ => Ok(()),
                }
            }
        }
    })
    .interval(seconds(10))
    .timeout(seconds(3));
    let report = run(app().task(task).task(stop_after(seconds(45)))).await;
    let shaky = report.component("shaky").unwrap();
    assert_eq!((shaky.runs, shaky.failures), (5, 3));
    assert_eq!(shaky.error.as_deref(), Some("it ran past its timeout of 3s"));
    assert_eq!(report.exit_code, ExitCode::CLEAN);
}

#[tokio::test(start_paused = true)]
async fn a_critical_task_that_fails_begins_shutdown_and_the_exit_code_is_one() {
    let failing = TaskSpec::new("failing", || async {
        sleep(seconds(2)).await;
        Err::<(), _>("disk full")
    });
    let bystander = TaskSpec::new("bystander", |shutdown: Shutdown| async move { shutdown.draining().await });
    let report = run(app().task(failing).task(bystander)).await;
    assert_eq!(report.reason, Reason::TaskFailed { task: "failing".into(), error: "disk full".into() });
    assert_eq!(report.component("bystander").unwrap().outcome, Some(Outcome::Stopped));
    assert_eq!(report.exit_code, ExitCode::FAILED);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_panics_keeps_its_message_and_place() {
    let panicking = TaskSpec::new("panicking", || async { fail("luck") });
    let report = run(app().task(panicking)).await;
    let task = report.component("panicking").unwrap();
    assert_eq!(task.outcome, Some(Outcome::Panicked));
    let error = task.error.as_deref().unwrap();
    assert!(
        error.starts_with("panicked at ") && error.ends_with(": no luck") && error.contains("loops.rs:"),
        "{error}"
    );
    assert_eq!(report.exit_code, ExitCode::FAILED);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_not_critical_may_fail_alone() {
    let failing = TaskSpec::new("failing", || async { Err::<(), _>("never mind") }).critical(false);
    let report = run(app().task(failing).task(stop_after(seconds(60)))).await;
    assert_eq!(report.component("failing").unwrap().outcome, Some(Outcome::Failed));
    assert_eq!(report.exit_code, ExitCode::CLEAN);
}

#[tokio::test(start_paused = true)]
async fn a_plain_task_is_dropped_in_cancel_tasks_and_one_with_shutdown_is_not() {
    let journal = Journal::new();
    let plain = TaskSpec::new("plain", || async { std::future::pending::<()>().await });
    let own = TaskSpec::new("own", {
        let journal = journal.clone();
        move |shutdown: Shutdown| {
            let journal = journal.clone();
            async move {
                shutdown.cancelled().await;
                sleep(seconds(3)).await;
                journal.note("cleaned up");
            }
        }
    });
    let report = run(app().task(plain).task(own).task(stop_after(seconds(1)))).await;
    assert_eq!(report.component("plain").unwrap().outcome, Some(Outcome::Cancelled));
    assert_eq!(report.component("own").unwrap().outcome, Some(Outcome::Stopped));
    assert_eq!(journal.moments("cleaned up"), [4_000]);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn an_app_without_main_ends_when_every_task_has() {
    let report = run(app().task(TaskSpec::new("job", || async { sleep(seconds(5)).await }))).await;
    assert_eq!(report.reason, Reason::AllTasksEnded);
    assert_eq!(report.component("job").unwrap().outcome, Some(Outcome::Finished));
}

/// Regression: a tick and the beginning of *stop_new_work* due in the same instant must not start a run.
#[tokio::test(start_paused = true)]
async fn no_run_begins_in_the_instant_in_which_draining_begins() {
    let journal = Journal::new();
    let task = ticking(&journal, Duration::ZERO).initial_delay(seconds(1));
    let report = run(app().task(stop_after(seconds(1))).task(task)).await;
    let begun = journal.moments("begin").len() as u64;
    assert_eq!(report.component("tick").unwrap().runs, begun);
    assert!(begun <= 1);
}

/// What became of the one task of this name, with the exit code.
fn fate(report: &ShutdownReport, name: &str) -> (Option<Outcome>, String, ExitCode) {
    let component = report.component(name).unwrap();
    (component.outcome, component.error.clone().unwrap_or_default(), report.exit_code)
}

fn half_done(name: &str) -> TaskSpec {
    TaskSpec::new(name, || async { sleep(seconds(600)).await }).on_shutdown(OnShutdown::Fail)
}

/// Regression: a job that was dropped at record 10 of 50 counted as done.
#[tokio::test(start_paused = true)]
async fn a_task_that_says_so_has_failed_when_the_shutdown_drops_it() {
    let report = run(app().task(half_done("job")).task(stop_after(seconds(1)))).await;
    let cut = "the shutdown dropped it before its end".to_owned();
    assert_eq!(fate(&report, "job"), (Some(Outcome::Failed), cut, ExitCode::FAILED));
    assert_eq!(report.reason.to_string(), "requested by `stopper`: the test is over", "it is no reason of its own");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_says_so_and_comes_to_its_end_has_not_failed() {
    let job = TaskSpec::new("job", |shutdown: Shutdown| async move { shutdown.cancelled().await });
    let report = run(app().task(job.on_shutdown(OnShutdown::Fail)).task(stop_after(seconds(1)))).await;
    assert_eq!(fate(&report, "job"), (Some(Outcome::Stopped), String::new(), ExitCode::CLEAN));
    let done = TaskSpec::new("job", || async {}).on_shutdown(OnShutdown::Fail);
    let report = run(app().task(done).task(stop_after(seconds(1)))).await;
    assert_eq!(fate(&report, "job"), (Some(Outcome::Finished), String::new(), ExitCode::CLEAN));
}

/// Regression: all other ways in which a shutdown keeps a job from its end counted as done, too.
#[tokio::test(start_paused = true)]
async fn one_that_leaves_when_it_is_cancelled_or_waits_to_begin_has_not_come_to_its_end_either() {
    let leaves = TaskSpec::new("leaves", |shutdown: Shutdown| async move {
        shutdown.cancelled().await;
        shutdown.checkpoint()
    });
    let waits = TaskSpec::new("waits", || async {}).initial_delay(seconds(60));
    let fails = TaskSpec::new("fails", || async { Err::<(), _>("not yet") });
    let fails = fails.restart(Restart::OnFailure).backoff(seconds(60), seconds(60));
    for (task, name, text) in [
        (leaves, "leaves", "the shutdown cancelled it before its end"),
        (waits, "waits", "the shutdown came before it had begun"),
        (fails, "fails", "the shutdown came before it was run again"),
    ] {
        let report = run(app().task(task.on_shutdown(OnShutdown::Fail)).task(stop_after(seconds(1)))).await;
        assert_eq!(fate(&report, name), (Some(Outcome::Failed), text.to_owned(), ExitCode::FAILED));
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_counts_if_its_periodic_task_says_so_and_a_task_between_two_runs_is_whole() {
    let report = run(app().task(half_done("tick").interval(seconds(60))).task(stop_after(seconds(1)))).await;
    let cut = "the shutdown dropped it before its end".to_owned();
    assert_eq!(fate(&report, "tick"), (Some(Outcome::Failed), cut, ExitCode::FAILED));
    let between = TaskSpec::new("tick", || async {}).interval(seconds(60)).on_shutdown(OnShutdown::Fail);
    let report = run(app().task(between).task(stop_after(seconds(1)))).await;
    assert_eq!(fate(&report, "tick"), (Some(Outcome::Stopped), String::new(), ExitCode::CLEAN));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_not_critical_stands_in_the_report_and_changes_no_exit_code() {
    let report = run(app().task(half_done("job").critical(false)).task(stop_after(seconds(1)))).await;
    assert_eq!((fate(&report, "job").0, report.exit_code), (Some(Outcome::Failed), ExitCode::CLEAN));
}
