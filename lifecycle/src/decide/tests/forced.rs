//! A repeated SIGINT, at every stage.

use super::play::{Cast, Play};
use crate::words::phase::Phase;

fn cast() -> Cast {
    Cast::new().resource("db", &[]).task("job").ticker("tick")
}

/// From here on nothing answers, and all is over with the reserve.
fn ends_at(play: &mut Play, end: &str) {
    play.play_out().sees_last(end);
}

#[test]
fn nothing_is_forced_before_shutdown_was_asked_for() {
    let mut play = cast().curtain();
    play.force().begin().force().sees_last("0 open db");
    play.opened("db").force().sees_last("0 run tasks");
    play.at(9.0).sees(&[]);
}

#[test]
fn it_jumps_to_the_last_phase_from_every_other() {
    for (moment, phase) in
        [(0.5, "announce"), (2.0, "stop_new_work"), (5.0, "complete_current"), (14.0, "cancel_tasks")]
    {
        let mut play = cast().phases(30.0, [1.0, 2.0, 7.0, 15.0, 5.0]).running().busy();
        play.request().at(moment).sees_of("finish", &[]);
        play.force().sees_of(
            "leave enter abort close",
            &[
                &format!("{moment} leave {phase}: forced"),
                &format!("{moment} enter force_cleanup until {}", moment + 5.0),
                &format!("{moment} abort job"),
                &format!("{moment} abort tick"),
            ],
        );
        ends_at(&mut play, &format!("{} finish stopped", moment + 4.775));
    }
}

#[test]
fn it_leaves_the_reserve_and_no_more() {
    let mut play = Cast::new().phases(30.0, [0.0, 0.0, 0.0, 15.0, 5.0]).task("job").running();
    play.request().at(14.0).force().sees_of(
        "enter",
        &[
            "0 enter stop_new_work until 0",
            "0 enter complete_current until 0",
            "0 enter cancel_tasks until 15",
            "14 enter force_cleanup until 19",
        ],
    );
}

#[test]
fn it_never_lengthens_the_total() {
    let mut play = cast().running().busy();
    play.request().at(26.0).sees_last("26 close db until 29.6");
    play.at(29.0).force();
    ends_at(&mut play, "29.85 finish stopped");

    let mut play = Cast::new().hook("late", Phase::ForceCleanup).task("job").running();
    play.request().at(29.0).sees_of("hook", &["26 hook late until 29.6"]);
    play.force().at(30.0).sees_of("abort", &["29.6 abort late"]);
}

#[test]
fn aborts_have_a_quarter_of_a_second() {
    let mut play = cast().running().busy();
    play.request().at(3.0).force().at(3.2).sees_of("close", &[]);
    play.at(3.25).sees(&["3.25 give-up job", "3.25 give-up tick", "3.25 close db until 7.525"]);
}

#[test]
fn aborts_that_are_under_way_are_shortened() {
    let mut play = Cast::new().resource("db", &[]).task("job").within(1.0).task("other").running();
    play.request().at(1.0).sees_last("1 abort job");
    play.at(1.1).force().at(1.35).sees_of("give-up", &["1.35 give-up job", "1.35 give-up other"]);
}

#[test]
fn hooks_that_wait_are_left_out_and_one_that_runs_is_aborted() {
    let drain = Phase::StopNewWork;
    let cast = Cast::new().hook("one", drain).priority(1).hook("two", drain).hook("late", Phase::ForceCleanup);
    let mut play = cast.hook("cancel", Phase::CancelTasks).running();
    play.request().at(0.5).force().sees_of("hook abort", &["0 hook one until 1", "0.5 abort one"]);
    play.at(0.75).sees_of("hook give-up", &["0.75 give-up one", "0.75 hook late until 5.025"]);
    ends_at(&mut play, "5.275 finish stopped");
}

/// Regression: a hook of the last phase kept the time that it had been given before.
#[test]
fn in_the_last_phase_hooks_and_their_successors_share_the_reserve() {
    let late = Phase::ForceCleanup;
    let mut play = Cast::new().hook("one", late).priority(1).hook("two", late).running();
    play.request().at(1.0).sees_last("0 hook one until 13.5");
    play.force().at(9.0).sees_of(
        "hook abort give-up finish",
        &[
            "3.25 abort one",
            "3.25 hook two until 5.5",
            "3.5 give-up one",
            "5.5 abort two",
            "5.75 give-up two",
            "5.75 finish stopped",
        ],
    );
}

/// Regression: a close kept the time that it had been given before.
#[test]
fn closes_under_way_and_to_come_share_the_reserve() {
    let cast = Cast::new().phases(30.0, [0.0, 0.0, 0.0, 0.0, 2.0]).resource("a", &[]).within(2.0);
    let mut play = cast.resource("b", &["a"]).within(2.0).running();
    play.request().sees_last("0 close b until 2");
    play.at(1.0).force().play_out().sees_of(
        "close abort give-up finish",
        &["1.9 abort b", "2 give-up b", "2 close a until 2.9", "2.9 abort a", "3 give-up a", "3 finish stopped"],
    );
}

#[test]
fn it_does_not_lengthen_a_close() {
    let mut play = Cast::new().resource("a", &[]).within(1.0).running();
    play.request().at(0.5).force().at(1.0).sees_last("1 abort a");
}

#[test]
fn a_second_force_changes_nothing() {
    let mut play = cast().running().busy();
    play.request().at(3.0).force().force().sees_last("3 abort tick");
    play.at(7.0).force();
    ends_at(&mut play, "7.775 finish stopped");
}

#[test]
fn while_the_start_is_taken_back_openings_are_given_up_sooner() {
    let mut play = Cast::new().resource("a", &[]).resource("b", &[]).curtain();
    play.begin().opened("b").request().sees_last("0 drop a");
    play.at(0.1).force().at(0.35).sees(&["0.35 give-up a", "0.35 close b until 4.535"]);
    ends_at(&mut play, "4.785 finish stopped");
}

#[test]
fn a_close_of_a_start_that_is_taken_back_keeps_its_end() {
    let mut play = Cast::new().resource("a", &[]).curtain();
    play.begin().opened("a").request().at(1.0).force().sees_of("close", &["0 close a until 5"]);
}
