//! Budgets from outside, and where the report goes.

use std::time::Duration;

use lifecycle_tests::driver::{Ended, Program, SLACK, Signal, over_within};

use super::scenario;

/// Both ways to build an App refuse the same values.
fn refusals(name: &str, value: &str) -> [Ended; 2] {
    [Program::at(env!("CARGO_BIN_EXE_entry")), scenario("idle")].map(|program| program.env(name, value).start().end())
}

#[test]
fn a_bad_total_is_refused_by_name_before_anything_opens() {
    for value in ["20", "soon", "-3s", "0s", "", "5 s"] {
        for ended in refusals("LIFECYCLE_TIMEOUT", value) {
            ended.exits(78).tells("LIFECYCLE_TIMEOUT").never_says("opened store").never_says("READY");
        }
    }
}

#[test]
fn bad_phases_are_refused_by_name_with_what_is_legal() {
    for (value, legal) in [
        ("stop_new_work=soon", "250ms"),
        ("stop_new_job=1s", "stop_new_work, complete_current, cancel_tasks, force_cleanup"),
        ("stop_new_work", "phase=duration"),
        ("cancel_tasks=1s,cancel_tasks=1s", "twice"),
        ("cancel_tasks=1h", "lengthen the total"),
    ] {
        for ended in refusals("LIFECYCLE_PHASES", value) {
            ended.exits(78).tells("LIFECYCLE_PHASES").tells(legal).never_says("opened store");
        }
    }
}

#[test]
fn all_bad_variables_are_listed_in_one_run() {
    let program = Program::at(env!("CARGO_BIN_EXE_entry"));
    let ended = program.timeout("soon").phases("nap=1s,cancel_tasks=later").start().end();
    ended.exits(78).tells("LIFECYCLE_TIMEOUT").tells("`nap`").tells("`later`");
    assert_eq!(ended.report()["reason"]["faults"].as_array().map(Vec::len), Some(3), "{ended:#?}");
}

#[test]
fn a_report_that_cannot_be_written_is_refused_at_the_start() {
    for target in ["/proc/no/such/folder/report.json", "/tmp", ""] {
        let ended = scenario("idle").without_report().env("LIFECYCLE_REPORT", target).start().end();
        ended.exits(78).tells("LIFECYCLE_REPORT").never_says("READY");
    }
}

#[test]
fn the_total_from_outside_counts_and_is_remembered_as_such() {
    over_within(Duration::from_millis(500) + SLACK, || {
        let running = scenario("ignores_asleep").timeout("500ms").start();
        running.wait_for("deaf sleeps");
        let ended = running.end_by(Signal::TERM);
        ended.exits(3);
        let total = &ended.report()["total"];
        assert_eq!((&total["planned"], &total["source"]), (&0.5.into(), &"environment".into()));
        ended.elapsed
    });
}

#[test]
fn a_phase_from_outside_counts_and_the_reserve_is_not_eaten() {
    let running = scenario("close_hangs").timeout("2s").phases("cancel_tasks=100ms,force_cleanup=500ms").start();
    running.wait_for("READY");
    let ended = running.end_by(Signal::TERM);
    ended.exits(3).outcome("trouble", "aborted").outcome("base", "stopped");
    let report = ended.report();
    let row =
        report["phases"].as_array().and_then(|rows| rows.iter().find(|row| row["phase"] == "force_cleanup").cloned());
    let row = row.unwrap_or_default();
    assert_eq!((&row["planned"], &row["source"]), (&0.5.into(), &"environment".into()), "{report:#}");
}

#[test]
fn the_table_is_printed_on_request() {
    for program in [scenario("prints"), scenario("idle").without_report().env("LIFECYCLE_REPORT", "stderr")] {
        let running = program.start();
        running.wait_for("READY");
        let ended = running.end_by(Signal::TERM);
        ended.exits(0).tells("exit code 0; reason: SIGTERM").tells("force_cleanup").tells("ready");
    }
}
