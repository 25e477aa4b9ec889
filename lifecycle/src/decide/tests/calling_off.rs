//! Shutdowns that are called off, and those that cannot be.

use super::play::{Cast, Play};
use crate::decide::Event;
use crate::words::outcome::Outcome;
use crate::words::phase::Phase;
use crate::words::reason::{Reason, Signal};

/// With an *announce* of 3 s and a *stop_new_work* of 2 s.
fn announced(cast: Cast) -> Play {
    cast.phases(30.0, [3.0, 2.0, 8.0, 12.0, 5.0]).running().busy()
}

fn two_tasks() -> Cast {
    Cast::new().resource("db", &[]).task("job").ticker("tick")
}

#[test]
fn in_announce_nothing_is_left_of_it_and_the_next_one_is_like_the_first() {
    let mut play = announced(two_tasks());
    for moment in [0.0, 100.0, 200.0] {
        play.at(moment).request().sees_last(&format!("{moment} enter announce until {}", moment + 3.0));
        assert!(play.next_timer().is_some());
        play.at(moment + 2.0).call_off();
        let at = moment + 2.0;
        play.sees(&[
            &format!("{at} leave announce: called off"),
            &format!("{at} call off"),
            &format!("{at} state running"),
        ]);
        assert_eq!(play.next_timer(), None);
    }
    play.at(300.0).request().at(305.0).sees_of(
        "enter",
        &["300 enter announce until 303", "303 enter stop_new_work until 305", "305 enter complete_current until 313"],
    );
}

#[test]
fn in_stop_new_work_what_was_told_to_end_and_returns_is_run_again() {
    let mut play = announced(Cast::new().task("server").task("job").ticker("tick").ticker("busy"));
    play.at(3.0)
        .request()
        .at(7.0)
        .stopped("server", true)
        .stopped("job", false)
        .stopped("tick", true)
        .sees_of("stop await", &["6 stop new work", "6 await acceptors"]);
    play.call_off().sees(&[
        "7 leave stop_new_work: called off",
        "7 call off, without job",
        "7 state running",
        "7 run-again server",
        "7 run-again tick",
    ]);
    assert_eq!(play.next_timer(), None);
    // Its run ends when it likes, and is followed by others.
    play.at(50.0).cue(Event::Tick).sees(&[]);
}

#[test]
fn an_announce_that_is_not_mentioned_is_not_left_either() {
    let mut play = two_tasks().running().busy();
    play.request().call_off().sees_last("0 state running");
    play.request().sees_of("enter leave", &["0 enter stop_new_work until 2"]);
}

#[test]
fn later_phases_are_too_late() {
    let mut play = announced(two_tasks());
    play.request().at(5.0).sees_last("5 await requests");
    let refusal = "the shutdown has come to";
    for (moment, phase) in
        [(5.0, "complete_current"), (13.0, "cancel_tasks"), (25.0, "force_cleanup"), (28.0, "force_cleanup")]
    {
        play.at(moment).call_off();
        play.sees_last(&format!("{moment} refuse: {refusal} {phase}; it can no longer be called off"));
    }
    play.play_out().sees_last("30 finish stopped");
}

#[test]
fn without_a_shutdown_there_is_none_to_call_off() {
    let mut play = announced(two_tasks());
    play.call_off().sees(&["0 refuse: there is no shutdown to call off"]);
    play.request().call_off().call_off().sees_last("0 refuse: there is no shutdown to call off");
}

#[test]
fn a_forced_one_is_not_called_off() {
    let mut play = announced(two_tasks());
    play.request().force().call_off().sees_last("0 refuse: the shutdown was forced; it can no longer be called off");
}

#[test]
fn a_start_that_is_taken_back_is_not_called_off() {
    let refusal = "0 refuse: the start is being taken back; it cannot be called off";
    let mut play = Cast::new().resource("db", &[]).task("job").curtain();
    play.begin().request().call_off().sees_last(refusal);
    play.opened("db").call_off().sees_last(refusal);
    let mut play = Cast::new().resource("db", &[]).resource("cache", &[]).curtain();
    play.begin().opened("db").open_failed("cache", "refused").call_off();
    play.sees_last("0 refuse: the shutdown cannot be called off: resource `cache` did not open: refused");
}

#[test]
fn signals_and_requests_can_be_called_off_and_nothing_else() {
    let reasons = [
        (Reason::Signal { signal: Signal::Interrupt }, true),
        (Reason::Requested { by: None, why: "why".to_owned() }, true),
        (Reason::MainReturned { error: None }, false),
        (Reason::AllTasksEnded, false),
        (Reason::TaskFailed { task: "job".to_owned(), error: "why".to_owned() }, false),
    ];
    for (reason, may) in reasons {
        let mut play = announced(two_tasks());
        play.cue(Event::Request(reason.clone())).call_off();
        let refusal = format!("0 refuse: the shutdown cannot be called off: {reason}");
        play.sees_last(if may { "0 state running" } else { &refusal });
    }
}

#[test]
fn after_a_failure_for_good_there_is_nothing_to_return_to() {
    let mut play = announced(two_tasks());
    play.request().returned("job", Outcome::Failed, Some("disk full")).call_off();
    play.sees_last("0 refuse: the shutdown cannot be called off: task `job` failed: disk full");
    let mut play = announced(two_tasks().main());
    play.request().returned("main", Outcome::Failed, Some("disk full")).call_off();
    play.sees_last("0 refuse: the shutdown cannot be called off: main failed: disk full");
    let mut play = announced(Cast::new().main().task("job").not_critical());
    play.request().returned("job", Outcome::Failed, Some("disk full")).ended("job").call_off();
    play.sees_of("call refuse", &["0 call off, without job"]);
}

#[test]
fn the_app_goes_on_without_a_main_that_ended_as_it_was_asked_to() {
    let mut play = announced(two_tasks().main());
    play.request().at(1.0).stopped("main", false).call_off().sees_of("call", &["1 call off, without main"]);
    play.at(9.0).stopped("job", false).sees(&[]);
    play.stopped("tick", false).sees_of("announce:", &["9 announce: every task ended"]);
}

#[test]
fn when_all_tasks_have_ended_there_is_nothing_to_return_to() {
    let mut play = announced(Cast::new().task("job"));
    play.request().stopped("job", false).call_off();
    play.sees_last("0 refuse: the shutdown cannot be called off: every task ended");
    let mut play = announced(Cast::new().task("job"));
    play.request().stopped("job", true).call_off().sees_last("0 run-again job");
    let mut play = announced(Cast::new().resource("db", &[]));
    play.request().call_off().sees_last("0 state running");
}

#[test]
fn who_ends_later_because_he_was_told_is_judged_alike() {
    let mut play = announced(two_tasks().main());
    play.request().call_off().sees_last("0 state running");
    play.at(1.0).stopped("job", true).sees(&["1 run-again job"]);
    play.at(2.0).stopped("main", false).sees(&[]);
    play.at(3.0).stopped("job", false).stopped("tick", true).sees(&["3 run-again tick"]);
    play.at(4.0)
        .returned("job", Outcome::Failed, Some("for good"))
        .sees_of("announce:", &["4 announce: task `job` failed: for good"]);
}

#[test]
fn hooks_run_again_in_the_next_one() {
    let mut play = announced(two_tasks().hook("early", Phase::Announce).hook("second", Phase::StopNewWork));
    for moment in [0.0, 10.0] {
        play.at(moment).request().at(moment + 1.0).ended("early").at(moment + 4.0).ended("second").call_off();
        play.sees_of(
            "hook",
            &[
                &format!("{moment} hook early until {}", moment + 3.0),
                &format!("{} hook second until {}", moment + 3.0, moment + 5.0),
            ],
        );
    }
}

#[test]
fn a_hook_that_still_runs_comes_to_its_end_before_it_runs_again() {
    let mut play = announced(two_tasks().hook("early", Phase::Announce));
    play.request().at(1.0).call_off().at(2.0).request().sees_of("hook abort", &["0 hook early until 3"]);
    play.at(2.5).ended("early").sees(&["2.5 hook early until 5"]);
    play.at(2.6)
        .call_off()
        .at(7.0)
        .request()
        .sees_of("hook abort give-up", &["5 abort early", "6 give-up early", "7 hook early until 10"]);
}

#[test]
fn what_was_forced_in_stop_new_work_comes_to_its_end_all_the_same() {
    let mut play = announced(Cast::new().task("job").ticker("stuck").within(0.5).ticker("slow").within(1.0));
    play.request().at(4.2).call_off();
    play.sees_of("cancel abort call give-up", &["3.5 cancel stuck until 4.5", "4 cancel slow until 5", "4.2 call off"]);
    play.at(20.0).sees(&[]);
    let mut play = announced(Cast::new().task("job").ticker("stuck").within(0.5));
    play.request().at(4.6).call_off().at(20.0);
    play.sees_of("abort call give-up", &["4.5 abort stuck", "4.6 call off", "5.5 give-up stuck"]);
    // It was blocked, and is well again.
    play.stopped("stuck", true).sees(&["20 run-again stuck"]);
}

#[test]
fn who_was_given_up_is_named() {
    let mut play = Cast::new()
        .phases(60.0, [0.0, 20.0, 10.0, 10.0, 10.0])
        .task("job")
        .ticker("stuck")
        .within(0.5)
        .running()
        .busy();
    play.request().at(10.0).call_off();
    play.sees_of("call", &["10 call off, without stuck"]);
}

#[test]
fn a_phase_that_was_held_is_held_no_more() {
    let mut play = announced(two_tasks());
    play.cue(Event::Hold(Some(Phase::StopNewWork))).request().at(3.5).cue(Event::AcceptorsGone).call_off();
    play.at(10.0).request().at(13.0).cue(Event::AcceptorsGone).sees_last("13 await requests");
}
