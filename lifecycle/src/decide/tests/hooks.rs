//! Hooks in their phases.

use super::play::{Cast, Play};
use crate::decide::Event;
use crate::words::phase::Phase;

const DRAIN: Phase = Phase::StopNewWork;

fn hooks(play: &mut Play, expected: &[&str]) {
    play.sees_of("hook abort give-up", expected);
}

#[test]
fn hooks_run_when_their_phase_begins_and_their_phase_waits_for_them() {
    let cast = Cast::new().hook("late", Phase::ForceCleanup).hook("drain", DRAIN).hook("cancel", Phase::CancelTasks);
    let mut play = cast.hook("complete", Phase::CompleteCurrent).running();
    play.request().sees_of("hook leave", &["0 hook drain until 2"]);
    play.at(1.0)
        .ended("drain")
        .sees_of("hook leave", &["1 leave stop_new_work: completed", "1 hook complete until 10"]);
    play.at(2.0)
        .ended("complete")
        .sees_of("hook leave", &["2 leave complete_current: completed", "2 hook cancel until 25"]);
    play.at(3.0).ended("cancel").sees_of("hook leave", &["3 leave cancel_tasks: completed", "3 hook late until 27.3"]);
    play.at(4.0).ended("late").sees_of("hook leave", &["4 leave force_cleanup: completed"]);
}

#[test]
fn hooks_of_a_phase_run_by_priority_each_group_with_its_fair_share() {
    let cast = Cast::new().hook("low", DRAIN).priority(-1).hook("a", DRAIN).hook("high", DRAIN).priority(3);
    let mut play = cast.hook("b", DRAIN).running();
    play.request();
    hooks(&mut play, &["0 hook high until 0.667"]);
    play.at(0.4).ended("high");
    hooks(&mut play, &["0.4 hook a until 1.2", "0.4 hook b until 1.2"]);
    play.ended("a");
    hooks(&mut play, &[]);
    play.at(0.5).ended("b");
    hooks(&mut play, &["0.5 hook low until 2"]);
}

#[test]
fn a_hook_that_hangs_keeps_no_other_from_its_turn() {
    let cast = Cast::new().hook("low", DRAIN).hook("mid", DRAIN).priority(1).hook("high", DRAIN).priority(2);
    let mut play = cast.phases(30.0, [0.0, 3.0, 7.0, 15.0, 5.0]).running();
    play.request().play_out();
    hooks(
        &mut play,
        &[
            "0 hook high until 1",
            "1 abort high",
            "1 hook mid until 2",
            "2 abort mid",
            "2 give-up high",
            "2 hook low until 3",
            "3 abort low",
            "3 give-up mid",
            "4 give-up low",
        ],
    );
}

#[test]
fn a_hook_that_was_aborted_holds_up_no_phase_but_the_last() {
    let mut play = Cast::new().hook("drain", DRAIN).running();
    play.request().at(2.0).sees_of(
        "enter abort close",
        &[
            "0 enter stop_new_work until 2",
            "2 abort drain",
            "2 enter complete_current until 10",
            "2 enter cancel_tasks until 25",
            "2 enter force_cleanup until 30",
        ],
    );
    play.at(9.0).sees_of("give-up finish", &["3 give-up drain", "3 finish stopped"]);
}

#[test]
fn a_time_out_of_its_own_can_only_be_shorter_than_its_share() {
    let cast = Cast::new().hook("short", DRAIN).within(0.5).hook("long", DRAIN).within(60.0);
    let mut play = cast.running();
    play.request().at(1.0);
    hooks(&mut play, &["0 hook short until 0.5", "0 hook long until 2", "0.5 abort short"]);
}

#[test]
fn hooks_of_an_announce_without_time_run_first_and_stop_new_work_waits_for_them() {
    let cast = Cast::new().hook("leave", Phase::Announce).hook("drain", DRAIN);
    let mut play = cast.running();
    play.request().sees(&[
        "0 announce: SIGTERM",
        "0 state draining",
        "0 enter announce until 0",
        "0 hook leave until 2",
    ]);
    play.at(0.5).ended("leave").sees(&[
        "0.5 leave announce: completed",
        "0.5 enter stop_new_work until 2",
        "0.5 stop new work",
        "0.5 await acceptors",
        "0.5 hook drain until 2",
    ]);
}

/// Regression: it was started and aborted in one moment.
#[test]
fn a_hook_whose_phase_has_no_time_left_runs_in_the_next_one() {
    let cast = Cast::new().hook("leave", Phase::Announce).hook("drain", DRAIN).ticker("tick");
    let mut play = cast.running();
    play.request().at(2.0);
    hooks(&mut play, &["0 hook leave until 2", "2 abort leave", "2 hook drain until 10"]);
}

#[test]
fn hooks_of_phases_without_any_time_run_in_the_last_with_a_share_of_the_reserve() {
    let cast = Cast::new().phases(5.0, [0.0, 0.0, 0.0, 0.0, 5.0]).resource("db", &[]);
    let cast = cast.hook("leave", Phase::Announce).hook("drain", DRAIN).hook("late", Phase::ForceCleanup);
    let mut play = cast.running();
    play.request().play_out();
    play.sees_of(
        "leave hook abort give-up close",
        &[
            "0 leave announce: completed",
            "0 leave stop_new_work: timed out",
            "0 leave complete_current: timed out",
            "0 leave cancel_tasks: timed out",
            "0 hook leave until 0.75",
            "0.75 abort leave",
            "0.75 hook drain until 1.5",
            "1.136 give-up leave",
            "1.5 abort drain",
            "1.5 hook late until 2.25",
            "1.818 give-up drain",
            "2.25 abort late",
            "2.5 give-up late",
            "2.5 close db until 4.75",
            "4.75 abort db",
            "5 give-up db",
            "5 leave force_cleanup: completed",
        ],
    );
}

#[test]
fn hooks_that_a_late_tick_overtook_keep_their_turn() {
    let cast = Cast::new().hook("high", DRAIN).priority(1).hook("low", DRAIN).hook("next", Phase::CompleteCurrent);
    let mut play = cast.running().busy();
    play.request().blocked_until(4.0);
    hooks(&mut play, &["0 hook high until 1", "4 abort high", "4 hook low until 7"]);
    play.ended("low");
    hooks(&mut play, &["4 hook next until 10"]);
}

/// Regression: the last hook's abort ran past the total.
#[test]
fn hooks_of_the_last_phase_that_hang_end_within_the_total() {
    let mut play = Cast::new().hook("one", Phase::ForceCleanup).hook("two", Phase::ForceCleanup).priority(1).running();
    play.request().play_out();
    play.sees_of(
        "hook abort give-up finish",
        &[
            "0 hook two until 13.5",
            "13.5 abort two",
            "13.5 hook one until 27",
            "14.5 give-up two",
            "27 abort one",
            "28 give-up one",
            "28 finish stopped",
        ],
    );
}

/// Regression: each group took its share of what the one before had left of the whole, not of the hooks' part.
#[test]
fn many_hooks_of_the_last_phase_leave_the_resources_their_part() {
    let mut cast = Cast::new().phases(10.0, [0.0, 0.0, 0.0, 0.0, 10.0]).resource("db", &[]);
    for priority in 0..6 {
        cast = cast.hook(&format!("hook{priority}"), Phase::ForceCleanup).priority(priority);
    }
    let mut play = cast.running();
    play.request().play_out().sees_of(
        "close give-up finish",
        &[
            "1.591 give-up hook5",
            "2.273 give-up hook4",
            "2.955 give-up hook3",
            "3.636 give-up hook2",
            "4.318 give-up hook1",
            "5 give-up hook0",
            "5 close db until 9.5",
            "10 give-up db",
            "10 finish stopped",
        ],
    );
}

#[test]
fn a_hook_and_what_its_phase_waits_for_are_waited_for_together() {
    let mut play = Cast::new().hook("drain", DRAIN).running().busy();
    play.request().cue(Event::AcceptorsGone).sees_of("leave", &[]);
    play.ended("drain").sees_of("leave", &["0 leave stop_new_work: completed"]);

    let mut play = Cast::new().hook("drain", DRAIN).running().busy();
    play.request().ended("drain").sees_of("leave", &[]);
    play.cue(Event::AcceptorsGone).sees_of("leave", &["0 leave stop_new_work: completed"]);
}

#[test]
fn an_announce_with_time_shares_it_among_its_hooks() {
    let cast = Cast::new().phases(30.0, [4.0, 2.0, 8.0, 11.0, 5.0]);
    let cast = cast.hook("a", Phase::Announce).priority(1).hook("b", Phase::Announce);
    let mut play = cast.running();
    play.request().at(4.0).sees_of(
        "hook abort leave enter",
        &[
            "0 enter announce until 4",
            "0 hook a until 2",
            "2 abort a",
            "2 hook b until 4",
            "4 abort b",
            "4 leave announce: completed",
            "4 enter stop_new_work until 6",
            "4 leave stop_new_work: completed",
            "4 enter complete_current until 14",
            "4 leave complete_current: completed",
            "4 enter cancel_tasks until 25",
            "4 leave cancel_tasks: completed",
            "4 enter force_cleanup until 30",
        ],
    );
}

/// Regression: a hook that released a lease ran while a task that could not be ended was neither over nor given up.
#[test]
fn hooks_of_the_last_phase_begin_when_what_was_aborted_is_over_or_given_up() {
    let cast = || Cast::new().task("ends").task("stays").hook("release", Phase::ForceCleanup);
    let mut play = cast().running();
    play.request().at(25.0).sees_of("abort hook", &["25 abort ends", "25 abort stays"]);
    play.at(25.2).ended("ends").sees_of("give-up hook", &[]);
    play.at(26.0).sees_of("give-up hook", &["26 give-up stays", "26 hook release until 29.6"]);

    let mut play = cast().running();
    play.request().at(25.0).ended("ends").at(25.1).ended("stays");
    play.sees_of("give-up hook", &["25.1 hook release until 29.51"]);
}

#[test]
fn so_do_they_when_a_hook_of_an_earlier_phase_is_aborted() {
    let mut play = Cast::new().hook("drain", DRAIN).hook("release", Phase::ForceCleanup).running();
    play.request().at(1.5).force().sees_of("abort hook", &["0 hook drain until 2", "1.5 abort drain"]);
    play.at(1.6).ended("drain").sees_of("give-up hook", &["1.6 hook release until 6.01"]);
}
