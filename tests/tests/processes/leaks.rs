//! What a program leaves behind, named if it is looked for.

use lifecycle_tests::driver::{Ended, Program, Signal};

use super::{FLAVORS, scenario};

fn stopped(program: Program) -> Ended {
    let running = program.start();
    running.wait_for("READY");
    running.end_by(Signal::TERM)
}

fn kept(program: Program) -> Ended {
    let running = program.start();
    running.wait_for("READY").wait_for("KEPT");
    running.end_by(Signal::TERM)
}

fn kinds(ended: &Ended) -> Vec<String> {
    let report = ended.report();
    let leaks = report["leaks"].as_array().expect("a list");
    leaks.iter().map(|leak| leak["kind"].as_str().expect("each has a kind").to_owned()).collect()
}

#[test]
fn what_a_program_leaves_behind_is_named_and_changes_no_exit_code() {
    for workers in FLAVORS {
        let ended = kept(scenario("leaks_looked_for").workers(workers));
        ended.exits(0);
        let mut found = kinds(&ended);
        found.sort_unstable();
        assert_eq!(found, ["file", "pipe", "process", "socket", "task"], "{ended:#?}");
        ended.tells(&format!("still open: tcp {}", ended.said_after("listens on ")[0]));
        ended.tells(&format!("leak: child process {} still runs: cat", ended.said_after("started ")[0]));
        ended.tells("/scenarios");
        assert_eq!(ended.report()["notes"], serde_json::json!([]));
    }
}

#[test]
fn an_operator_can_have_leaks_looked_for_or_not() {
    let looked_for = kept(scenario("leaks").env("LIFECYCLE_LEAKS", "1"));
    assert_eq!(kinds(&looked_for).len(), 5, "{looked_for:#?}");
    for program in [scenario("leaks"), scenario("leaks_looked_for").env("LIFECYCLE_LEAKS", "0")] {
        assert_eq!(kinds(&kept(program)), Vec::<String>::new());
    }
}

/// What the library itself opens is no leak.
#[test]
fn a_program_that_leaves_nothing_has_no_leaks() {
    for workers in FLAVORS {
        let ended = stopped(scenario("leaks_none").workers(workers));
        ended.exits(0);
        assert_eq!(kinds(&ended), Vec::<String>::new(), "{ended:#?}");
    }
}
