//! Programs whose terminal is closed.

use lifecycle_tests::driver::{Ended, Program, Running, Signal};

use super::{FLAVORS, scenario};

fn ready(program: Program) -> Running {
    let running = program.start();
    running.wait_for("READY");
    running
}

fn signal(ended: &Ended) -> String {
    ended.report()["reason"]["signal"].as_str().unwrap_or_default().to_owned()
}

/// Regression: SIGHUP only said that there was nothing to reload, and a program lived on for ever without its terminal.
#[test]
fn a_terminal_that_is_closed_begins_shutdown() {
    let entry = [env!("CARGO_BIN_EXE_entry"), env!("CARGO_BIN_EXE_entry_current_thread")].map(Program::at);
    let scenarios = FLAVORS.map(|workers| scenario("idle").workers(workers));
    // It has something to say on a stderr that takes nothing any more.
    for program in entry.into_iter().chain(scenarios).chain([scenario("prints")]) {
        let mut running = ready(program.on_terminal());
        running.close_terminal();
        let ended = running.end();
        ended.exits(0);
        assert_eq!(signal(&ended), "SIGHUP", "{ended:#?}");
    }
}

#[test]
fn the_shutdown_of_a_closed_terminal_says_so() {
    let mut running = ready(scenario("prints").on_terminal_but_stderr());
    running.close_terminal();
    running.end().exits(0).tells("SIGHUP: the terminal was closed");
}

#[test]
fn a_sighup_that_a_process_sends_is_for_reloading_on_a_terminal_too() {
    let mut running = ready(scenario("idle").on_terminal());
    running.signal(Signal::HUP).wait_for_stderr("SIGHUP");
    let ended = running.end_by(Signal::TERM);
    ended.exits(0);
    assert_eq!(signal(&ended), "SIGTERM", "{ended:#?}");
}

/// A program under nohup is to live on. Who sends it a SIGHUP by name is heard.
#[test]
fn a_program_that_was_started_to_ignore_hangups_outlives_its_terminal() {
    for workers in FLAVORS {
        let program = Program::at("/usr/bin/env").arg("--ignore-signal=HUP").arg(env!("CARGO_BIN_EXE_scenarios"));
        let mut running = ready(program.arg("idle").workers(workers).on_terminal_but_stderr());
        running.close_terminal().wait_for_stderr("the terminal was closed");
        running.signal(Signal::HUP).wait_for_stderr("reload");
        let ended = running.end_by(Signal::TERM);
        ended.exits(0);
        assert_eq!(signal(&ended), "SIGTERM", "{ended:#?}");
    }
}

/// A shell with job control passes the hangup on to its jobs as a process, and only then does the system.
#[test]
fn a_job_of_a_shell_whose_terminal_is_closed_shuts_down() {
    for place in ["", " &"] {
        let shell = Program::at("/bin/bash").arg("--norc").arg("--noprofile").arg("--noediting").arg("-i");
        let mut running = shell.env("PS1", "").env("HISTFILE", "/dev/null").on_terminal().start();
        running.types(&format!("{} idle{place}\n", env!("CARGO_BIN_EXE_scenarios")));
        running.wait_for_stderr("READY");
        running.close_terminal();
        let report = running.wait_for_report();
        assert_eq!((&report["reason"]["signal"], &report["exit_code"]), (&"SIGHUP".into(), &0.into()), "{report:#}");
        running.end();
    }
}
