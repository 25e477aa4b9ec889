//! The phases one after the other.

use super::play::{Cast, seconds};
use crate::decide::Event;
use crate::words::outcome::Outcome;
use crate::words::phase::Phase;

fn one_of_each() -> Cast {
    Cast::new().resource("db", &[]).task("job").ticker("tick")
}

#[test]
fn a_whole_shutdown_in_which_everybody_keeps_time() {
    let mut play = one_of_each().running().busy();
    play.at(10.0).request().sees(&[
        "10 announce: SIGTERM",
        "10 state draining",
        "10 enter stop_new_work until 12",
        "10 stop new work",
        "10 await acceptors",
    ]);
    play.at(11.0).cue(Event::AcceptorsGone).sees(&[
        "11 leave stop_new_work: completed",
        "11 enter complete_current until 20",
        "11 await requests",
    ]);
    play.at(12.0).cue(Event::RequestsDone).sees(&[]);
    play.at(13.0).ended("tick").sees(&[
        "13 leave complete_current: completed",
        "13 state stopping",
        "13 enter cancel_tasks until 35",
        "13 refuse spawns",
        "13 cancel job until 35",
    ]);
    play.at(14.0).ended("job").sees(&[
        "14 leave cancel_tasks: completed",
        "14 enter force_cleanup until 40",
        "14 refuse spawns",
        "14 close db until 19",
    ]);
    play.at(15.0).ended("db").sees(&["15 leave force_cleanup: completed", "15 state stopped", "15 finish stopped"]);
    play.ended("db").cue(Event::AcceptorsGone).request().force().begin().at(99.0).sees(&[]);
}

#[test]
fn a_whole_shutdown_in_which_nobody_does_anything() {
    let mut play = one_of_each().running().busy();
    play.request().play_out().sees(&[
        "0 announce: SIGTERM",
        "0 state draining",
        "0 enter stop_new_work until 2",
        "0 stop new work",
        "0 await acceptors",
        "2 leave stop_new_work: timed out",
        "2 enter complete_current until 10",
        "2 await requests",
        "10 leave complete_current: timed out",
        "10 state stopping",
        "10 enter cancel_tasks until 25",
        "10 refuse spawns",
        "10 cancel job until 25",
        "10 cancel tick until 25",
        "25 leave cancel_tasks: timed out",
        "25 enter force_cleanup until 30",
        "25 refuse spawns",
        "25 abort job",
        "25 abort tick",
        "26 give-up job",
        "26 give-up tick",
        "26 close db until 29.6",
        "29.6 abort db",
        "30 give-up db",
        "30 leave force_cleanup: completed",
        "30 state stopped",
        "30 finish stopped",
    ]);
}

#[test]
fn what_a_phase_did_not_use_rolls_on_up_to_the_reserve() {
    let mut play = one_of_each().running();
    play.at(5.0).request().sees_of("enter", &["5 enter stop_new_work until 7", "5 enter complete_current until 15"]);
    play.at(6.0).ended("tick").sees_of("enter", &["6 enter cancel_tasks until 30"]);
    play.at(30.0).sees_of("enter", &["30 enter force_cleanup until 35"]);
}

#[test]
fn phases_shorter_than_the_total_leave_the_rest_to_the_last() {
    let mut play = Cast::new().phases(60.0, [0.0, 1.0, 1.0, 2.0, 5.0]).task("job").running().busy();
    play.request().play_out();
    play.sees_of(
        "enter finish",
        &[
            "0 enter stop_new_work until 1",
            "1 enter complete_current until 2",
            "2 enter cancel_tasks until 4",
            "4 enter force_cleanup until 60",
            "5 finish stopped",
        ],
    );
}

#[test]
fn each_phase_waits_for_all_of_what_it_is_for() {
    let mut play = Cast::new().ticker("one").ticker("two").running().busy();
    play.request().cue(Event::AcceptorsGone).sees_last("0 await requests");
    play.ended("one").sees(&[]);
    play.ended("two").sees(&[]);
    play.cue(Event::RequestsDone).sees_of(
        "leave",
        &["0 leave complete_current: completed", "0 leave cancel_tasks: completed", "0 leave force_cleanup: completed"],
    );
}

#[test]
fn what_is_done_early_is_not_waited_for_later() {
    let mut play = Cast::new().running().busy();
    play.request().cue(Event::RequestsDone).sees_last("0 await acceptors");
    play.cue(Event::AcceptorsGone).sees_last("0 finish stopped");
}

#[test]
fn an_announce_with_time_uses_all_of_it() {
    let mut play = Cast::new().phases(30.0, [3.0, 2.0, 8.0, 12.0, 5.0]).task("job").running();
    play.request().sees(&["0 announce: SIGTERM", "0 state draining", "0 enter announce until 3"]);
    play.at(2.9).ended("job").sees(&[]);
    play.at(3.0).sees_of(
        "leave enter",
        &[
            "3 leave announce: completed",
            "3 enter stop_new_work until 5",
            "3 leave stop_new_work: completed",
            "3 enter complete_current until 13",
            "3 leave complete_current: completed",
            "3 enter cancel_tasks until 25",
            "3 leave cancel_tasks: completed",
            "3 enter force_cleanup until 30",
            "3 leave force_cleanup: completed",
        ],
    );
}

#[test]
fn a_request_in_any_phase_changes_nothing() {
    let mut play = one_of_each().running().busy();
    play.request().sees_last("0 await acceptors");
    for moment in [1.0, 5.0, 15.0, 25.5, 27.0] {
        play.at(moment).sees_of("finish", &[]);
        play.request().returned("job", Outcome::Failed, Some("late")).sees(&[]);
    }
    play.play_out().sees_last("30 finish stopped");
}

/// The runtime was blocked: what is due is done in one go, and in order.
#[test]
fn a_tick_that_comes_far_too_late_still_goes_through_every_phase() {
    let mut play = one_of_each().running().busy();
    play.request().blocked_until(27.0).sees_of(
        "enter leave cancel abort",
        &[
            "0 enter stop_new_work until 2",
            "27 leave stop_new_work: timed out",
            "27 enter complete_current until 10",
            "27 leave complete_current: timed out",
            "27 enter cancel_tasks until 25",
            "27 cancel job until 25",
            "27 cancel tick until 25",
            "27 leave cancel_tasks: timed out",
            "27 enter force_cleanup until 30",
            "27 abort job",
            "27 abort tick",
        ],
    );
    play.play_out();
    assert_eq!(play.now(), seconds(30.0));
}

#[test]
fn after_the_total_the_end_comes_without_delay() {
    let mut play = one_of_each().running().busy();
    play.request().blocked_until(31.0).play_out().sees_of(
        "close abort give-up leave finish",
        &[
            "31 leave stop_new_work: timed out",
            "31 leave complete_current: timed out",
            "31 leave cancel_tasks: timed out",
            "31 abort job",
            "31 abort tick",
            "31 give-up job",
            "31 give-up tick",
            "31 close db until 31",
            "31 abort db",
            "31 give-up db",
            "31 leave force_cleanup: timed out",
            "31 finish stopped",
        ],
    );
}

#[test]
fn phases_without_time_are_passed_through() {
    let mut play = Cast::new().phases(5.0, [0.0, 0.0, 0.0, 0.0, 5.0]).task("job").running().busy();
    play.request().sees_of(
        "enter abort",
        &[
            "0 enter stop_new_work until 0",
            "0 enter complete_current until 0",
            "0 enter cancel_tasks until 0",
            "0 enter force_cleanup until 5",
            "0 abort job",
        ],
    );
}

#[test]
fn a_budget_without_end_overflows_nothing() {
    // In seconds: a century, the longest there is.
    let longest = 3.1536e9;
    let cast = Cast::new().phases(longest, [0.0, 0.0, 0.0, 1e9, 1e9]).task("job").within(1e19);
    let cast = cast.hook("bye", Phase::ForceCleanup).within(1e19).resource("db", &[]).within(1e9);
    let mut play = cast.running();
    play.at(1e19).request().force().play_out();
}

#[test]
fn a_phase_that_is_held_stays_until_it_is_let_go_on() {
    let mut play = one_of_each().running();
    play.cue(Event::Hold(Some(Phase::CompleteCurrent))).request();
    play.sees_of("enter", &["0 enter stop_new_work until 2", "0 enter complete_current until 10"]);
    play.at(3.0).ended("tick").sees(&[]);
    play.at(4.0).cue(Event::Hold(Some(Phase::CancelTasks))).sees(&[
        "4 leave complete_current: completed",
        "4 state stopping",
        "4 enter cancel_tasks until 25",
        "4 refuse spawns",
        "4 cancel job until 25",
    ]);
    play.at(5.0).ended("job").sees(&[]);
    play.at(6.0).cue(Event::Hold(None)).sees(&[
        "6 leave cancel_tasks: completed",
        "6 enter force_cleanup until 30",
        "6 refuse spawns",
        "6 close db until 11",
    ]);
}

#[test]
fn a_phase_that_is_held_ends_with_its_time() {
    let mut play = one_of_each().running();
    play.cue(Event::Hold(Some(Phase::StopNewWork))).request();
    play.sees_of("enter", &["0 enter stop_new_work until 2"]);
    play.at(2.0).sees(&["2 leave stop_new_work: completed", "2 enter complete_current until 10", "2 await requests"]);
}

#[test]
fn force_does_not_wait_for_a_phase_that_is_held() {
    let mut play = one_of_each().running();
    play.cue(Event::Hold(Some(Phase::StopNewWork))).request().at(1.0).sees_of("leave", &[]);
    play.force().sees_of("leave enter", &["1 leave stop_new_work: forced", "1 enter force_cleanup until 6"]);
}
