//! A failure and a signal that come at the same time.

use std::time::Duration;

use super::play::{Cast, Play};
use crate::decide::beside::is_explained;
use crate::plan::{Node, TaskNode};
use crate::words::outcome::Outcome;
use crate::words::reason::Signal;

fn running() -> Play {
    Cast::new().task("job").task("other").running().hearing_signals()
}

fn fails(play: &mut Play) -> &mut Play {
    play.at(1.0).returned("job", Outcome::Failed, Some("its child is gone")).ended("job")
}

#[test]
fn a_failure_begins_a_shutdown_when_no_signal_has_come_for_a_twentieth_of_a_second() {
    let mut play = running();
    fails(&mut play).sees(&[]);
    play.at(1.049).sees(&[]);
    play.at(1.05).sees_of("announce:", &["1.05 announce: task `job` failed: its child is gone"]);
}

#[test]
fn a_signal_that_comes_meanwhile_is_the_reason() {
    let mut play = running();
    fails(&mut play).at(1.049).request().sees_of("announce:", &["1.049 announce: SIGTERM"]);
    play.ended("other").sees_last("1.049 finish stopped");
}

#[test]
fn without_signals_a_failure_begins_a_shutdown_at_once() {
    let mut play = Cast::new().task("job").task("other").running();
    fails(&mut play).sees_of("announce:", &["1 announce: task `job` failed: its child is gone"]);
}

#[test]
fn an_end_that_is_no_failure_waits_for_nothing() {
    let mut play = Cast::new().main().running().hearing_signals();
    play.at(1.0).returned("main", Outcome::Finished, None);
    play.sees_of("announce:", &["1 announce: main returned"]);
}

/// What ends after the failure is no reason of its own, and neither is that nothing runs any more.
#[test]
fn the_first_failure_stays_the_reason() {
    let mut play = running();
    fails(&mut play).at(1.04).returned("other", Outcome::Failed, Some("its child too")).ended("other").sees(&[]);
    play.at(1.05).sees_of("announce:", &["1.05 announce: task `job` failed: its child is gone"]);
}

#[test]
fn a_shutdown_that_hides_a_failure_is_not_called_off() {
    let mut play = running().busy();
    fails(&mut play).request().call_off();
    play.sees_last("1 refuse: the shutdown cannot be called off: task `job` failed: its child is gone");
}

fn opening() -> Play {
    let cast = Cast::new().resource("db", &[]).resource("mail", &[]).resource("cache", &["mail"]).task("job");
    let mut play = cast.curtain().hearing_signals();
    play.begin().at(1.0).open_failed("db", "its child is gone").sees(&["0 state starting", "0 open db", "0 open mail"]);
    play
}

#[test]
fn an_open_that_fails_waits_as_well_and_nothing_more_is_opened() {
    let mut play = opening();
    play.opened("mail").sees(&[]);
    play.at(1.05).sees_of(
        "announce: close",
        &["1.05 announce: resource `db` did not open: its child is gone", "1.05 close mail until 5.55"],
    );
    play.ended("mail").sees_last("1.05 finish failed");
}

#[test]
fn a_signal_beside_an_open_that_fails_takes_the_start_back() {
    let mut play = opening();
    play.opened("mail").request().sees_of("announce:", &["1 announce: SIGTERM"]);
    play.ended("mail").sees_last("1 finish stopped");
}

#[test]
fn a_failure_counts_as_it_would_have_with_the_signal_first() {
    let plan = Cast::new().task("dropped").without_shutdown().task("told").plan();
    let task = |name: &str| {
        let id = plan.parts.iter().position(|part| part.name == name).expect("in the cast");
        let Node::Task(task) = &plan.nodes[id] else { unreachable!("a task") };
        task.clone()
    };
    let (dropped, told) = (task("dropped"), task("told"));
    let explained = |task: &TaskNode, error: &str, ended: f64| {
        let (ended, requested) = (Duration::from_secs_f64(ended), Duration::from_secs(2));
        is_explained(Signal::Interrupt, task, error, ended, requested)
    };
    let names_it = "psql: signal: 2 (SIGINT)";
    // It would have been dropped at its next `.await`.
    assert!(explained(&dropped, "gone", 1.95) && explained(&dropped, "gone", 2.04));
    assert!(!explained(&dropped, "gone", 2.2) && explained(&dropped, names_it, 2.2));
    // It would have been told, and its failure would have counted.
    assert!(!explained(&told, "gone", 1.95) && !explained(&told, "gone", 2.04));
    assert!(explained(&told, names_it, 1.95) && explained(&told, names_it, 9.0));
    assert!(!explained(&told, "psql: signal: 15 (SIGTERM)", 1.95), "that is another signal");
    // It would have been dropped, and that counts.
    let cut = TaskNode { counts_when_cut: true, ..dropped };
    assert!(!explained(&cut, names_it, 1.95));
}
