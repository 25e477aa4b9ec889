//! Closes that need no runtime are made even if the runtime does nothing any more.

use std::fs::File;
use std::time::Duration;

use lifecycle_tests::driver::{Program, SLACK, Signal, over_within};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use super::{FLAVORS, scenario};

/// How long a blocked program may take that has this budget.
const BUDGET: &str = "1500ms";
const WHOLE: Duration = Duration::from_millis(1500).saturating_add(SLACK);

/// Waits until as many tasks block as there are workers.
fn blocked(program: Program, workers: usize) -> lifecycle_tests::driver::Running {
    let running = program.workers(workers).timeout(BUDGET).start();
    running.wait_for_lines("blocker blocks", workers);
    running
}

/// Regression: nothing at all was closed.
#[test]
fn with_all_threads_blocked_what_needs_no_runtime_is_closed_in_its_order() {
    for workers in FLAVORS {
        over_within(WHOLE, || {
            let ended = blocked(scenario("last_closes"), workers).end_by(Signal::TERM);
            assert!(matches!(ended.code(), Some(3 | 124)), "{ended:#?}");
            ended.says(&["closed terminal", "closed log"]).says(&["closed queue"]).never_says("closed database");
            ended.outcome("terminal", "stopped").outcome("log", "stopped").outcome("queue", "stopped");
            if workers == 1 {
                ended.exits(124).tells("closed without the runtime");
            }
            ended.elapsed
        });
    }
}

#[test]
fn a_close_that_blocks_keeps_neither_the_next_from_its_turn_nor_the_process_from_its_end() {
    for workers in FLAVORS {
        over_within(WHOLE, || {
            let ended = blocked(scenario("last_close_blocks"), workers).end_by(Signal::TERM);
            assert!(matches!(ended.code(), Some(3 | 124)), "{ended:#?}");
            ended.says(&["terminal blocks", "closed log"]).tells("terminal");
            ended.elapsed
        });
    }
}

/// Regression: SIGQUIT closed nothing.
#[test]
fn sigquit_closes_what_is_shared_and_needs_no_runtime() {
    for workers in FLAVORS {
        over_within(SLACK, || {
            let running = scenario("last_closes_idle").workers(workers).start();
            running.wait_for("READY");
            let ended = running.end_by(Signal::QUIT);
            ended.exits(131).says(&["closed terminal", "closed log"]);
            ended.never_says("closed database").never_says("closed queue");
            ended.elapsed
        });
        over_within(SLACK, || {
            let ended = blocked(scenario("last_closes"), workers).end_by(Signal::QUIT);
            ended.exits(131).says(&["closed terminal", "closed log"]);
            ended.elapsed
        });
    }
}

#[test]
fn sigquit_waits_for_no_close_that_blocks() {
    over_within(SLACK, || {
        let running = scenario("last_close_blocks_idle").start();
        running.wait_for("READY");
        let ended = running.end_by(Signal::QUIT);
        ended.exits(131).says(&["terminal blocks", "closed log"]);
        ended.elapsed
    });
}

/// Regression: a terminal in raw mode stayed so.
#[test]
fn a_terminal_in_raw_mode_is_given_back_as_it_was() {
    for (name, signal) in [("raw_mode", Signal::TERM), ("raw_mode", Signal::QUIT), ("raw_mode_idle", Signal::QUIT)] {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&master).and_then(|()| unlockpt(&master)).expect("it is ours");
        let name_of_terminal = ptsname(&master, Vec::new()).expect("it has a name");
        let name_of_terminal = name_of_terminal.into_string().expect("it is text");
        let terminal = || File::options().read(true).write(true).open(&name_of_terminal).expect("it is there");
        let kept = terminal();
        let is_raw = || !tcgetattr(&kept).expect("it is a terminal").local_modes.contains(LocalModes::ICANON);
        let program = scenario(name).stdin(terminal()).workers(1).timeout(BUDGET);
        let running = program.start();
        running.wait_for(if name == "raw_mode" { "blocker blocks" } else { "READY" });
        assert!(is_raw());
        let ended = running.end_by(signal);
        assert!(!is_raw(), "{ended:#?}");
        ended.outcome("screen", "stopped");
    }
}
