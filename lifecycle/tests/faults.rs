//! Faults that a test has its App suffer, at each point of a component.

#![cfg(all(feature = "macros", feature = "test-util"))]

mod common;

use std::sync::Arc;

use common::{Cache, Database, Journal, cache, database, millis, patient, seconds};
use lifecycle::{
    AppBuilder, Fault, HookSpec, Outcome, Phase, Res, Restart, Shutdown, ShutdownReport, TaskSpec, assert_clean,
    assert_order,
};
use tokio::time::{Instant, sleep};

fn leave() -> HookSpec {
    HookSpec::new("leave", Phase::StopNewWork, || async {})
}

fn outcome(report: &ShutdownReport, name: &str) -> Option<Outcome> {
    report.component(name).unwrap_or_else(|| panic!("no `{name}`:\n{report}")).outcome
}

#[track_caller]
fn ended(report: &ShutdownReport, name: &str, expected: Outcome, error: &str) {
    assert_eq!(outcome(report, name), Some(expected), "{report}");
    let found = report.component(name).and_then(|component| component.error.as_deref()).unwrap_or_default();
    assert!(found.contains(error), "{report}");
}

#[lifecycle::test]
async fn an_open_that_fails_panics_or_hangs_takes_the_start_back() {
    for (fault, expected, error) in [
        (Fault::at("cache").open().fail("no route to host"), Outcome::Failed, "no route to host"),
        (Fault::at("cache").open().panic("no such host"), Outcome::Panicked, "no such host"),
        (Fault::at("cache").open().hang(), Outcome::Aborted, ""),
        (Fault::at("cache").open().delay(seconds(11)), Outcome::Aborted, ""),
    ] {
        let app = common::app().resource(database()).resource(cache()).task(patient()).fault(fault);
        let report = app.start().await.finish().await;
        assert_eq!(report.exit_code.get(), 69, "{report}");
        ended(&report, "cache", expected, error);
        ended(&report, "database", Outcome::Stopped, "");
        assert_eq!(outcome(&report, "patient"), None, "no task has run");
    }
}

#[lifecycle::test]
async fn an_open_that_is_late_is_only_that(app: AppBuilder) {
    let began = Instant::now();
    let app = app.resource(database()).fault(Fault::at("database").open().delay(seconds(9)));
    let app = app.task(patient()).start().await;
    assert!(common::about(began.elapsed(), seconds(9)), "{:?}", began.elapsed());
    assert_clean!(app.finish().await);
}

#[lifecycle::test]
async fn a_close_that_fails_panics_or_hangs_is_reported_and_the_others_close() {
    for (fault, expected, error) in [
        (Fault::at("cache").close().fail("disk full"), Outcome::Failed, "disk full"),
        (Fault::at("cache").close().panic("disk gone"), Outcome::Panicked, "disk gone"),
        (Fault::at("cache").close().hang(), Outcome::Aborted, ""),
        (Fault::at("cache").close().delay(seconds(1)), Outcome::Stopped, ""),
    ] {
        let kinds = [cache(), cache().close(async |_: Cache| {}), cache().close_shared(async |_: Arc<Cache>| {})];
        for cache in kinds {
            let app = common::app().resource(database()).resource(cache).task(patient()).fault(fault.clone());
            let report = app.start().await.finish().await;
            ended(&report, "cache", expected, error);
            ended(&report, "database", Outcome::Stopped, "");
            assert_order!(report, "cache", "database");
        }
    }
}

#[lifecycle::test]
async fn a_hook_that_fails_panics_or_hangs_is_reported() {
    for (fault, expected, error) in [
        (Fault::at("leave").hook().fail("no answer"), Outcome::Failed, "no answer"),
        (Fault::at("leave").hook().panic("it is not there"), Outcome::Panicked, "it is not there"),
        (Fault::at("leave").hook().hang(), Outcome::Aborted, ""),
        (Fault::at("leave").hook().delay(millis(500)), Outcome::Finished, ""),
    ] {
        let report = common::app().hook(leave()).task(patient()).fault(fault).start().await.finish().await;
        ended(&report, "leave", expected, error);
    }
}

#[lifecycle::test]
async fn a_tick_fails_as_often_as_it_is_told_to(app: AppBuilder) {
    let probe = TaskSpec::new("probe", || async {}).interval(seconds(1));
    let app = app.task(probe).fault(Fault::at("probe").tick().fail("no answer").after(2).times(3)).start().await;
    sleep(millis(9_500)).await;
    let report = app.finish().await;
    let probe = report.component("probe").expect("it is there");
    assert_eq!((probe.runs, probe.failures), (10, 3), "{report}");
    assert_clean!(report);
}

#[lifecycle::test]
async fn a_tick_that_is_late_runs_all_the_same(app: AppBuilder) {
    let journal = Journal::new();
    let note = journal.clone();
    let tick = TaskSpec::new("tick", move || {
        let note = note.clone();
        async move { note.note("tick") }
    });
    let app = app.task(tick.interval(seconds(10))).fault(Fault::at("tick").tick().delay(seconds(3)).times(1));
    let app = app.start().await;
    sleep(seconds(11)).await;
    assert_clean!(app.finish().await);
    let moments = journal.moments("tick");
    assert!(moments.len() == 2 && moments[0].abs_diff(3_000) < 10 && moments[1].abs_diff(10_000) < 10, "{moments:?}");
}

#[lifecycle::test]
async fn a_task_that_panics_twice_comes_back_twice(app: AppBuilder) {
    let work = patient().restart(Restart::OnFailure).backoff(millis(100), seconds(1));
    let app = app.task(work).fault(Fault::at("patient").tick().panic("out of luck").times(2)).start().await;
    sleep(seconds(5)).await;
    let report = app.finish().await;
    assert_eq!(report.component("patient").expect("it is there").restarts, 2, "{report}");
    assert_clean!(report);
}

/// Its parameters were handed to it, so it holds what it would hold otherwise.
#[lifecycle::test]
async fn a_task_that_hangs_does_nothing_and_is_forced(app: AppBuilder) {
    let journal = Journal::new();
    let note = journal.clone();
    let work = TaskSpec::new("work", move |_: Res<Database>, shutdown: Shutdown| {
        let note = note.clone();
        async move {
            note.note("it runs");
            shutdown.cancelled().await;
        }
    });
    let mut app = app.resource(database()).task(work).fault(Fault::at("work").tick().hang()).start().await;
    app.advance_to(Phase::CancelTasks).await;
    assert_eq!(app.status().services["work"].state, "running");
    let report = app.finish().await;
    ended(&report, "work", Outcome::Aborted, "");
    assert_eq!(journal.lines(), Vec::<String>::new());
}

#[lifecycle::test]
async fn each_instance_of_a_task_suffers_for_itself(app: AppBuilder) {
    let worker = TaskSpec::new("worker", || async {}).interval(seconds(1)).instances(2);
    let app = app.task(worker).fault(Fault::at("worker").tick().fail("no").times(1));
    let app = app.fault(Fault::at("worker[1]").tick().fail("no").after(1).times(2)).start().await;
    sleep(millis(5_500)).await;
    let report = app.finish().await;
    let failures = |name: &str| report.component(name).expect("it is there").failures;
    assert_eq!((failures("worker[0]"), failures("worker[1]")), (1, 3), "{report}");
}

#[test]
fn a_fault_at_nothing_is_a_fault_of_the_wiring() {
    let app = common::app().resource(database()).task(patient()).hook(leave());
    let faults = [
        Fault::at("databse").open().hang(),
        Fault::at("database").tick().hang(),
        Fault::at("patient").close().hang(),
        Fault::at("leave").tick().hang(),
        Fault::at("listener").open().hang(),
    ];
    let error = faults.into_iter().fold(app, AppBuilder::fault).build().unwrap_err();
    let expected = [
        "a fault at `databse`: there is no component of that name; did you mean `database`?",
        "a fault at `database`: it is a resource, which has `open` and `close`",
        "a fault at `patient`: it is a task, which has `tick`",
        "a fault at `leave`: it is a hook, which has `hook`",
        "a fault at `listener`: there is no component of that name; there are `database`, `leave`, `patient`",
    ];
    assert_eq!(error.faults().len(), expected.len(), "{error}");
    for (fault, expected) in error.faults().iter().zip(expected) {
        assert!(fault.contains("tests/faults.rs:") && fault.ends_with(expected), "{fault}\n{expected}");
    }
}
