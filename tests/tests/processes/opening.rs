//! Starts that fail, hang or are called off are taken back in reverse, and no task runs.

use std::time::Duration;

use lifecycle_tests::driver::{Ended, Program, SLACK, Signal, over_within};

use super::{FLAVORS, scenario};

/// The two that were open closed in reverse; the third and what stands on it never opened, and no task ran.
#[track_caller]
fn is_taken_back(ended: &Ended) {
    ended.says(&["opened first", "opened second", "closed second", "closed first", "over"]);
    for line in ["opened fourth", "closed fourth", "closed third", "READY"] {
        ended.never_says(line);
    }
    ended.outcome("first", "stopped").outcome("second", "stopped");
    assert_eq!(ended.component("fourth")["outcome"], serde_json::Value::Null, "it never began");
}

#[test]
fn resources_open_in_the_order_of_their_needs_and_close_in_reverse() {
    let running = scenario("all_open").start();
    running.wait_for("READY");
    let ended = running.end_by(Signal::TERM);
    ended.exits(0).says(&["opened first", "opened second", "opened third", "opened fourth", "READY"]);
    ended.says(&["READY", "closed fourth", "closed third", "closed second", "closed first", "over"]);
}

#[test]
fn independent_resources_open_together() {
    for workers in FLAVORS {
        let running = scenario("siblings").workers(workers).start();
        running.wait_for("READY");
        running.end_by(Signal::TERM).exits(0);
    }
}

#[test]
fn the_third_of_four_fails_to_open() {
    for workers in FLAVORS {
        let ended = scenario("third_fails").workers(workers).start().end();
        ended.exits(69).tells("third").tells("no route to the broker");
        is_taken_back(&ended);
        assert_eq!(ended.report()["reason"]["resource"], "third");
    }
}

#[test]
fn the_third_of_four_panics_when_it_opens() {
    for workers in FLAVORS {
        let ended = scenario("third_panics").workers(workers).may_panic().start().end();
        ended.exits(69).tells("third").tells("no broker is configured").tells("opening.rs:");
        is_taken_back(&ended);
    }
}

#[test]
fn the_third_of_four_hangs_when_it_opens() {
    for workers in FLAVORS {
        over_within(Duration::from_millis(300) + SLACK, || {
            let running = scenario("third_hangs").workers(workers).start();
            running.wait_for("third hangs");
            let began = std::time::Instant::now();
            let ended = running.end();
            let elapsed = began.elapsed();
            ended.exits(69).tells("third").tells("did not open within 300ms");
            ended.says(&["dropped the opening of third", "closed second"]);
            is_taken_back(&ended);
            elapsed
        });
    }
}

#[test]
fn a_signal_while_the_third_of_four_hangs_takes_the_start_back_with_0() {
    for signal in [Signal::TERM, Signal::INT] {
        for workers in FLAVORS {
            over_within(SLACK, || {
                let running = scenario("third_hangs").workers(workers).start();
                running.wait_for("third hangs");
                let ended = running.end_by(signal);
                ended.exits(0).says(&["dropped the opening of third", "closed second"]);
                is_taken_back(&ended);
                ended.elapsed
            });
        }
    }
}

#[test]
fn a_request_from_within_an_open_takes_the_start_back_with_0() {
    let ended = scenario("third_asks").start().end();
    ended.exits(0).says(&["opened first", "closed first", "over"]).never_says("opened second").never_says("READY");
    let report = ended.report();
    assert_eq!(
        (&report["reason"]["by"], &report["reason"]["why"]),
        (&"first".into(), &"there is nothing to do".into())
    );
}

/// Regression: an opening that was dropped before its first poll never told of its end, and counted as leaked.
#[test]
fn a_request_before_the_start_ends_it_at_once_with_0() {
    for workers in FLAVORS {
        for _ in 0..10 {
            let ended = scenario("asked_before").workers(workers).start().end();
            ended.exits(0).says(&["over"]).never_says("opened second").never_says("READY");
            let opened = ended.out.matches("opened first").count();
            assert_eq!(ended.out.matches("closed first").count(), opened, "{ended:#?}");
        }
    }
}

/// The failure to open stays the headline, and the failure to close is named as well.
#[test]
fn a_failure_to_close_does_not_hide_the_failure_to_open() {
    let ended = scenario("third_fails_second_fails_to_close").start().end();
    ended.exits(69).outcome("second", "failed").error("second", "disk full").outcome("first", "stopped");
    let headline = ended.err.lines().next().unwrap_or_default().to_owned();
    assert!(headline.contains("no route to the broker"), "{headline}");
}

#[test]
fn wiring_faults_of_the_builder_are_listed_at_once_with_their_places() {
    let ended: Ended = Program::start(scenario("duplicates")).end();
    ended.exits(78).tells("`twin`").tells("`other`").tells("`Res<Missing>`").tells("`never`").never_says("ran");
    let places = ended.err.matches("signals.rs:").count();
    assert!(places >= 6, "{places} places: {ended:#?}");
}
