//! Phases, budgets, priorities, stragglers and hooks, by the paused clock.

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Journal, about, app, millis, run, seconds, stop_after};
use lifecycle::{ExitCode, HookSpec, Outcome, Phase, PhaseEnd, Requests, Shutdown, TaskSpec, Tasks};
use tokio::time::sleep;

fn fail(why: &str) {
    panic!("{why}")
}

/// Ends when cancelled, after so long.
fn stops_in(name: &str, time: Duration, journal: &Journal) -> TaskSpec {
    let (journal, note) = (journal.clone(), name.to_owned());
    TaskSpec::new(name, move |shutdown: Shutdown| {
        let (journal, note) = (journal.clone(), note.clone());
        async move {
            shutdown.cancelled().await;
            journal.note(format!("{note} asked"));
            sleep(time).await;
            journal.note(format!("{note} ends"));
        }
    })
}

/// Never ends by itself, and has to be aborted.
fn stubborn(name: &str) -> TaskSpec {
    TaskSpec::new(name, |_shutdown: Shutdown| async { std::future::pending::<()>().await })
}

#[tokio::test(start_paused = true)]
async fn higher_priorities_stop_first_and_equal_ones_together() {
    let journal = Journal::new();
    let app = app()
        .task(stops_in("low", seconds(1), &journal).priority(-1))
        .task(stops_in("high", seconds(2), &journal).priority(5))
        .task(stops_in("also_high", seconds(1), &journal).priority(5))
        .task(stop_after(Duration::ZERO));
    let report = run(app).await;
    let order = ["high asked", "also_high asked", "also_high ends", "high ends", "low asked", "low ends"];
    let mut lines = journal.lines();
    lines[..2].sort_by_key(|line| order.iter().position(|wanted| wanted == line));
    assert_eq!(lines, order);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_group_that_does_not_stop_costs_the_others_only_its_fair_share() {
    let journal = Journal::new();
    let app = app()
        .task(stubborn("stuck").priority(9))
        .task(stops_in("polite", seconds(1), &journal).priority(1))
        .task(stop_after(Duration::ZERO));
    let report = run(app).await;
    // 25 s are left when cancel_tasks begins, for two groups.
    assert!(journal.moments("polite asked")[0].abs_diff(12_500) < 20, "{:?}", journal.moments("polite asked"));
    assert_eq!(report.component("polite").unwrap().outcome, Some(Outcome::Stopped));
    let stuck = report.component("stuck").unwrap();
    assert_eq!(stuck.outcome, Some(Outcome::Aborted));
    let seen = stuck.last_seen.as_ref().unwrap();
    assert!(!seen.in_poll && seen.place.file.ends_with("stopping.rs"));
    assert!(about(stuck.ended.unwrap(), seconds(25)), "{:?}", stuck.ended);
    assert_eq!(report.exit_code, ExitCode::UNCLEAN);
}

#[tokio::test(start_paused = true)]
async fn a_stop_timeout_is_enforced() {
    let app = app().task(stubborn("stuck").stop_timeout(seconds(2))).task(stop_after(Duration::ZERO));
    let report = run(app).await;
    let stuck = report.component("stuck").unwrap();
    assert_eq!(stuck.outcome, Some(Outcome::Aborted));
    assert!(about(stuck.ended.unwrap(), seconds(2)), "{:?}", stuck.ended);
    assert!(about(report.total.actual, seconds(2)), "{:?}", report.total.actual);
}

#[tokio::test(start_paused = true)]
async fn requests_in_progress_are_waited_for_and_new_ones_refused() {
    let journal = Journal::new();
    let server = TaskSpec::new("server", {
        let journal = journal.clone();
        move |requests: Requests, tasks: Tasks, shutdown: Shutdown| {
            let journal = journal.clone();
            async move {
                let request = requests.try_begin("order").expect("not draining yet");
                tasks.spawn("order", {
                    let journal = journal.clone();
                    async move {
                        sleep(seconds(6)).await;
                        journal.note("served");
                        drop(request);
                    }
                });
                shutdown.draining().await;
                assert!(requests.try_begin("late").is_none());
            }
        }
    });
    let report = run(app().task(server).task(stop_after(seconds(1)))).await;
    assert_eq!(journal.moments("served"), [6_000]);
    assert_eq!((report.requests.drained, report.requests.lost, report.requests.refused), (1, 0, 1));
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn requests_that_do_not_end_are_lost_and_say_so() {
    let server = TaskSpec::new("server", |requests: Requests, shutdown: Shutdown| async move {
        let request = requests.try_begin("order").expect("not draining yet");
        shutdown.draining().await;
        std::mem::forget(request);
    });
    let report = run(app().task(server).task(stop_after(seconds(1)))).await;
    assert_eq!(report.requests.lost, 1);
    let complete = report.phases.iter().find(|phase| phase.phase == Phase::CompleteCurrent).unwrap();
    assert_eq!(complete.ended, PhaseEnd::TimedOut);
    assert!(about(complete.actual, seconds(10)), "{:?}", complete.actual);
    assert_eq!(report.exit_code, ExitCode::UNCLEAN);
}

#[tokio::test(start_paused = true)]
async fn stop_new_work_waits_for_listeners() {
    let listener = TaskSpec::new("listener", |requests: Requests, shutdown: Shutdown| async move {
        let acceptor = requests.acceptor("tcp");
        shutdown.draining().await;
        sleep(millis(1_500)).await;
        drop(acceptor);
    });
    let report = run(app().task(listener).task(stop_after(seconds(1)))).await;
    let stop = report.phases.iter().find(|phase| phase.phase == Phase::StopNewWork).unwrap();
    assert!(about(stop.actual, millis(1_500)), "{:?}", stop.actual);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn during_announce_work_is_still_accepted() {
    let journal = Journal::new();
    let server = TaskSpec::new("server", {
        let journal = journal.clone();
        move |requests: Requests, shutdown: Shutdown| {
            let journal = journal.clone();
            async move {
                shutdown.requested().await;
                assert!(!shutdown.is_draining() && shutdown.remaining().is_some());
                assert!(requests.try_begin("order").is_some());
                shutdown.draining().await;
                journal.note("draining");
                assert!(requests.try_begin("order").is_none());
            }
        }
    });
    let report = run(app().announce(seconds(3)).timeout(seconds(30)).task(server).task(stop_after(seconds(1)))).await;
    assert!(journal.moments("draining")[0].abs_diff(4_000) < 20);
    assert_eq!(report.phases[0].phase, Phase::Announce);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn hooks_run_when_their_phase_begins_and_none_keeps_another_from_its_turn() {
    let journal = Journal::new();
    let hook = |name: &'static str, phase, time: Duration| {
        let journal = journal.clone();
        HookSpec::new(name, phase, move || {
            let journal = journal.clone();
            async move {
                journal.note(name);
                sleep(time).await;
            }
        })
    };
    let app = app()
        .hook(hook("hangs", Phase::CompleteCurrent, seconds(600)).priority(1))
        .hook(hook("after_it", Phase::CompleteCurrent, Duration::ZERO))
        .hook(hook("first", Phase::StopNewWork, millis(10)))
        .hook(hook("last", Phase::ForceCleanup, millis(10)))
        .hook(HookSpec::new("fails", Phase::CancelTasks, || async { Err::<(), _>("no") }))
        .hook(HookSpec::new("panics", Phase::CancelTasks, || async { fail("oh") }))
        .task(stop_after(Duration::ZERO));
    let report = run(app).await;
    assert_eq!(journal.lines(), ["first", "hangs", "after_it", "last"]);
    for (name, outcome) in [
        ("hangs", Outcome::Aborted),
        ("after_it", Outcome::Finished),
        ("fails", Outcome::Failed),
        ("panics", Outcome::Panicked),
        ("last", Outcome::Finished),
    ] {
        assert_eq!(report.component(name).unwrap().outcome, Some(outcome), "{name}");
    }
    assert_eq!(report.exit_code, ExitCode::UNCLEAN);
}

#[tokio::test(start_paused = true)]
async fn children_end_with_their_component_and_late_ones_are_refused() {
    let journal = Journal::new();
    let parent = TaskSpec::new("parent", {
        let journal = journal.clone();
        move |tasks: Tasks, shutdown: Shutdown| {
            let journal = journal.clone();
            async move {
                tasks.spawn("sleeper", std::future::pending::<()>());
                tasks.spawn_with("tidy", |shutdown| async move { shutdown.cancelled().await });
                shutdown.draining().await;
                assert!(!tasks.spawn("in_time", async {}).is_refused());
                shutdown.cancelled().await;
                assert!(tasks.spawn("late", async { fail("it is refused") }).is_refused());
                journal.note(format!("{} children", tasks.len()));
            }
        }
    });
    let report = run(app().task(parent).task(stop_after(seconds(1)))).await;
    assert_eq!(report.component("parent/sleeper").unwrap().outcome, Some(Outcome::Cancelled));
    assert_eq!(report.component("parent/tidy").unwrap().outcome, Some(Outcome::Stopped));
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_child_that_respawns_itself_ends_too() {
    fn respawn(tasks: Tasks) {
        let again = tasks.clone();
        tasks.spawn("again", async move {
            sleep(millis(10)).await;
            respawn(again);
        });
    }
    let parent = TaskSpec::new("parent", |tasks: Tasks| async move { respawn(tasks) });
    let report = run(app().task(parent).task(stop_after(seconds(1)))).await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_forced_end_reaches_children_and_names_them() {
    let parent = TaskSpec::new("parent", |tasks: Tasks| async move {
        tasks.spawn_with("deaf", |_| std::future::pending::<()>());
    });
    let report = run(app().task(parent).task(stop_after(seconds(1)))).await;
    assert_eq!(report.component("parent").unwrap().outcome, Some(Outcome::Finished));
    assert_eq!(report.component("parent/deaf").unwrap().outcome, Some(Outcome::Aborted));
    assert_eq!(report.exit_code, ExitCode::UNCLEAN);
}

#[tokio::test(start_paused = true)]
async fn a_handle_tells_how_its_child_ended() {
    let parent = TaskSpec::new("parent", |tasks: Tasks| async move {
        assert_eq!(tasks.spawn("fine", async {}).await, Ok(Outcome::Finished));
        let error = tasks.spawn("bad", async { Err::<(), _>("no milk") }).await.unwrap_err();
        assert_eq!(error.to_string(), "failed: no milk");
        let aborted = tasks.spawn("stopped", std::future::pending::<()>());
        aborted.abort();
        assert_eq!(aborted.await.unwrap_err().to_string(), "aborted");
    });
    let report = run(app().task(parent)).await;
    assert_eq!(report.component("parent").unwrap().outcome, Some(Outcome::Finished), "{report}");
    assert_eq!(report.exit_code, ExitCode::CLEAN, "{report}");
}

#[tokio::test(start_paused = true)]
async fn shutdown_runs_once_however_often_it_is_asked_for() {
    let ask = |name: &'static str| {
        TaskSpec::new(name, move |shutdown: Shutdown| async move {
            (0..100).for_each(|_| shutdown.request(name));
            shutdown.cancelled().await;
            shutdown.request("again");
        })
    };
    let report = run(app().task(ask("one")).task(ask("two"))).await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.phases.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn shutdown_can_be_asked_for_from_outside_before_anything_runs() {
    let journal = Journal::new();
    let task = TaskSpec::new("never", {
        let journal = journal.clone();
        move || {
            let journal = journal.clone();
            async move { journal.note("ran") }
        }
    });
    let app = app().task(task).build().unwrap();
    app.shutdown().request("not today");
    let report = app.run().await;
    assert!(journal.lines().is_empty());
    assert_eq!(report.component("never").unwrap().outcome, None);
    assert!(report.is_clean(), "{report}");
}

/// Regression: a clone of `Tasks` that outlived its component spawned children that were never ended.
#[tokio::test(start_paused = true)]
async fn tasks_of_a_component_that_is_over_refuse() {
    let kept: Arc<Mutex<Option<Tasks>>> = Arc::default();
    let lender = TaskSpec::new("lender", {
        let kept = kept.clone();
        move |tasks: Tasks| {
            *kept.lock().unwrap() = Some(tasks);
            async {}
        }
    });
    let borrower = TaskSpec::new("borrower", move |shutdown: Shutdown| {
        let kept = kept.clone();
        async move {
            sleep(seconds(1)).await;
            let tasks = kept.lock().unwrap().take().expect("the lender ran");
            assert!(tasks.spawn("orphan", std::future::pending::<()>()).is_refused());
            shutdown.request("done");
        }
    });
    let report = run(app().task(lender).task(borrower)).await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_budget_that_was_nearly_used_up_is_told() {
    for (time, is_told) in [(9, true), (5, false)] {
        let slow = TaskSpec::new("slow", move |shutdown: Shutdown| async move {
            shutdown.cancelled().await;
            sleep(seconds(time)).await;
        });
        let app = app().phase(Phase::StopNewWork, Duration::ZERO).phase(Phase::CompleteCurrent, Duration::ZERO);
        let app = app.phase(Phase::CancelTasks, seconds(10)).task(slow).task(stop_after(seconds(1)));
        let report = run(app).await;
        let told = report.notes.iter().any(|note| note.contains("cancel_tasks used 90 % of its 10s"));
        assert_eq!(told, is_told, "{report}");
    }
}

/// A failure waits for a signal only where signals are heard, and never by the clock of a test.
#[tokio::test(start_paused = true)]
async fn a_failure_begins_the_shutdown_at_once_by_the_paused_clock() {
    let began = tokio::time::Instant::now();
    let failing = TaskSpec::new("failing", || async {
        sleep(seconds(1)).await;
        Err::<(), _>("the disk is full")
    });
    let app = lifecycle::App::builder().guard(false).environment(false).task(failing);
    assert_eq!(run(app).await.exit_code, ExitCode::FAILED);
    assert_eq!(began.elapsed(), seconds(1));
}

/// Regression: it told the time left of a short *stop_new_work*, and not when the task itself would be cut off.
#[tokio::test(start_paused = true)]
async fn the_time_that_remains_is_the_components_own() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let task = |name: &'static str| {
        let told = told.clone();
        TaskSpec::new(name, move |shutdown: Shutdown| {
            let told = told.clone();
            async move {
                assert_eq!(shutdown.remaining(), None);
                shutdown.requested().await;
                let first = shutdown.remaining().unwrap();
                shutdown.cancelled().await;
                told.lock().unwrap().push((name, first, shutdown.remaining().unwrap()));
            }
        })
    };
    let app = app()
        .timeout(seconds(4))
        .phase(Phase::StopNewWork, millis(200))
        .phase(Phase::CompleteCurrent, millis(300))
        .phase(Phase::CancelTasks, seconds(2))
        .task(task("plain"))
        .task(task("bounded").stop_timeout(millis(700)))
        .task(stop_after(seconds(1)));
    run(app).await;
    let mut told = told.lock().unwrap().clone();
    told.sort();
    // Nothing else is waited for, so the turn comes at once.
    let (whole, own) = (millis(2500), millis(700));
    assert_eq!(told, [("bounded", own, own), ("plain", whole, whole)]);
}
