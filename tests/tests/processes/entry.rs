//! Programs that begin with `#[lifecycle::main]`.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lifecycle_tests::driver::{Program, SLACK, Signal, over_within};

fn design() -> Program {
    Program::at(env!("CARGO_BIN_EXE_design"))
}

/// The same program on both kinds of runtime.
fn entries() -> [Program; 2] {
    [env!("CARGO_BIN_EXE_entry"), env!("CARGO_BIN_EXE_entry_current_thread")].map(Program::at)
}

fn sync() -> Program {
    Program::at(env!("CARGO_BIN_EXE_entry_sync"))
}

#[test]
fn a_sync_main_has_the_main_thread_and_hears_of_the_shutdown() {
    for signal in [Signal::TERM, Signal::INT] {
        over_within(SLACK, || {
            let running = sync().start();
            running.wait_for("READY").wait_for("other on another");
            let ended = running.end_by(signal);
            ended.exits(0).says(&["body on main", "READY", "body ends", "close store"]);
            ended.outcome("main", "stopped").outcome("other", "stopped");
            assert_eq!(ended.err, "", "{ended:#?}");
            ended.elapsed
        });
    }
}

#[test]
fn when_a_sync_main_returns_fails_or_panics_the_program_shuts_down() {
    for (does, code, outcome) in [("ok", 0, "finished"), ("fails", 1, "failed"), ("panics", 1, "panicked")] {
        let ended = sync().arg(does).may_panic().start().end();
        ended.exits(code).outcome("main", outcome).says(&["close store"]);
        assert_eq!(ended.report()["reason"]["kind"], "main_returned", "{ended:#?}");
    }
}

#[test]
fn a_sync_main_that_does_not_return_is_left_behind_and_named() {
    over_within(Duration::from_secs(2) + SLACK, || {
        let running = sync().arg("deaf").start();
        running.wait_for("main blocks");
        let ended = running.end_by(Signal::TERM);
        ended.exits(3).outcome("main", "leaked").blocked("main");
        // It may still use what it holds.
        ended.outcome("store", "leaked").never_says("close store");
        ended.elapsed
    });
}

#[test]
fn the_design_s_program_finishes_its_run_and_closes_in_reverse() {
    let running = design().start();
    running.wait_for("health check begins").wait_for("READY");
    let ended = running.end_by(Signal::TERM);
    ended.exits(0).says(&["open database", "open cache", "health check begins"]);
    ended.says(&["health check ends", "close cache", "close database"]);
    ended.says(&["ingest ends", "close cache"]).says(&["main ends", "close cache"]);
    for (name, outcome) in [
        ("ingest", "stopped"),
        ("health_check", "stopped"),
        ("main", "stopped"),
        ("cache", "stopped"),
        ("database", "stopped"),
    ] {
        ended.outcome(name, outcome);
    }
    let report = ended.report();
    assert_eq!(report["reason"]["signal"], "SIGTERM", "{report:#}");
    assert_eq!(report["total"]["planned"], 30.0, "{report:#}");
    assert!(ended.elapsed < Duration::from_secs(3), "it took {:?}", ended.elapsed);
}

/// A library crate among the dependencies that the program does not name registers nothing.
#[test]
fn a_crate_that_is_not_named_has_no_components_in_the_program() {
    let ended = Program::at(env!("CARGO_BIN_EXE_entry")).arg("ok").start().end();
    let report = ended.report();
    let names: Vec<_> =
        report["components"].as_array().expect("a list").iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["main", "store", "tick", "goodbye"]);
}

#[test]
fn a_clean_end_is_silent() {
    let running = design().start();
    running.wait_for("READY");
    let ended = running.end_by(Signal::TERM);
    assert_eq!(ended.err, "", "{ended:#?}");
}

#[test]
fn when_main_returns_the_program_shuts_down_with_0() {
    for program in entries() {
        let ended = program.arg("ok").start().end();
        ended.exits(0).says(&["opened store", "goodbye", "closed store"]).outcome("main", "finished");
        assert_eq!(ended.report()["reason"]["kind"], "main_returned");
    }
}

#[test]
fn when_main_fails_the_program_shuts_down_and_exits_1_with_the_error() {
    for program in entries() {
        let ended = program.arg("err").start().end();
        ended.exits(1).says(&["opened store", "goodbye", "closed store"]).tells("the disk is full");
        ended.outcome("main", "failed").error("main", "the disk is full").outcome("store", "stopped");
    }
}

#[test]
fn when_main_panics_the_program_shuts_down_and_exits_1_with_message_and_place() {
    for program in entries() {
        let ended = program.arg("panics").may_panic().start().end();
        ended.exits(1).says(&["opened store", "goodbye", "closed store"]).tells("main gave up");
        ended.outcome("main", "panicked").error("main", "main gave up").error("main", "parts/mod.rs:");
    }
}

#[test]
fn a_signal_ends_the_program_with_0_on_both_runtimes() {
    for program in entries() {
        for signal in [Signal::TERM, Signal::INT] {
            let running = Program::at(program_path(&program)).start();
            running.wait_for("READY");
            let ended = running.end_by(signal);
            ended
                .exits(0)
                .says(&["opened store", "READY", "goodbye", "closed store"])
                .says(&["main ends", "closed store"]);
        }
    }
}

fn program_path(program: &Program) -> &str {
    program.path().to_str().expect("cargo's paths are text")
}

#[test]
fn a_main_that_blocks_is_ended_by_the_guard_where_it_blocks_the_runtime() {
    let [two_workers, current_thread] = entries();
    for (program, code) in [(two_workers, 3), (current_thread, 124)] {
        let path = program_path(&program);
        over_within(Duration::from_secs(1) + SLACK, || {
            let running = Program::at(path).arg("blocks").timeout("1s").start();
            running.wait_for("main blocks");
            let ended = running.end_by(Signal::TERM);
            ended.exits(code).blocked("main").tells("main");
            ended.elapsed
        });
    }
}

/// `exit` waits for a thread that is stuck in its own `exit`.
#[test]
fn an_exit_that_hangs_is_cut_short() {
    for program in entries() {
        let path = program_path(&program);
        over_within(Duration::from_secs(1) + SLACK, || {
            let running = Program::at(path).arg("exit_hangs").timeout("1s").start();
            running.wait_for("exit blocks");
            let ended = running.end_by(Signal::TERM);
            ended.exits(0).says(&["goodbye", "closed store"]);
            ended.elapsed
        });
    }
}

/// A storm that goes on until the process is gone: each signal is heard, or comes too late, but none kills.
#[test]
fn signals_that_arrive_while_the_process_exits_do_not_spoil_its_exit_code() {
    for program in entries() {
        let path = program_path(&program);
        for _ in 0..20 {
            let mut running = Program::at(path).start();
            running.wait_for("READY");
            while !running.is_over() {
                running.signal(Signal::TERM);
            }
            running.end().exits(0).says(&["goodbye", "closed store"]);
        }
    }
}

/// Before the handlers stand, a signal kills; after that, it is heard. There is nothing between.
#[test]
fn a_signal_right_after_the_start_kills_before_anything_began_or_ends_it_in_order() {
    let (mut killed, mut graceful) = (0, 0);
    for at in 0..100_u32 {
        let mut running = entries().into_iter().nth(at as usize % 2).expect("two of them").start();
        let delay = Duration::from_micros(200) * at;
        thread::sleep(delay.saturating_sub(Instant::now() - running.started()));
        running.signal(Signal::TERM);
        let ended = running.end();
        if ended.killed_by() == Some(Signal::TERM.as_raw()) {
            killed += 1;
            assert_eq!(ended.out, "", "killed after {delay:?}, but it had begun");
            continue;
        }
        graceful += 1;
        ended.exits(0);
        let opened = ended.out.lines().filter(|line| *line == "opened store").count();
        let closed = ended.out.lines().filter(|line| *line == "closed store").count();
        assert!(opened <= 1 && opened == closed, "asked after {delay:?}: {ended:#?}");
        assert!(ended.has_report(), "asked after {delay:?}, without a report");
    }
    assert!(graceful > 0, "{killed} killed: no run was fast enough to be heard");
}

/// Between one and four signals, of kinds and at moments that a seed says.
#[test]
fn signals_of_several_kinds_at_any_moment_end_it_in_order_or_before_it_began() {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64 | 1);
    eprintln!("seed {seed}");
    let mut random = numbers(seed);
    for run in 0..100 {
        let mut running = entries().into_iter().nth(run % 2).expect("two of them").start();
        let mut sent = Vec::new();
        for _ in 0..=random(4) {
            thread::sleep(Duration::from_micros(random(8_000)));
            let signal = [Signal::TERM, Signal::INT, Signal::HUP][random(3) as usize];
            running.signal(signal);
            sent.push(signal);
        }
        running.signal(Signal::TERM);
        let ended = running.end();
        match ended.killed_by() {
            Some(_) => assert_eq!(ended.out, "", "killed after it had begun, by {sent:?}"),
            None => {
                ended.exits(0);
                let count = |line| ended.out.lines().filter(|said| *said == line).count();
                assert_eq!(count("opened store"), count("closed store"), "after {sent:?}: {ended:#?}");
                assert!(count("goodbye") <= 1, "after {sent:?}: {ended:#?}");
            }
        }
    }
}

/// Numbers below the one asked for, by xorshift64 (Marsaglia 2003).
fn numbers(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}

#[test]
fn faults_that_only_the_program_shows_are_listed_with_their_places_before_anything_opens() {
    let ended = Program::at(env!("CARGO_BIN_EXE_faulty")).start().end();
    ended.exits(78).never_says("opened store").tells("faulty.rs:").tells("elsewhere/src/lib.rs:");
    for fault in ["`orders`", "`Res<Unregistered>`", "`slow` may take 4s"] {
        ended.tells(fault);
    }
    let faults = ended.report()["reason"]["faults"].as_array().expect("a list").clone();
    assert_eq!(faults.len(), 3, "{faults:#?}");
    assert!(faults.iter().all(|fault| fault.as_str().is_some_and(|text| text.contains("faulty.rs:"))), "{faults:#?}");
    assert!(ended.out.is_empty(), "something ran: {ended:#?}");
}

#[test]
fn the_program_goes_on_without_a_main_that_ended_as_it_was_asked_to() {
    for program in entries() {
        let ended = program.arg("called_off").phases("announce=1s").timeout("3s").start().end();
        ended.exits(0).says(&["without Ok([\"main\"])", "Ready", "goodbye"]).outcome("main", "stopped");
        let report = ended.report();
        assert_eq!((&report["called_off"], &report["reason"]["why"]), (&1.into(), &"second".into()), "{report:#}");
    }
}

/// Regression: a job that was cut at record 10 of 50 exited 0 and said nothing, and counted as done.
#[test]
fn a_main_that_is_dropped_before_its_end_exits_with_1_and_says_so() {
    let running = Program::at(env!("CARGO_BIN_EXE_batch")).start();
    running.wait_for("READY");
    let ended = running.end_by(Signal::TERM);
    ended.exits(1).never_says("all done").outcome("main", "failed").tells("exit code 1; reason: SIGTERM");
    ended.error("main", "the shutdown dropped it before its end").tells("the shutdown dropped it before its end");
}

#[test]
fn a_main_that_says_that_it_may_be_dropped_exits_with_0() {
    let running = Program::at(env!("CARGO_BIN_EXE_batch")).arg("server").start();
    running.wait_for("READY");
    let ended = running.end_by(Signal::TERM);
    ended.exits(0).outcome("main", "cancelled");
    assert_eq!(ended.err, "", "{ended:#?}");
}
