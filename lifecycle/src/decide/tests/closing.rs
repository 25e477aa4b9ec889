//! Resources close.

use super::play::{Cast, seconds};
use crate::words::phase::Phase;

/// Five seconds, all of them for the closes.
fn closes() -> Cast {
    Cast::new().phases(5.0, [0.0, 0.0, 0.0, 0.0, 5.0])
}

#[test]
fn users_close_before_what_they_use() {
    let cast = closes().resource("a", &[]).resource("b", &["a"]).resource("c", &["a"]).resource("d", &["b", "c"]);
    let mut play = cast.running();
    play.request().sees_of("close", &["0 close d until 1.5"]);
    play.ended("d").sees(&["0 close b until 2.25", "0 close c until 2.25"]);
    play.ended("b").sees(&[]);
    play.ended("c").sees(&["0 close a until 4.5"]);
    play.ended("a").sees_last("0 finish stopped");
}

#[test]
fn higher_priorities_close_before_lower_ones() {
    let cast = closes().resource("telemetry", &[]).priority(-10).resource("db", &[]).resource("cache", &[]).priority(9);
    let mut play = cast.running();
    play.request().sees_of("close", &["0 close cache until 1.5"]);
    play.ended("cache").sees(&["0 close db until 2.25"]);
    play.ended("db").sees(&["0 close telemetry until 4.5"]);
}

#[test]
fn within_a_priority_a_chain_does_not_wait_for_its_neighbours() {
    let cast = closes().resource("a", &[]).resource("b", &["a"]).resource("c", &[]).resource("d", &["c"]);
    let mut play = cast.running();
    play.request().sees_of("close", &["0 close b until 2.25", "0 close d until 2.25"]);
    play.ended("d").sees(&["0 close c until 4.5"]);
}

/// Regression: each wait for an abort took a tenth of all that was left, and the last ones had next to nothing.
#[test]
fn closes_that_hang_in_a_chain_each_have_their_turn_and_all_is_over_in_time() {
    let cast = closes().resource("a", &[]).resource("b", &["a"]).resource("c", &["b"]).resource("d", &["c"]);
    let mut play = cast.resource("e", &["d"]).running();
    play.request().play_out().sees_of(
        "close abort give-up finish",
        &[
            "0 close e until 0.9",
            "0.9 abort e",
            "1 give-up e",
            "1 close d until 1.9",
            "1.9 abort d",
            "2 give-up d",
            "2 close c until 2.9",
            "2.9 abort c",
            "3 give-up c",
            "3 close b until 3.9",
            "3.9 abort b",
            "4 give-up b",
            "4 close a until 4.9",
            "4.9 abort a",
            "5 give-up a",
            "5 finish stopped",
        ],
    );
}

#[test]
fn a_close_timeout_bounds_a_close_before_its_share_does() {
    let mut play = closes().resource("db", &[]).within(2.0).running();
    play.request().play_out();
    play.sees_of("close abort give-up", &["0 close db until 2", "2 abort db", "3 give-up db"]);
}

#[test]
fn a_close_that_is_aborted_and_ends_lets_the_next_begin() {
    let mut play = closes().resource("db", &[]).within(1.0).resource("cache", &["db"]).within(1.0).running();
    play.request().at(1.0).sees_last("1 abort cache");
    play.at(1.1).ended("cache").sees(&["1.1 close db until 2.1"]);
}

#[test]
fn no_resource_closes_while_a_task_lives() {
    let mut play = Cast::new().resource("db", &[]).task("job").running();
    play.request().at(25.9).sees_of("close", &[]);
    play.at(26.0).sees(&["26 give-up job", "26 close db until 29.6"]);
}

#[test]
fn no_resource_closes_while_a_hook_of_the_last_phase_lives() {
    let mut play = closes().resource("db", &[]).hook("late", Phase::ForceCleanup).running();
    play.request().at(1.0).sees_of("close", &[]);
    play.ended("late").sees(&["1 close db until 4.6"]);
}

#[test]
fn unused_time_goes_to_the_closes_up_to_their_own_bound() {
    let mut play = Cast::new().resource("db", &[]).running();
    play.request().sees_of(
        "enter close",
        &[
            "0 enter stop_new_work until 2",
            "0 enter complete_current until 10",
            "0 enter cancel_tasks until 25",
            "0 enter force_cleanup until 30",
            "0 close db until 5",
        ],
    );
}

#[test]
fn a_close_that_ends_after_it_was_given_up_changes_nothing() {
    let mut play = closes().resource("db", &[]).resource("cache", &["db"]).within(1.0).running();
    play.request().at(2.0).sees_last("1.364 close db until 4.636");
    play.ended("cache").sees(&[]);
    play.ended("db").sees_last("2 finish stopped");
    assert_eq!(play.now(), seconds(2.0));
}

#[test]
fn a_late_end_of_the_last_close_is_a_time_out_of_the_phase() {
    let mut play = closes().resource("db", &[]).running();
    play.request().sees_last("0 close db until 4.5");
    play.blocked_until(5.5)
        .play_out()
        .sees_of("leave finish", &["5.5 leave force_cleanup: timed out", "5.5 finish stopped"]);
}
