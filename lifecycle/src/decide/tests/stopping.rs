//! Tasks in *complete_current* and *cancel_tasks*.

use super::play::Cast;

#[test]
fn groups_are_cancelled_by_priority_and_the_next_follows_when_one_is_over() {
    let cast = Cast::new().task("low").priority(-1).task("a").priority(5).task("mid").task("b").priority(5);
    let mut play = cast.running();
    play.request().sees_of("cancel", &["0 cancel a until 8.333", "0 cancel b until 8.333"]);
    play.at(1.0).ended("a").sees(&[]);
    play.at(2.0).ended("b").sees(&["2 cancel mid until 13.5"]);
    play.at(3.0).ended("mid").sees(&["3 cancel low until 25"]);
}

#[test]
fn a_group_that_does_not_end_has_its_fair_share_and_no_more() {
    let cast = Cast::new().task("high").priority(2).task("mid").priority(1).task("low");
    let mut play = cast.running().busy();
    play.request().play_out().sees_of(
        "cancel abort give-up",
        &[
            "10 cancel high until 15",
            "15 cancel mid until 20",
            "20 cancel low until 25",
            "25 abort high",
            "25 abort mid",
            "25 abort low",
            "26 give-up high",
            "26 give-up mid",
            "26 give-up low",
        ],
    );
}

#[test]
fn a_straggler_of_an_early_group_is_waited_for_until_the_phase_is_over() {
    let mut play = Cast::new().task("high").priority(1).task("low").running();
    play.request().at(12.5).sees_last("12.5 cancel low until 25");
    play.ended("low").sees(&[]);
    play.at(20.0)
        .ended("high")
        .sees_of("leave abort", &["20 leave cancel_tasks: completed", "20 leave force_cleanup: completed"]);
}

#[test]
fn a_group_of_which_nobody_is_left_has_no_turn_and_no_share() {
    for priority in [9, -9] {
        let mut play = Cast::new().ticker("tick").priority(priority).task("job").running();
        play.request().sees_last("0 await requests");
        play.ended("tick").sees_of("cancel", &["0 cancel job until 25"]);
    }
}

#[test]
fn members_of_a_group_may_end_in_any_order() {
    for order in [["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"]] {
        let mut play = Cast::new().task("a").task("b").task("c").task("low").priority(-1).running();
        play.request().sees_last("0 cancel c until 12.5");
        play.ended(order[0]).ended(order[1]).sees(&[]);
        play.ended(order[2]).sees(&["0 cancel low until 25"]);
    }
}

#[test]
fn what_was_aborted_and_ends_is_not_given_up() {
    let mut play = Cast::new().task("job").running();
    play.request().at(25.0).sees_last("25 abort job");
    play.at(25.2).ended("job").sees_last("25.2 finish stopped");
}

#[test]
fn a_bound_of_its_own_counts_from_its_turn() {
    let cast = Cast::new().task("high").priority(1).within(3.0).task("low").within(4.0);
    let mut play = cast.running();
    play.request().at(30.0).sees_of(
        "cancel abort give-up finish",
        &[
            "0 cancel high until 3",
            "3 abort high",
            "4 give-up high",
            "4 cancel low until 8",
            "8 abort low",
            "9 give-up low",
            "9 finish stopped",
        ],
    );
}

#[test]
fn a_bound_of_its_own_beyond_the_phase_is_cut_there() {
    let mut play = Cast::new().task("job").within(60.0).running();
    play.request().at(25.0).sees_of("cancel abort", &["0 cancel job until 25", "25 abort job"]);
}

/// Regression: it was cancelled again and again until *complete_current* was over.
#[test]
fn one_that_finishes_its_run_is_cancelled_when_its_bound_is_over_and_aborted_soon_after() {
    let mut play = Cast::new().ticker("tick").within(3.0).ticker("slow").running();
    play.request().at(9.0).sees_of(
        "cancel abort give-up leave",
        &["0 leave stop_new_work: completed", "3 cancel tick until 4", "4 abort tick", "5 give-up tick"],
    );
    play.ended("slow").sees_last("9 finish stopped");
}

#[test]
fn one_that_ends_when_it_is_cancelled_early_is_not_aborted() {
    let mut play = Cast::new().ticker("tick").within(3.0).running();
    play.request().at(3.0).sees_last("3 cancel tick until 4");
    play.ended("tick").sees_of("abort finish", &["3 finish stopped"]);
}

#[test]
fn the_bound_of_one_that_finishes_its_run_goes_on_in_its_turn() {
    let mut play = Cast::new().ticker("tick").within(12.0).running();
    play.request()
        .at(30.0)
        .sees_of("cancel abort give-up", &["10 cancel tick until 12", "12 abort tick", "13 give-up tick"]);
}

#[test]
fn the_bound_of_one_that_finishes_its_run_does_not_wait_for_its_turn() {
    let cast = Cast::new().ticker("tick").within(12.0).task("first").priority(1);
    let mut play = cast.running();
    play.request().at(30.0).sees_of(
        "cancel abort give-up",
        &[
            "10 cancel first until 17.5",
            "12 cancel tick until 13",
            "13 abort tick",
            "14 give-up tick",
            "25 abort first",
            "26 give-up first",
        ],
    );
}

#[test]
fn the_end_of_what_was_given_up_changes_nothing() {
    let mut play = Cast::new().task("job").resource("db", &[]).running();
    play.request().at(26.0).sees_last("26 close db until 29.6");
    play.ended("job").sees(&[]);
    play.ended("db").sees_last("26 finish stopped");
}

#[test]
fn aborts_have_a_fifth_of_a_short_reserve() {
    let mut play = Cast::new().phases(3.0, [0.0, 0.0, 0.0, 2.0, 1.0]).task("job").running();
    play.request().play_out().sees_of("abort give-up", &["2 abort job", "2.2 give-up job"]);
}
