//! What the process hears, and what it does then.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use lifecycle_tests::driver::{Program, Running, SLACK, Signal, median, over_within, proc};

use super::{FLAVORS, scenario};

/// More than the quarter of a second below which two SIGINTs are one.
const AGAIN: Duration = Duration::from_millis(500);

/// How soon "at once" is: the runtime has a quarter of a second to answer.
const AT_ONCE: Duration = Duration::from_millis(500);

fn ready(program: Program) -> Running {
    when(program, "READY")
}

/// Running, and this line has been said.
fn when(program: Program, line: &str) -> Running {
    let running = program.start();
    running.wait_for(line);
    running
}

#[test]
fn a_hundred_idle_tasks_do_not_delay_the_end_by_more_than_50_ms() {
    for workers in FLAVORS {
        let measure = || {
            let ended = ready(scenario("idle").workers(workers)).end_by(Signal::TERM);
            ended.exits(0).outcome("idle99", "stopped");
            ended.elapsed
        };
        let mut times: Vec<Duration> = (0..9).map(|_| measure()).collect();
        if median(times.clone()) >= Duration::from_millis(50) {
            times = (0..9).map(|_| measure()).collect();
        }
        // Shown with `--nocapture`.
        eprintln!("a hundred idle tasks, {workers} workers, from SIGTERM to the end: {times:?}");
        assert!(median(times.clone()) < Duration::from_millis(50), "with {workers} workers: {times:?}");
    }
}

#[test]
fn a_program_with_nothing_in_it_ends_at_once() {
    over_within(Duration::from_millis(100), || {
        let running = scenario("nothing").start();
        running.wait_for_handler(Signal::TERM);
        let ended = running.end_by(Signal::TERM);
        ended.exits(0);
        ended.elapsed
    });
}

#[test]
fn ten_thousand_sigterms_in_a_second_are_one_shutdown() {
    let (stdin, open) = std::io::pipe().expect("a pipe");
    let mut running = ready(scenario("slow_stop").stdin(stdin));
    let began = Instant::now();
    for sent in 1..=10_000_u32 {
        running.signal(Signal::TERM);
        let due = Duration::from_micros(100) * sent;
        thread::sleep(due.saturating_sub(began.elapsed()));
    }
    drop(open);
    let ended = running.end();
    ended.exits(0).says(&["READY", "stopping", "stopped: true", "over"]);
    for line in ["stopping", "begin cancel_tasks", "over"] {
        assert_eq!(ended.out.lines().filter(|said| *said == line).count(), 1, "`{line}`: {ended:#?}");
    }
    assert_eq!(ended.report()["reason"]["signal"], "SIGTERM");
}

#[test]
fn a_second_sigint_ends_a_task_that_ignores_its_cancellation() {
    for workers in FLAVORS {
        over_within(AT_ONCE, || {
            let mut running = when(scenario("ignores_asleep").workers(workers), "deaf sleeps");
            running.signal(Signal::INT);
            thread::sleep(AGAIN);
            let ended = running.end_by(Signal::INT);
            ended.exits(130).outcome("deaf", "aborted").tells("deaf").says(&["closed ledger"]);
            assert!(ended.phases().contains(&("cancel_tasks".into(), "forced".into())), "{ended:#?}");
            ended.elapsed
        });
    }
}

#[test]
fn a_second_sigint_ends_a_task_that_blocks_its_thread() {
    for workers in FLAVORS {
        over_within(AT_ONCE, || {
            let mut running = scenario("ignores_blocking").workers(workers).start();
            running.wait_for("deaf blocks");
            running.signal(Signal::INT);
            thread::sleep(AGAIN);
            let ended = running.end_by(Signal::INT);
            ended.exits(130).blocked("deaf").tells("deaf");
            ended.elapsed
        });
    }
}

#[test]
fn a_second_sigint_ends_a_start_that_is_blocked() {
    for workers in FLAVORS {
        over_within(AT_ONCE, || {
            let mut running = when(scenario("third_blocks").workers(workers), "third blocks");
            running.signal(Signal::INT);
            thread::sleep(AGAIN);
            let ended = running.end_by(Signal::INT);
            ended.exits(130).blocked("third").never_says("READY");
            ended.elapsed
        });
    }
}

#[test]
fn two_sigints_within_a_moment_are_one() {
    let mut running = when(scenario("slow_drain"), "tick begins");
    running.signal(Signal::INT).signal(Signal::INT);
    running.wait_for("asked");
    let ended = running.end_by(Signal::INT);
    ended.exits(0).says(&["tick completed"]).outcome("tick", "stopped");
}

#[test]
fn sigterm_after_sigint_and_sigint_after_sigterm_do_not_force() {
    for (first, second) in [(Signal::INT, Signal::TERM), (Signal::TERM, Signal::INT)] {
        let mut running = when(scenario("slow_drain"), "tick begins");
        running.signal(first);
        thread::sleep(AGAIN);
        let ended = running.end_by(second);
        ended.exits(0).says(&["tick completed"]);
        let name = if first == Signal::INT { "SIGINT" } else { "SIGTERM" };
        assert_eq!(ended.report()["reason"]["signal"], name);
    }
}

#[test]
fn a_third_sigint_ends_a_close_that_hangs_at_once() {
    over_within(SLACK, || {
        let mut running = ready(scenario("close_hangs"));
        running.signal(Signal::INT);
        running.wait_for("close hangs");
        thread::sleep(AGAIN);
        running.signal(Signal::INT);
        running.wait_for_stderr("SIGINT again");
        thread::sleep(Duration::from_millis(300));
        let ended = running.end_by(Signal::INT);
        ended.exits(130).tells("third SIGINT").tells("trouble");
        ended.elapsed
    });
}

#[test]
fn sigquit_ends_the_process_at_once_with_its_report() {
    for (name, line) in [("idle", "READY"), ("two_block", "blocker2 blocks"), ("third_hangs", "third hangs")] {
        over_within(SLACK, || {
            let running = scenario(name).start();
            running.wait_for(line);
            let ended = running.end_by(Signal::QUIT);
            ended.exits(131).tells("SIGQUIT").never_says("closed ledger");
            assert_eq!(ended.report()["exit_code"], 131);
            ended.elapsed
        });
    }
}

/// Regression: it said "every task ended", "running in 0s", and that an open resource was waiting at an `.await`.
#[test]
fn the_report_of_a_sigquit_tells_what_it_found() {
    for workers in FLAVORS {
        let running = ready(scenario("all_open").workers(workers));
        let ended = running.end_by(Signal::QUIT);
        ended.exits(131).tells("lifecycle: ended while running, up for ").tells("reason: SIGQUIT");
        let report = ended.report();
        let signal = (&report["reason"]["kind"], &report["reason"]["signal"]);
        assert_eq!(signal, (&"signal".into(), &"SIGQUIT".into()), "{report:#}");
        assert_eq!((&report["state"], &report["start"]["ended"]), (&"running".into(), &"completed".into()));
        let first = ended.component("first");
        assert_eq!((&first["state"], &first["last_seen"]), (&"open".into(), &serde_json::Value::Null), "{first:#}");
        assert_eq!(ended.component("ready")["state"], "running");
    }
}

#[test]
fn sigterm_in_each_phase_changes_nothing() {
    for phase in lifecycle::Phase::ALL {
        let mut running = ready(scenario("each_phase"));
        running.signal(Signal::TERM);
        running.wait_for(&format!("in {phase}"));
        let ended = running.end_by(Signal::TERM);
        ended.exits(0);
        let ran = lifecycle::Phase::ALL.map(|phase| phase.name());
        assert_eq!(ended.said_after("in "), ran, "SIGTERM again in {phase}");
        assert!(ended.phases().iter().all(|(_, how)| how == "completed"), "SIGTERM again in {phase}: {ended:#?}");
    }
}

#[test]
fn sighup_reloads_nothing_and_ends_nothing() {
    let mut running = ready(scenario("idle"));
    running.signal(Signal::HUP);
    running.wait_for_stderr("SIGHUP");
    running.end_by(Signal::TERM).exits(0);
}

#[test]
fn sigusr1_prints_the_state_of_every_component() {
    for workers in FLAVORS {
        let mut running = scenario("states").workers(workers).start();
        running.wait_for("upload hangs");
        // Asked until the first tick is over: it may still be under way.
        proc::until(
            Duration::from_secs(10),
            || running.signal(Signal::USR1).stderr().contains("upstream is down"),
            || "the failed tick was never told".to_owned(),
        );
        let told = running.stderr();
        for text in ["running", "store", "goodbye", "probe", "upstream is down", "1 failed", "done", "finished", "busy"]
        {
            assert!(told.contains(text), "no `{text}` in\n{told}");
        }
        assert!(told.contains("signals.rs:"), "no places in\n{told}");
        running.end_by(Signal::TERM).exits(0);
    }
}

/// The runtime is stuck, and the question is answered all the same.
#[test]
fn sigusr1_is_answered_while_the_runtime_is_blocked() {
    let mut running = scenario("two_block").timeout("1s").start();
    running.wait_for("blocker1 blocks").wait_for("blocker2 blocks");
    running.signal(Signal::USR1);
    running.wait_for_stderr("inside a poll");
    let ended = running.end_by(Signal::TERM);
    assert!(matches!(ended.code(), Some(3 | 124)), "{ended:#?}");
}

/// SIGSTOP in the middle of the drain: it costs time, and nothing else.
#[test]
fn a_stopped_process_goes_on_where_it_was() {
    let mut running = when(scenario("slow_drain"), "tick begins");
    running.signal(Signal::TERM);
    running.wait_for("asked");
    stop_for(&mut running, Duration::from_millis(1500));
    let ended = running.end();
    ended.exits(0).says(&["tick completed", "over"]).outcome("tick", "stopped");
    let report = ended.report();
    assert!(report["total"]["actual"].as_f64().is_some_and(|actual| actual >= 1.5), "{report:#}");
}

/// Stopped until its whole budget is over, it ends at once when it goes on.
#[test]
fn a_process_stopped_beyond_its_budget_ends_as_soon_as_it_goes_on() {
    over_within(Duration::from_millis(400), || {
        let mut running = when(scenario("ignores_asleep").timeout("1s"), "deaf sleeps");
        running.signal(Signal::TERM);
        running.wait_for("asked");
        stop_for(&mut running, Duration::from_millis(1500));
        let ended = running.end();
        let code = ended.code();
        assert!(matches!(code, Some(3 | 124)), "{ended:#?}");
        ended.tells("deaf");
        ended.elapsed
    });
}

/// Stopped for half a second at ten ticks a second, it does not make up for them at once.
#[test]
fn ticks_missed_while_stopped_do_not_come_all_at_once() {
    let mut running = scenario("ticks_missed").start();
    running.wait_for_lines("tick", 2);
    stop_for(&mut running, Duration::from_secs(1));
    let resumed = Instant::now();
    let before = running.said().lines().filter(|line| *line == "tick").count();
    // The one that was missed, and those of the grid: the first of these may be due at once.
    running.wait_for_lines("tick", before + 4);
    assert!(resumed.elapsed() >= Duration::from_millis(150), "four ticks within {:?}", resumed.elapsed());
    running.end_by(Signal::TERM).exits(0);
}

fn stop_for(running: &mut Running, time: Duration) {
    let pid = running.pid();
    running.signal(Signal::STOP);
    proc::until(Duration::from_secs(5), || proc::state(pid) == Some('T'), || "it did not stop".to_owned());
    thread::sleep(time);
    running.signal(Signal::CONT);
}

#[test]
fn the_handlers_are_as_before_when_the_app_has_ended_twice() {
    let mut running = scenario("two_apps").start();
    for round in ["first", "second"] {
        running.wait_for(&format!("{round} READY"));
        running.signal(Signal::TERM);
        running.wait_for(&format!("{round} ended with 0: SIGTERM"));
    }
    running.wait_for("on its own");
    let ended = running.end_by(Signal::TERM);
    assert_eq!(ended.killed_by(), Some(Signal::TERM.as_raw()), "SIGTERM kills again: {ended:#?}");
    let masks = |when: &str| -> Vec<Vec<u64>> { ended.said_after(when).into_iter().map(masks).collect() };
    let before = masks("before: ");
    assert_eq!(masks("after: "), [before[0].clone(), before[0].clone()], "{ended:#?}");
    for round in ["first: ", "second: "] {
        let caught = masks(round)[0][2];
        let heard = [Signal::TERM, Signal::INT, Signal::HUP, Signal::USR1, Signal::QUIT];
        assert!(heard.iter().all(|signal| caught & (1 << (signal.as_raw() - 1)) != 0), "{round}{caught:x}");
    }
}

/// What is blocked, ignored and caught of the signals up to 31: those beyond are the C library's own.
fn masks(told: &str) -> Vec<u64> {
    let ours = (1 << 31) - 1;
    let mask = |mask| u64::from_str_radix(mask, 16).expect("a mask in hexadecimal") & ours;
    told.split(' ').map(mask).collect()
}

/// As a shell starts what stands before an `&`, and as a careless parent starts its children.
#[test]
fn a_program_that_was_started_deaf_hears_all_the_same() {
    for signal in [Signal::TERM, Signal::INT] {
        for program in
            [env!("CARGO_BIN_EXE_entry"), env!("CARGO_BIN_EXE_entry_current_thread"), env!("CARGO_BIN_EXE_scenarios")]
        {
            let mut deaf =
                Program::at("/usr/bin/env").arg("--block-signal=TERM").arg("--ignore-signal=INT").arg(program);
            if program == env!("CARGO_BIN_EXE_scenarios") {
                deaf = deaf.arg("idle");
            }
            let running = deaf.start();
            running.wait_for("READY");
            let ended = running.end_by(signal);
            ended.exits(0);
        }
    }
}

/// `main` blocks signals as the first thing; that is not for its children.
#[test]
fn the_child_processes_of_a_task_have_no_signal_blocked() {
    let mains = [env!("CARGO_BIN_EXE_entry"), env!("CARGO_BIN_EXE_entry_current_thread")];
    let mains = mains.map(|path| Program::at(path).arg("child_masks").start().end());
    let tasks = FLAVORS.map(|workers| ready(scenario("child_masks").workers(workers)).end_by(Signal::TERM));
    for ended in mains.into_iter().chain(tasks) {
        ended.exits(0);
        let masks = proc::parse_status(&ended.out).expect("the child told its masks");
        assert_eq!((masks.blocked, masks.caught), (0, 0), "{ended:#?}");
    }
}

/// A terminal sends its Ctrl-C to the whole group, and `kill -TERM -PGID` does the same.
#[test]
fn a_signal_to_the_whole_group_is_one_shutdown() {
    let running = ready(scenario("idle"));
    let status = Command::new("sh").arg("-c").arg(format!("kill -TERM -{}", running.pid())).status();
    assert!(status.is_ok_and(|status| status.success()));
    running.end().exits(0);
}

#[test]
fn an_app_on_a_runtime_of_the_user_s_own_hears_as_well() {
    ready(scenario("own_runtime")).end_by(Signal::TERM).exits(0).says(&["asked", "over"]).outcome("ready", "stopped");
}

/// Without its guard an App hears signals, but nothing ends the process for it.
#[test]
fn an_app_without_a_guard_hears_but_does_not_end_at_once() {
    let mut running = ready(scenario("unguarded"));
    running.signal(Signal::QUIT).signal(Signal::USR1);
    running.wait_for_stderr("1 component");
    running.end_by(Signal::TERM).exits(0).says(&["asked", "over"]);
}

#[test]
fn an_app_that_does_not_listen_leaves_signals_alone() {
    let ended = ready(scenario("deaf")).end_by(Signal::TERM);
    assert_eq!(ended.killed_by(), Some(Signal::TERM.as_raw()), "{ended:#?}");
}

/// Each SIGINT is a first one, and the deadline of a shutdown that was called off ends no process.
#[test]
fn after_a_shutdown_that_was_called_off_signals_and_time_begin_anew() {
    for workers in FLAVORS {
        let mut running = ready(scenario("called_off").workers(workers));
        running.signal(Signal::INT).wait_for_stderr("the shutdown was called off");
        running.wait_for("round 1: Ok([]), Ready");
        let ticks = running.said().lines().filter(|line| *line == "tick").count();
        running.wait_for_lines("tick", ticks + 3);
        running.signal(Signal::INT);
        running.wait_for("round 2: Ok([]), Ready");
        running.signal(Signal::USR1);
        running.wait_for_stderr("lifecycle: running, up for");
        let ended = running.end_by(Signal::TERM);
        ended.exits(0).outcome("operator", "stopped").outcome("tick", "stopped");
        let report = ended.report();
        assert_eq!((&report["called_off"], &report["reason"]["signal"]), (&2.into(), &"SIGTERM".into()), "{report:#}");
        assert!(ended.phase_took("announce") > 0.25 && ended.phases().len() == 5, "{report:#}");
    }
}

/// Regression: it said that there is nothing to reload, while the program's own listener reloaded.
#[test]
fn a_program_that_listens_to_sighup_itself_is_not_contradicted() {
    for workers in FLAVORS {
        let mut running = ready(scenario("reloads").workers(workers));
        running.signal(Signal::HUP).wait_for("reloaded");
        // What is said afterwards comes after what would have been said of the SIGHUP.
        running.signal(Signal::USR1).wait_for_stderr("lifecycle: running, up for");
        let ended = running.end_by(Signal::TERM);
        ended.exits(0);
        assert!(!ended.err.contains("nothing to reload"), "{ended:#?}");
    }
}

/// Regression: it was "waiting for nothing in particular".
#[test]
fn an_announcing_program_says_that_it_waits_for_the_end_of_that() {
    let mut running = ready(scenario("announces"));
    running.signal(Signal::TERM).wait_for_stderr("lifecycle: announce, ");
    let ended = running.end_by(Signal::QUIT);
    ended.exits(131).tells("waiting for its end in 9m").tells("lifecycle: ended while draining, after ");
}
