//! Ctrl-C on the terminal of a program that has child processes: its whole foreground group gets the SIGINT.

use lifecycle_tests::driver::{Ended, Program};

use super::{FLAVORS, scenario};

const CTRL_C: &str = "\x03";

fn signal(ended: &Ended) -> String {
    ended.report()["reason"]["signal"].as_str().unwrap_or_default().to_owned()
}

/// Regression: the child got the SIGINT too, and its end was sometimes the reason: exit 1 in 10 of 12.
#[test]
fn ctrl_c_that_ends_a_child_process_as_well_is_the_reason_each_time() {
    for round in 0..30 {
        let ended = interrupted(scenario("child_in_the_foreground").workers(FLAVORS[round % 2]));
        ended.exits(0);
        assert_eq!(signal(&ended), "SIGINT", "round {round}: {ended:#?}");
        // The task itself may have been dropped before it heard of its child's end.
        if ended.component("database")["outcome"] != "cancelled" {
            ended.outcome("database", "failed").error("database", "signal: 2 (SIGINT)");
            let report = ended.report();
            assert!(report["notes"][0].as_str().is_some_and(|note| note.contains("process_group(0)")), "{report:#}");
        }
    }
}

/// What does not say that it died of the signal is a failure like any other; the reason is the signal all the same.
#[test]
fn a_failure_beside_ctrl_c_that_names_no_signal_counts() {
    for round in 0..10 {
        let ended = interrupted(scenario("child_without_a_cause").workers(FLAVORS[round % 2]));
        ended.exits(1).outcome("database", "failed").error("database", "the database is gone");
        assert_eq!(signal(&ended), "SIGINT", "round {round}: {ended:#?}");
    }
}

#[test]
fn ctrl_c_that_ends_the_child_of_a_resource_that_opens_is_no_failed_start() {
    for round in 0..10 {
        let ended = interrupted(scenario("child_while_it_opens").workers(FLAVORS[round % 2]));
        ended.exits(0);
        assert_eq!(signal(&ended), "SIGINT", "round {round}: {ended:#?}");
    }
}

#[test]
fn ctrl_c_does_not_reach_a_child_process_with_a_group_of_its_own() {
    for workers in FLAVORS {
        let ended = interrupted(scenario("child_in_a_group").workers(workers));
        ended.exits(0).tells("stopped the database").outcome("database", "stopped");
        assert_eq!(signal(&ended), "SIGINT", "{ended:#?}");
    }
}

fn interrupted(program: Program) -> Ended {
    let mut running = program.on_terminal().start();
    running.wait_for("READY");
    running.types(CTRL_C);
    running.end()
}
