//! Programs that describe themselves instead of running.

use lifecycle_tests::driver::{Ended, Program};

use super::scenario;

fn design(format: &str) -> Ended {
    Program::at(env!("CARGO_BIN_EXE_design")).env("LIFECYCLE_DESCRIBE", format).start().end()
}

#[test]
fn each_format_is_printed_and_nothing_opens() {
    for (format, beginning) in
        [("text", "COMPONENTS (5)"), ("json", "{"), ("mermaid", "---"), ("dot", "digraph lifecycle {")]
    {
        let ended = design(format);
        ended.exits(0).never_says("open database").says(&[beginning]);
        assert_eq!(ended.err, "", "{ended:#?}");
        assert!(!ended.has_report(), "nothing was shut down: {ended:#?}");
    }
}

#[test]
fn the_json_has_the_wiring_and_the_stop_plan() {
    let json: serde_json::Value = serde_json::from_str(&design("json").out).expect("it is JSON");
    assert_eq!(json["start"]["open"], serde_json::json!([["database"], ["cache"]]));
    assert_eq!(json["stop"]["phases"][4]["closes"], serde_json::json!([["cache"], ["database"]]));
    assert_eq!(json["components"][0]["crate"], "design", "{json:#}");
}

#[test]
fn budgets_from_outside_are_in_it() {
    let program = Program::at(env!("CARGO_BIN_EXE_design")).env("LIFECYCLE_DESCRIBE", "text").timeout("12s");
    program.start().end().exits(0).says(&["STOP, 12s in all (environment)"]);
}

#[test]
fn a_bad_format_is_refused_by_name_with_what_is_legal() {
    for format in ["yaml", "", "Text", "text "] {
        let ended = design(format);
        ended.exits(78).tells("LIFECYCLE_DESCRIBE").tells("text, json, mermaid, dot").never_says("open database");
    }
}

#[test]
fn faults_of_the_wiring_are_told_instead() {
    let ended = Program::at(env!("CARGO_BIN_EXE_faulty")).env("LIFECYCLE_DESCRIBE", "text").start().end();
    ended.exits(78).tells("`Res<Unregistered>`");
    assert_eq!(ended.out, "", "{ended:#?}");
}

/// An App that is one part of a program is run by it as ever.
#[test]
fn an_app_that_is_not_the_program_runs_all_the_same() {
    let running = scenario("idle").env("LIFECYCLE_DESCRIBE", "text").start();
    running.wait_for("READY");
    running.end_by(lifecycle_tests::driver::Signal::TERM).exits(0);
}
