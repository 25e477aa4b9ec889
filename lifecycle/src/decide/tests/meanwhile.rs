//! Resources close and open again while the App runs.

use super::play::{Cast, Play};
use crate::words::phase::Phase;

/// `b` and `c` use `a`, `d` uses `b`; a task, so that it goes on.
fn diamond() -> Cast {
    let cast = Cast::new().resource("a", &[]).resource("b", &["a"]).resource("c", &["a"]).resource("d", &["b"]);
    cast.task("work")
}

fn with_all_closed() -> Play {
    let mut play = diamond().running();
    play.close_some(&["a", "b", "c", "d"]);
    play.ended("d").ended("c").ended("b").ended("a");
    play.sees_of("settled", &["0 settled d", "0 settled c", "0 settled b", "0 settled a"]);
    play
}

#[test]
fn users_close_before_what_they_use_and_independent_ones_at_once() {
    let mut play = diamond().running();
    play.close_some(&["a", "b", "c", "d"]).sees(&["0 close c until 5", "0 close d until 5"]);
    play.ended("d").sees(&["0 settled d", "0 close b until 5"]);
    play.ended("c").sees(&["0 settled c"]);
    play.ended("b").sees(&["0 settled b", "0 close a until 5"]);
    play.ended("a").sees(&["0 settled a"]);
}

#[test]
fn higher_priorities_close_before_lower_ones() {
    let cast = Cast::new().resource("log", &[]).priority(-1).resource("db", &[]).resource("cache", &[]).priority(1);
    let mut play = cast.task("work").running();
    play.close_some(&["log", "cache"]).sees(&["0 close cache until 5"]);
    play.ended("cache").sees(&["0 settled cache", "0 close log until 5"]);
}

#[test]
fn one_with_a_user_that_stays_open_is_not_closed() {
    let mut play = diamond().running();
    play.close_some(&["a", "b", "d"]).sees(&["0 settled a", "0 close d until 5"]);
    play.ended("d").sees(&["0 settled d", "0 close b until 5"]);
}

#[test]
fn they_open_in_the_order_of_their_wiring() {
    let mut play = with_all_closed();
    play.open_some(&["d", "c", "b", "a"]).sees(&["0 open a"]);
    play.opened("a").sees(&["0 reopened a", "0 settled a", "0 open b", "0 open c"]);
    play.opened("b").sees(&["0 reopened b", "0 settled b", "0 open d"]);
    play.opened("d").opened("c").sees(&["0 reopened d", "0 settled d", "0 reopened c", "0 settled c"]);
    play.request().play_out().sees_of("finish", &["30 finish stopped"]);
}

#[test]
fn one_that_does_not_open_keeps_its_users_closed_and_can_be_tried_again() {
    let mut play = with_all_closed();
    play.open_some(&["a", "b", "d"]).open_failed("a", "refused").sees(&[
        "0 open a",
        "0 not-reopened a: refused",
        "0 settled a",
        "0 not-reopened b: `a`, which it takes, is not open",
        "0 settled b",
        "0 not-reopened d: `b`, which it takes, is not open",
        "0 settled d",
    ]);
    play.open_some(&["c"]).sees(&["0 not-reopened c: `a`, which it takes, is not open", "0 settled c"]);
    play.open_some(&["a"]).opened("a").sees(&["0 open a", "0 reopened a", "0 settled a"]);
}

#[test]
fn what_is_so_already_is_settled_at_once() {
    let mut play = diamond().running();
    play.open_some(&["a"]).sees(&["0 settled a"]);
    play.close_some(&["d"]).ended("d").close_some(&["d"]);
    play.sees(&["0 close d until 5", "0 settled d", "0 settled d"]);
}

#[test]
fn one_that_is_late_is_dropped() {
    let mut play = with_all_closed();
    play.open_some(&["a"]).at(10.0).sees(&["0 open a", "10 drop a"]);
    play.open_dropped("a").sees(&["10 not-reopened a: it did not open within 10s", "10 settled a"]);
    play.open_some(&["a"]).at(20.0).opened("a").sees(&["10 open a", "20 drop a", "20 reopened a", "20 settled a"]);
}

/// It holds a thread, and may still open: it is neither given up nor begun a second time.
#[test]
fn one_that_is_late_and_cannot_be_dropped_is_told_and_stays_what_it_is() {
    let late = "11 not-reopened a: it did not open within 10s, and cannot be dropped: it is inside a poll";
    let mut play = with_all_closed();
    play.open_some(&["a"]).at(60.0).sees(&["0 open a", "10 drop a", late, "11 settled a"]);
    play.open_some(&["a"]);
    play.sees(&["60 not-reopened a: it is still busy with its last opening or close", "60 settled a"]);
    play.opened("a").sees(&["60 reopened a"]);
    play.close_some(&["a"]).sees(&["60 close a until 65"]);
}

#[test]
fn one_that_is_late_and_fails_in_the_end_is_told_to_the_ledger_alone() {
    let mut play = with_all_closed();
    play.open_some(&["a"]).at(60.0).open_dropped("a").sees_last("60 not-reopened a: it did not open within 10s");
    play.open_some(&["a"]).sees(&["60 open a"]);
}

#[test]
fn a_close_that_hangs_is_aborted_and_given_up_and_not_opened_beside_itself() {
    let mut play = diamond().running();
    play.close_some(&["d"]).at(60.0).sees(&["0 close d until 5", "5 abort d", "6 give-up d", "6 settled d"]);
    play.open_some(&["d"])
        .sees(&["60 not-reopened d: its last close or opening was left behind, and still runs", "60 settled d"]);
    play.ended("d").open_some(&["d"]).sees(&["60 open d"]);
}

#[test]
fn what_is_closed_is_not_closed_again() {
    let mut play = diamond().running();
    play.close_some(&["d", "b"]).ended("d").ended("b");
    play.request().ended("work");
    play.sees_of("close", &["0 close d until 5", "0 close b until 5", "0 close c until 5"]);
    play.ended("c").ended("a").sees_last("0 finish stopped");
}

#[test]
fn a_shutdown_lets_what_closes_go_on_and_what_has_not_begun_stays_for_its_turn() {
    let mut play = diamond().running();
    play.close_some(&["d", "b", "a", "c"]);
    play.request().sees_of("close settled", &["0 close c until 5", "0 close d until 5", "0 settled a", "0 settled b"]);
    play.ended("work").ended("c").sees_of("close settled", &["0 settled c"]);
    play.ended("d").sees_of("close settled", &["0 settled d", "0 close b until 5"]);
}

/// Regression: its bound was that of its own, whatever was left of the total.
#[test]
fn a_close_that_goes_on_into_the_last_phase_has_the_time_of_that_phase() {
    let cast = Cast::new().phases(5.0, [0.0, 0.0, 0.0, 0.0, 2.0]).resource("a", &[]).task("work");
    let mut play = cast.running();
    play.close_some(&["a"]).request().ended("work").play_out();
    let verbs = "close give-up finish";
    play.sees_of(verbs, &["0 close a until 5", "4.9 give-up a", "4.9 finish stopped"]);
}

#[test]
fn a_shutdown_drops_what_opens_and_closes_it_if_it_opens_all_the_same() {
    let mut play = with_all_closed();
    play.open_some(&["a", "b"]).request().sees_of("open drop settled", &["0 open a", "0 settled b", "0 drop a"]);
    play.opened("a").ended("work");
    play.sees_of("reopened settled close", &["0 reopened a", "0 settled a", "0 close a until 5"]);
}

#[test]
fn a_shutdown_gives_up_an_opening_that_outlasted_its_drop() {
    let mut play = with_all_closed();
    play.open_some(&["a"]).at(60.0).request().ended("work").play_out();
    play.sees_of("drop give-up finish", &["10 drop a", "61 give-up a", "61 finish stopped"]);
}

/// An announce of ten seconds, in which `d` was to be opened again.
fn asked_while_d_opened() -> Play {
    let mut play = diamond().phases(40.0, [10.0, 2.0, 8.0, 15.0, 5.0]).running();
    play.close_some(&["d"]).ended("d").open_some(&["d"]).request();
    play.sees_of("open drop", &["0 open d", "0 drop d"]);
    play
}

#[test]
fn an_opening_that_was_dropped_by_a_shutdown_can_be_tried_again_when_that_is_called_off() {
    let mut play = asked_while_d_opened();
    let error = "0 not-reopened d: shutdown was asked for while it opened";
    play.open_dropped("d").call_off().open_some(&["d"]);
    play.sees_of("not-reopened settled open", &[error, "0 settled d", "0 open d"]);
}

#[test]
fn an_opening_that_outlasts_a_shutdown_that_was_called_off_is_neither_forgotten_nor_begun_twice() {
    for called_off in [0.5, 5.0] {
        let mut play = asked_while_d_opened();
        play.at(called_off).call_off().at(20.0).open_some(&["d"]).sees_of("open", &[]);
        play.opened("d").sees(&["20 reopened d"]);
        play.request().ended("work").at(30.0);
        play.sees_of("close", &["30 close c until 35", "30 close d until 35"]);
    }
}

#[test]
fn nothing_is_closed_or_opened_so_once_shutdown_was_asked_for_or_before_the_app_runs() {
    let mut play = diamond().curtain();
    play.begin().close_some(&["a"]).open_some(&["b"]).sees_of("settled", &["0 settled a", "0 settled b"]);
    let mut play = diamond().running();
    play.request().close_some(&["d"]).open_some(&["d"]).sees_of("settled close", &["0 settled d", "0 settled d"]);
}

#[test]
fn a_hook_that_takes_what_is_closed_is_left_out() {
    let cast = diamond().hook_with("flush", Phase::StopNewWork, "d").hook_with("save", Phase::StopNewWork, "a");
    let mut play = cast.running();
    play.close_some(&["d"]).ended("d").request();
    play.sees_of("hook skip", &["0 skip flush", "0 hook save until 2"]);
    play.ended("save").ended("work").ended("b").ended("c").ended("a").sees_last("0 finish stopped");
}
