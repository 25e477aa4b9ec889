//! How resources close, and what is said of those that do not.

use std::time::Duration;

use lifecycle_tests::driver::{Ended, Program, SLACK, Signal, over_within};

use super::{FLAVORS, scenario};

fn stopped(program: Program) -> Ended {
    let running = program.start();
    running.wait_for("READY");
    running.end_by(Signal::TERM)
}

#[test]
fn every_shape_of_close_is_run() {
    for workers in FLAVORS {
        let ended = stopped(scenario("shapes").workers(workers));
        ended.exits(0);
        let mut closed = ended.said_after("closed ");
        closed.sort_unstable();
        let mut expected = Vec::new();
        for itself in ["Ref", "Mut", "Own"] {
            for how in ["Sync", "Async", "Future"] {
                expected.extend(["Unit", "Bool", "Result"].map(|what| format!("{itself}{how}{what}")));
            }
        }
        expected
            .extend(["Pool", "Pool", "Pool", "ByPath", "Blocking on close-blocking", "Dropped"].map(ToOwned::to_owned));
        expected.sort_unstable();
        assert_eq!(closed, expected);
    }
}

#[test]
fn every_shape_of_close_that_fails_is_reported_and_keeps_no_other_from_closing() {
    let ended = stopped(scenario("shapes_that_fail"));
    ended.exits(3);
    assert_eq!(ended.said_after("closed Fails").len(), 7, "{ended:#?}");
    for (name, error) in [
        ("fails_ref_sync_bool", "false"),
        ("fails_ref_async_bool", "false"),
        ("fails_mut_sync_result", "disk full"),
        ("fails_mut_async_result", "disk full"),
        ("fails_own_sync_result", "disk full"),
        ("fails_own_async_bool", "false"),
        ("fails_own_future_result", "disk full"),
    ] {
        ended.outcome(name, "failed").error(name, error).tells(name);
    }
}

#[test]
fn a_close_that_goes_well_is_clean() {
    stopped(scenario("close_well")).exits(0).outcome("trouble", "stopped").says(&["closed base", "over"]);
}

#[test]
fn a_close_that_panics_is_reported_with_its_place_and_the_others_close() {
    for workers in FLAVORS {
        let ended = stopped(scenario("close_panics").workers(workers).may_panic());
        ended
            .exits(3)
            .outcome("trouble", "panicked")
            .error("trouble", "the index is broken")
            .error("trouble", "closing.rs:");
        ended.outcome("base", "stopped").says(&["closed base"]).says(&["closed aside"]);
    }
}

#[test]
fn a_destructor_that_panics_is_reported_like_a_close() {
    let ended = stopped(scenario("drop_panics").may_panic());
    ended.exits(3).outcome("trouble", "panicked").error("trouble", "dropped carelessly").says(&["closed base"]);
}

#[test]
fn a_close_that_fails_is_reported_and_the_others_close() {
    for (name, error) in [("close_fails", "No space left on device"), ("close_returns_false", "false")] {
        let ended = stopped(scenario(name));
        ended.exits(3).outcome("trouble", "failed").error("trouble", error).tells("trouble").says(&["closed base"]);
    }
}

#[test]
fn a_blocking_close_runs_on_a_thread_of_its_own() {
    let ended = stopped(scenario("close_works_aside").workers(1));
    ended.exits(0).says(&["closed trouble on close-trouble", "closed base"]);
}

#[test]
fn a_request_from_within_a_close_changes_nothing() {
    let ended = stopped(scenario("close_asks"));
    ended.exits(0).says(&["closed base", "over"]);
    assert_eq!(ended.report()["reason"]["signal"], "SIGTERM");
}

#[test]
fn handles_that_stay_are_counted_and_their_holders_named() {
    over_within(Duration::from_secs(1) + SLACK, || {
        let ended = stopped(scenario("handles_left").timeout("1s"));
        ended.exits(3).never_says("closed trouble").outcome("trouble", "leaked").says(&["closed aside"]);
        let mut handles = ended.report()["handles"].as_array().expect("a list").clone();
        handles.sort_by_key(|handle| handle["holder"].as_str().map(ToOwned::to_owned));
        // What was not closed goes on holding what it was opened with.
        let expected = [("trouble", "hoarder", 3), ("trouble", "magpie", 2), ("base", "trouble", 1)];
        assert_eq!(handles.len(), expected.len(), "{handles:#?}");
        for (handle, (resource, holder, count)) in handles.iter().zip(expected) {
            assert_eq!(handle, &serde_json::json!({ "resource": resource, "holder": holder, "count": count }));
        }
        ended.tells("hoarder").tells("magpie").elapsed
    });
}

#[test]
fn a_shared_resource_closes_at_once_and_names_who_does_not_let_go() {
    over_within(Duration::from_secs(1) + SLACK, || {
        let ended = stopped(scenario("handles_left_shared").timeout("1s"));
        ended.exits(3).says(&["closed trouble", "over"]).outcome("trouble", "stopped");
        let expected = serde_json::json!({ "resource": "trouble", "holder": "hoarder", "count": 3 });
        assert_eq!(ended.report()["handles"][0], expected, "{ended:#?}");
        ended.elapsed
    });
}

#[test]
fn a_handle_that_comes_back_late_is_waited_for() {
    let ended = stopped(scenario("handles_late"));
    ended.exits(0).says(&["gave back", "closed trouble", "closed base"]);
}

#[test]
fn what_has_the_lower_priority_closes_later() {
    let ended = stopped(scenario("close_priorities"));
    ended.exits(0);
    let closing: Vec<&str> =
        ended.out.lines().filter(|line| line.starts_with("begin") || line.starts_with("end ")).collect();
    assert_eq!(closing, ["begin cache", "end cache", "begin queue", "end queue", "begin telemetry", "end telemetry"]);
}
