//! A process that forks while its App runs.

use lifecycle_tests::driver::{Ended, Running, Signal};
use rustix::process::{Pid, kill_process};

use super::{FLAVORS, scenario};

/// The process that a program said was its daemon.
fn daemon(running: &Running) -> Pid {
    let number = running.wait_for_beginning("daemon ");
    number.parse().ok().and_then(Pid::from_raw).expect("it is the number of a process")
}

/// The fork has ended by itself with 71, and said why. What forked it is as well as before.
#[track_caller]
fn assert_fork_ended(ended: &Ended) {
    ended.exits(0).says(&["its end: Some(71) None", "over"]);
    ended.tells("lifecycle: exit code 71: process").tells("is a fork of process").tells("fork before the App begins");
    assert_eq!(ended.err.lines().count(), 1, "{ended:#?}");
}

/// Regression: a program that became a daemon in its `main` lived on with one thread, did nothing, and survived SIGTERM.
#[test]
fn a_fork_that_comes_back_to_the_app_says_so_and_ends() {
    for workers in FLAVORS {
        for name in ["fork_goes_on", "fork_asks", "fork_runs_another"] {
            let ended = scenario(name).workers(workers).start().end();
            assert_fork_ended(&ended);
            assert!(!ended.out.contains("the daemon has"), "{ended:#?}");
        }
    }
}

#[test]
fn a_fork_whose_thread_the_runtime_would_take_back_says_so_and_ends() {
    for name in ["fork_in_the_pool", "fork_in_a_task"] {
        let ended = scenario(name).workers(2).start().end();
        assert_fork_ended(&ended);
        ended.says(&["the daemon has come back"]);
    }
}

/// Regression: it had the handlers of its parent, and no guard that waited for what they tell.
#[test]
fn a_fork_that_never_comes_back_ends_by_a_signal() {
    for (signal, number) in [(Signal::TERM, 15), (Signal::INT, 2), (Signal::HUP, 1)] {
        let running = scenario("fork_blocks").start();
        kill_process(daemon(&running), signal).expect("it is there");
        let ended = running.end();
        ended.exits(0).says(&[&format!("its end: None Some({number})"), "over"]);
        assert_eq!(ended.err, "");
    }
}

#[test]
fn a_program_that_becomes_a_daemon_while_its_app_runs_is_told_where_its_user_sees_it() {
    // The daemon's own stderr is /dev/null.
    let ended = scenario("daemon_too_late").without_report().start().end();
    ended.exits(0).tells("has forked and exits, and its App still runs").tells("before `run_process`");
}

#[test]
fn a_program_that_becomes_a_daemon_before_its_app_begins_is_one_like_any_other() {
    for workers in FLAVORS {
        let running = scenario("daemon_in_time").workers(workers).start();
        let daemon = daemon(&running);
        running.wait_for("READY");
        kill_process(daemon, Signal::TERM).expect("it is there");
        let ended = running.end();
        ended.says(&["asked"]);
        assert_eq!((ended.code(), ended.err.as_str()), (Some(0), ""), "{ended:#?}");
        assert_eq!(ended.report()["reason"]["signal"], "SIGTERM", "{ended:#?}");
        assert_eq!(ended.report()["state"], "stopped");
    }
}

#[test]
fn commands_that_are_forked_and_executed_are_none_of_this() {
    let ended = scenario("forks_for_commands").start().end();
    ended.exits(0).says(&["over"]);
    assert_eq!(ended.err, "");
}
