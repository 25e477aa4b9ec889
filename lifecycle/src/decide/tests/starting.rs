//! The start, and the way back.

use super::play::Cast;
use crate::decide::Event;
use crate::words::outcome::Outcome;

/// `db`, `cache` on it, and `queue` beside them.
fn three() -> Cast {
    Cast::new().resource("db", &[]).resource("cache", &["db"]).resource("queue", &[]).task("job")
}

#[test]
fn independent_resources_open_at_once_and_users_after_what_they_use() {
    let mut play = three().curtain();
    play.begin().sees(&["0 state starting", "0 open db", "0 open queue"]);
    play.opened("db").sees(&["0 open cache"]);
    play.opened("cache").sees(&[]);
    play.opened("queue").sees(&["0 state running", "0 run tasks"]);
}

#[test]
fn a_resource_waits_for_all_that_it_uses() {
    let mut play = Cast::new().resource("a", &[]).resource("b", &[]).resource("c", &["a", "b"]).curtain();
    play.begin().opened("b").sees(&["0 state starting", "0 open a", "0 open b"]);
    play.opened("a").sees(&["0 open c"]);
}

#[test]
fn nothing_to_open_means_running_at_once() {
    Cast::new().task("job").curtain().begin().sees(&["0 state starting", "0 state running", "0 run tasks"]);
}

#[test]
fn begin_counts_once() {
    let mut play = three().curtain();
    play.begin().sees_last("0 open queue");
    play.begin().sees(&[]);
}

/// Regression: the bound on opening fired on the open resource, and aborted it or its close.
#[test]
fn the_bound_on_opening_says_nothing_about_the_open_resource() {
    let mut play = three().running();
    assert_eq!(play.next_timer(), None);
    play.at(60.0).sees(&[]);

    let mut play = Cast::new().resource("db", &[]).curtain();
    play.begin().opened("db").at(8.0).request().sees_last("8 close db until 13");
    play.at(12.0).sees(&[]);
}

#[test]
fn a_failed_open_takes_the_start_back_in_reverse() {
    let mut play = three().curtain();
    play.begin().opened("db").opened("queue").sees_last("0 open cache");
    play.at(1.0).open_failed("cache", "refused").sees(&[
        "1 announce: resource `cache` did not open: refused",
        "1 state stopping",
        "1 enter force_cleanup until 6",
        "1 close db until 5.5",
        "1 close queue until 3.25",
    ]);
    play.ended("db").sees(&[]);
    play.ended("queue").sees(&["1 leave force_cleanup: completed", "1 state failed", "1 finish failed"]);
}

#[test]
fn no_task_and_no_hook_runs_when_the_start_fails() {
    use crate::words::phase::Phase;
    let cast = Cast::new().resource("db", &[]).task("job").hook("bye", Phase::ForceCleanup);
    let mut play = cast.curtain();
    play.begin().sees_last("0 open db");
    play.open_failed("db", "no").sees(&[
        "0 announce: resource `db` did not open: no",
        "0 state stopping",
        "0 enter force_cleanup until 5",
        "0 leave force_cleanup: completed",
        "0 state failed",
        "0 finish failed",
    ]);
}

#[test]
fn an_opening_that_takes_too_long_is_dropped_and_is_the_reason() {
    let mut play = Cast::new().resource("db", &[]).opens_within(3.0).resource("queue", &[]).curtain();
    play.begin().opened("queue").sees_last("0 open queue");
    play.at(3.0).sees(&[
        "3 announce: resource `db` did not open: it did not open within 3s",
        "3 state stopping",
        "3 enter force_cleanup until 8",
        "3 drop db",
    ]);
    play.at(3.1).open_dropped("db").sees(&["3.1 close queue until 7.51"]);
    play.at(4.0).ended("queue").sees(&["4 leave force_cleanup: completed", "4 state failed", "4 finish failed"]);
}

/// Regression: it was dropped at once, and its clean-up never ran.
#[test]
fn an_opening_that_takes_a_shutdown_ends_by_itself_within_its_share() {
    let cast = || Cast::new().resource("db", &[]).resource("cache", &["db"]).hears().resource("queue", &[]);
    let mut play = cast().curtain();
    play.begin().opened("db").at(2.0).sees_last("0 open cache");
    play.request().sees(&[
        "2 announce: SIGTERM",
        "2 state stopping",
        "2 enter force_cleanup until 7",
        "2 cancel-opening cache until 3.5",
        "2 drop queue",
    ]);
    play.open_dropped("queue").at(3.0).sees(&[]);
    play.open_failed("cache", "interrupted").sees_last("3 close db until 6.6");
    // Open all the same: it closes in its turn.
    let mut play = cast().curtain();
    play.begin()
        .opened("db")
        .opened("queue")
        .request()
        .opened("cache")
        .sees_of("close", &["0 close cache until 2.25", "0 close queue until 2.25"]);
}

#[test]
fn an_opening_that_takes_a_shutdown_and_does_not_end_is_dropped_and_the_closes_keep_their_shares() {
    let mut play = Cast::new().resource("db", &[]).resource("cache", &["db"]).hears().curtain();
    play.begin().opened("db").request().sees_last("0 cancel-opening cache until 1.5");
    play.at(1.6).sees(&["1.5 drop cache"]);
    play.at(3.0).sees(&["1.667 give-up cache", "1.667 close db until 4.667"]);
}

/// It is the reason for the end, and takes part in it.
#[test]
fn a_late_opening_that_takes_a_shutdown_is_told_before_it_is_dropped() {
    let mut play = Cast::new().resource("db", &[]).hears().opens_within(3.0).curtain();
    play.begin().at(3.0).sees_last("3 cancel-opening db until 5.25");
    play.at(4.0).open_failed("db", "cleaned up").sees_last("4 finish failed");
}

#[test]
fn an_opening_that_cannot_be_dropped_is_given_up_after_a_second() {
    let mut play = Cast::new().resource("db", &[]).opens_within(3.0).curtain();
    play.begin().at(3.0).sees_last("3 drop db");
    play.at(9.0).sees(&["4 give-up db", "4 leave force_cleanup: completed", "4 state failed", "4 finish failed"]);
}

#[test]
fn further_failures_change_nothing() {
    let mut play = Cast::new().resource("a", &[]).resource("b", &[]).resource("c", &[]).curtain();
    play.begin().sees_last("0 open c");
    play.open_failed("a", "first").sees_last("0 drop c");
    play.open_failed("b", "second").sees(&[]);
    play.open_dropped("c").sees(&["0 leave force_cleanup: completed", "0 state failed", "0 finish failed"]);
}

#[test]
fn what_opens_while_it_is_dropped_closes_in_its_turn() {
    let mut play = three().curtain();
    play.begin().opened("db").open_failed("queue", "no").sees_last("0 drop cache");
    play.opened("cache").sees(&["0 close cache until 2.25"]);
    play.ended("cache").sees(&["0 close db until 4.5"]);
}

/// Regression: it came to life again, and was closed after what it uses.
#[test]
fn what_opens_after_it_was_given_up_stays_left_behind() {
    let mut play = three().curtain();
    play.begin().opened("db").open_failed("queue", "no").at(1.0).sees_last("1 close db until 4.6");
    play.opened("cache").sees(&[]);
    play.ended("db").sees(&["1 leave force_cleanup: completed", "1 state failed", "1 finish failed"]);
}

/// Regression: the start waited for it for ever.
#[test]
fn an_opening_that_somebody_else_dropped_fails_the_start() {
    let mut play = Cast::new().resource("db", &[]).curtain();
    play.begin().open_dropped("db").sees_last("0 finish failed");
}

#[test]
fn a_request_before_the_start_ends_it() {
    let mut play = three().curtain();
    play.request().sees(&[
        "0 announce: SIGTERM",
        "0 state stopping",
        "0 enter force_cleanup until 5",
        "0 leave force_cleanup: completed",
        "0 state stopped",
        "0 finish stopped",
    ]);
    play.begin().request().force().sees(&[]);
}

#[test]
fn a_request_while_opening_takes_the_start_back_without_failing() {
    let mut play = three().curtain();
    play.begin().opened("db").at(2.0).sees_last("0 open cache");
    play.request().sees(&[
        "2 announce: SIGTERM",
        "2 state stopping",
        "2 enter force_cleanup until 7",
        "2 drop cache",
        "2 drop queue",
    ]);
    play.open_dropped("cache").sees(&[]);
    play.open_failed("queue", "interrupted").sees(&["2 close db until 6.5"]);
    play.ended("db").sees(&["2 leave force_cleanup: completed", "2 state stopped", "2 finish stopped"]);
}

#[test]
fn a_request_while_the_start_is_taken_back_changes_nothing() {
    let mut play = three().curtain();
    play.begin().opened("db").open_failed("queue", "no").sees_last("0 drop cache");
    play.request().sees(&[]);
    play.open_dropped("cache").request().sees(&["0 close db until 4.5"]);
}

#[test]
fn a_request_and_the_last_opening_in_one_moment_do_not_run_tasks() {
    let mut play = Cast::new().resource("db", &[]).task("job").curtain();
    play.begin().request().opened("db").sees_of("run close", &["0 close db until 4.5"]);
}

#[test]
fn main_is_a_task_whose_return_begins_shutdown() {
    let mut play = Cast::new().main().task("job").running();
    play.at(1.0).returned("main", Outcome::Finished, None).sees_of("announce:", &["1 announce: main returned"]);
    let mut play = Cast::new().main().task("job").running();
    play.returned("main", Outcome::Failed, Some("no")).sees_of("announce:", &["0 announce: main failed: no"]);
}

#[test]
fn a_critical_task_that_fails_begins_shutdown() {
    let mut play = Cast::new().task("job").task("other").running();
    play.returned("job", Outcome::Failed, Some("no")).sees_of("announce:", &["0 announce: task `job` failed: no"]);
    let mut play = Cast::new().task("job").task("other").running();
    play.returned("job", Outcome::Panicked, None).sees_of("announce:", &["0 announce: task `job` failed: panicked"]);
}

#[test]
fn other_ends_of_tasks_begin_nothing() {
    let mut play = Cast::new().task("job").not_critical().ticker("tick").task("third").running();
    play.returned("job", Outcome::Failed, Some("no")).ended("job").sees(&[]);
    play.returned("tick", Outcome::Failed, Some("no")).ended("tick").sees(&[]);
    play.returned("third", Outcome::Finished, None).sees(&[]);
}

#[test]
fn when_every_task_has_ended_shutdown_begins_unless_there_never_was_one() {
    let mut play = Cast::new().task("one").task("two").running();
    play.ended("one").sees(&[]);
    play.ended("two").sees_of("announce:", &["0 announce: every task ended"]);
    Cast::new().resource("db", &[]).running().cue(Event::Tick).at(99.0).sees(&[]);
}

#[test]
fn children_of_a_task_that_returned_keep_the_app_running() {
    let mut play = Cast::new().task("one").running();
    play.returned("one", Outcome::Finished, None).sees(&[]);
    play.ended("one").sees_of("announce:", &["0 announce: every task ended"]);
}
