//! A part of a program stops and starts while the rest goes on.

use lifecycle_tests::driver::Signal;

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
