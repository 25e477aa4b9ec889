//! Tasks that fail, spawn, start processes, or are in the middle of something.

use std::time::Duration;

use lifecycle_tests::driver::{Ended, Program, SLACK, Signal, over_within};

use super::{FLAVORS, scenario};

fn stopped(program: Program) -> Ended {
    let running = program.start();
    running.wait_for("READY");
    running.end_by(Signal::TERM)
}

#[test]
fn a_critical_task_that_fails_ends_the_program_with_1_and_its_error() {
    for workers in FLAVORS {
        let ended = scenario("critical_fails").workers(workers).start().end();
        ended.exits(1).outcome("ingest", "failed").error("ingest", "the queue is gone").tells("the queue is gone");
        assert_eq!(ended.report()["reason"]["task"], "ingest");
    }
}

#[test]
fn a_critical_task_that_panics_ends_the_program_with_1_and_its_place() {
    for workers in FLAVORS {
        let ended = scenario("critical_panics").workers(workers).may_panic().start().end();
        ended.exits(1).outcome("ingest", "panicked").error("ingest", "index out of order").error("ingest", "tasks.rs:");
        ended.tells("ingest").tells("index out of order");
    }
}

#[test]
fn from_a_panic_to_the_end_it_takes_no_more_than_100_ms_beside_the_shutdown() {
    over_within(Duration::from_millis(100), || {
        // A backtrace, where the environment asks for one, takes longer than all the rest.
        let running = scenario("critical_panics").may_panic().env("RUST_BACKTRACE", "0").start();
        running.wait_for("runs");
        let panicked = std::time::Instant::now();
        let ended = running.end();
        ended.exits(1);
        panicked.elapsed()
    });
}

#[test]
fn a_task_that_is_restarted_comes_back_five_times_and_ends_the_program_at_the_sixth_failure() {
    let ended = scenario("panics_again").may_panic().start().end();
    ended.exits(1).outcome("ingest", "panicked").error("ingest", "index out of order").error("ingest", "tasks.rs:");
    ended.error("ingest", "5 restarts within 1m").tells("ingest");
    let ingest = ended.component("ingest");
    assert_eq!((&ingest["runs"], &ingest["restarts"], &ingest["failures"]), (&6.into(), &5.into(), &6.into()));
    assert_eq!(ended.report()["reason"]["task"], "ingest");
    assert_eq!(ended.said_after("runs").len(), 6);
}

#[test]
fn a_task_that_is_not_critical_may_fail() {
    let ended = stopped(scenario("uncritical_fails"));
    ended.exits(0).outcome("ingest", "failed").error("ingest", "the queue is gone");
    assert_eq!(ended.report()["reason"]["signal"], "SIGTERM");
}

#[test]
fn a_periodic_task_goes_on_after_a_run_that_failed() {
    let ended = stopped(scenario("ticks_fail"));
    ended.exits(0);
    let probe = ended.component("probe");
    assert!(probe["failures"].as_u64().is_some_and(|failures| failures >= 4), "{probe:#}");
    assert_eq!(probe["error"], "upstream is down");
}

#[test]
fn a_run_in_progress_is_finished() {
    let ended = stopped(scenario("tick_in_progress"));
    ended.exits(0).says(&["tick completed"]).outcome("tick", "stopped");
}

#[test]
fn a_run_that_is_to_be_cancelled_is_not_waited_for() {
    over_within(Duration::from_millis(100), || {
        let ended = stopped(scenario("tick_cancelled"));
        ended.exits(0).never_says("tick completed").outcome("tick", "cancelled");
        ended.elapsed
    });
}

#[test]
fn a_task_s_own_bound_on_stopping_holds() {
    over_within(Duration::from_millis(100) + SLACK, || {
        let ended = stopped(scenario("own_stop_timeout"));
        ended.exits(3).outcome("stubborn", "aborted");
        ended.elapsed
    });
}

#[test]
fn a_higher_priority_stops_first() {
    let ended = stopped(scenario("priorities"));
    ended.exits(0);
    assert_eq!(ended.said_after("ended "), ["high", "middle", "low"]);
}

#[test]
fn what_a_task_spawns_during_shutdown_ends_with_it_or_is_refused() {
    for workers in FLAVORS {
        let ended = stopped(scenario("spawns_when_told").workers(workers));
        ended.exits(0).says(&["early refused: false"]).says(&["early runs", "dropped early"]).never_says("late runs");
        ended.says(&["late refused: true", "early: Ok(Cancelled)"]);
        ended.outcome("nursery/early", "cancelled");
    }
}

#[test]
fn children_that_have_children_for_ever_come_to_an_end() {
    for workers in FLAVORS {
        over_within(SLACK, || {
            let ended = stopped(scenario("spawns_for_ever").workers(workers));
            ended.exits(0).outcome("nursery", "stopped").says(&["alive: 0"]);
            ended.elapsed
        });
    }
}

#[test]
fn a_child_that_does_not_stop_is_aborted_and_named_after_its_parent() {
    over_within(Duration::from_secs(1) + SLACK, || {
        let ended = stopped(scenario("stubborn_child").timeout("1s"));
        ended.exits(3).outcome("nursery/stubborn", "aborted").says(&["dropped stubborn"]).tells("nursery/stubborn");
        ended.elapsed
    });
}

#[test]
fn the_child_process_of_a_task_is_gone_afterwards() {
    for workers in FLAVORS {
        let running = scenario("child_process").workers(workers).start();
        running.wait_for("child runs").wait_for("READY");
        // That no process is left is looked at after each end.
        running.end_by(Signal::TERM).exits(0).outcome("helper", "stopped");
    }
}

#[test]
fn the_child_process_of_a_task_that_has_to_be_aborted_is_gone_as_well() {
    let ended = stopped(scenario("child_process_of_deaf").timeout("500ms"));
    ended.exits(3).outcome("helper", "aborted");
}

#[test]
fn of_many_who_ask_at_once_one_is_heard_and_shutdown_runs_once() {
    let ended = scenario("many_ask").start().end();
    ended.exits(0).outcome("crowd", "stopped");
    let report = ended.report();
    assert_eq!(report["reason"]["by"], "crowd");
    assert!(report["reason"]["why"].as_str().is_some_and(|why| why.starts_with("voice ")), "{report:#}");
}

/// Regression: a task that printed to a pipe whose reader was gone filled stderr with the same panic at each tick.
#[test]
fn a_panic_that_comes_at_each_tick_is_told_once_and_counted() {
    let ended = stopped(scenario("panics_at_each_tick").may_panic().env("RUST_BACKTRACE", "0"));
    ended.exits(0).error("printer", "Broken pipe").error("printer", "tasks.rs:");
    assert_eq!(ended.err.matches("failed printing to stdout").count(), 1, "{}", ended.err);
    assert_eq!(ended.err.matches(" again, 10 times so far").count(), 1, "{}", ended.err);
    assert!(ended.component("printer")["failures"].as_u64().is_some_and(|failures| failures >= 42));
}

/// The notes of a report as one text.
fn notes(ended: &Ended) -> String {
    ended.report()["notes"].as_array().expect("a list").iter().map(|note| format!("{note}\n")).collect()
}

/// Regression: a server without a `Shutdown` that was cut with a request in progress was told as clean, without a word.
#[test]
fn tasks_that_are_no_component_s_and_are_cut_are_said_in_a_note() {
    for workers in FLAVORS {
        let ended = stopped(scenario("bare_server").workers(workers));
        ended.exits(0).outcome("server", "cancelled");
        let notes = notes(&ended);
        assert!(notes.contains("1 task that was not spawned through `Tasks` was cut off at the end"), "{notes}");
        let ended = stopped(scenario("priorities").workers(workers));
        assert_eq!(self::notes(&ended), "", "nothing was cut");
    }
}

/// Regression: a child process that was dropped and went on was told only where leaks were looked for.
#[cfg(target_os = "linux")]
#[test]
fn a_child_process_that_outlives_the_program_is_said_in_a_note() {
    let ended = stopped(scenario("child_process_dropped"));
    ended.exits(0).outcome("helper", "cancelled");
    let notes = notes(&ended);
    assert!(notes.contains("child process ") && notes.contains("still runs: /bin/sleep 3; it outlives"), "{notes}");
}
