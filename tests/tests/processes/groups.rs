//! A part of a program stops and starts while the rest goes on.

use lifecycle_tests::driver::{Program, Signal};

use super::{FLAVORS, scenario};

/// The program counts its own ticks, and fails if they are not those that were due: see there.
#[test]
fn a_tag_under_load_is_paused_and_resumed_fifty_times_and_the_rest_notices_nothing() {
    for workers in FLAVORS {
        let running = scenario("pauses_under_load").workers(workers).start();
        running.wait_for("READY");
        let ended = running.end_by(Signal::TERM);
        ended.exits(0).says(&["ticks while paused: 0"]).outcome("director", "stopped").outcome("tagged0", "stopped");
    }
}

#[test]
fn main_keeps_its_resources_open_and_goes_on() {
    for path in [env!("CARGO_BIN_EXE_entry"), env!("CARGO_BIN_EXE_entry_current_thread")] {
        let mut running = Program::at(path).arg("stops").start();
        running.wait_for("READY");
        running.signal(Signal::USR1).wait_for_stderr("tick (tests/programs/parts/mod.rs");
        let ended = running.end_by(Signal::TERM);
        let in_use = "Err(InUse { name: \"store\", users: [\"main\"] })";
        ended.exits(0).says(&["tick: Ok([\"tick\"])", &format!("store: {in_use}"), &format!("all: {in_use}")]);
        ended.says(&["main: Err(Fixed { name: \"main\", kind: Main })"]).outcome("tick", "stopped");
        let state = ended.err.lines().find(|line| line.contains("tick (")).expect("its state");
        assert!(state.contains("): paused"), "{state}");
    }
}
