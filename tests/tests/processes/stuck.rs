//! What does not end by itself is over within the budget and a quarter of a second, and is named.

use std::time::Duration;

use lifecycle_tests::driver::{Ended, Program, SLACK, Signal, over_within};

use super::{FLAVORS, scenario};

const BUDGET: &str = "1s";
/// The budget and what may come on top.
const WHOLE: Duration = Duration::from_secs(1).saturating_add(SLACK);

/// Sends SIGTERM once all lines were said; the end has to come within the budget.
fn is_over_in_time(program: impl Fn() -> Program + Sync, lines: &[&str], judge: impl Fn(&Ended) + Sync) {
    over_within(WHOLE, || {
        let running = program().timeout(BUDGET).start();
        lines.iter().for_each(|line| {
            running.wait_for(line);
        });
        let ended = running.end_by(Signal::TERM);
        judge(&ended);
        ended.elapsed
    });
}

#[test]
fn a_task_that_ignores_its_cancellation_is_aborted_and_the_rest_closes() {
    for workers in FLAVORS {
        is_over_in_time(
            || scenario("ignores_asleep").workers(workers),
            &["deaf sleeps"],
            |ended| {
                ended.exits(3).outcome("deaf", "aborted").tells("deaf").says(&["closed ledger", "over"]);
                assert_eq!(ended.component("deaf")["last_seen"]["in_poll"], false);
                assert!(ended.cpu < Duration::from_millis(300), "it waited busily: {:?}", ended.cpu);
            },
        );
    }
}

#[test]
fn a_task_that_never_waits_for_anything_is_aborted_too() {
    for workers in FLAVORS {
        is_over_in_time(
            // A fifth of the reserve is the time in which an abort has to be seen, also on a busy machine.
            || scenario("ignores_forever_loop").workers(workers).phases("force_cleanup=750ms"),
            &["READY"],
            |ended| {
                ended.exits(3).outcome("deaf", "aborted").says(&["closed ledger"]);
            },
        );
    }
}

#[test]
fn a_blocked_current_thread_runtime_is_ended_by_the_guard() {
    for name in ["one_blocks", "tick_blocks"] {
        let culprit = if name == "one_blocks" { "blocker" } else { "tick" };
        let line = format!("{culprit} blocks");
        is_over_in_time(
            || scenario(name).workers(1),
            &[&line],
            |ended| {
                ended.exits(124).blocked(culprit).tells(culprit).tells("guard");
            },
        );
    }
}

#[test]
fn one_blocked_worker_of_two_is_left_behind_and_the_rest_closes() {
    for name in ["one_blocks", "tick_blocks"] {
        let culprit = if name == "one_blocks" { "blocker" } else { "tick" };
        let line = format!("{culprit} blocks");
        is_over_in_time(
            || scenario(name),
            &[&line],
            |ended| {
                ended
                    .exits(3)
                    .outcome(culprit, "leaked")
                    .blocked(culprit)
                    .says(&["closed ledger", "over"])
                    .tells(culprit);
            },
        );
    }
}

#[test]
fn two_blocked_workers_of_two_are_both_named() {
    is_over_in_time(
        || scenario("two_block"),
        &["blocker1 blocks", "blocker2 blocks"],
        |ended| {
            // The coordinator, on its own thread, and the guard are equally right to end it.
            assert!(matches!(ended.code(), Some(3 | 124)), "{ended:#?}");
            ended.blocked("blocker1").blocked("blocker2").tells("blocker1").tells("blocker2");
        },
    );
}

#[test]
fn a_task_that_blocks_only_when_it_is_cancelled_is_named_as_well() {
    for (workers, code) in [(1, 124), (2, 3)] {
        is_over_in_time(
            || scenario("blocks_when_cancelled").workers(workers),
            &["READY"],
            |ended| {
                ended.exits(code).blocked("late").tells("late");
            },
        );
    }
}

#[test]
fn a_blocking_thread_that_never_returns_is_counted_and_its_task_named() {
    for workers in FLAVORS {
        is_over_in_time(
            || scenario("spawn_blocking_awaited").workers(workers),
            &["thread blocks"],
            |ended| {
                ended.exits(3).outcome("worker", "aborted").says(&["closed ledger"]).tells("worker");
                assert_eq!(ended.report()["blocking_threads"], 1, "{ended:#?}");
            },
        );
    }
}

#[test]
fn a_blocking_thread_whose_task_was_cancelled_does_not_hold_the_process() {
    for workers in FLAVORS {
        over_within(SLACK, || {
            let running = scenario("spawn_blocking_dropped").workers(workers).start();
            running.wait_for("thread blocks");
            let ended = running.end_by(Signal::TERM);
            ended
                .exits(3)
                .outcome("worker", "cancelled")
                .says(&["closed ledger"])
                .tells("blocking threads left behind: 1");
            ended.elapsed
        });
    }
}

#[test]
fn a_read_on_stdin_that_is_pending_does_not_hold_the_process() {
    for name in ["stdin", "stdin_and_shutdown"] {
        for workers in FLAVORS {
            over_within(SLACK, || {
                // The writing end stays open: the read never comes back.
                let (reader, _writer) = std::io::pipe().expect("a pipe");
                let running = scenario(name).workers(workers).stdin(reader).start();
                running.wait_for("READY");
                let ended = running.end_by(Signal::TERM);
                ended.exits(0).never_says("stdin gave something").says(&["closed ledger", "over"]);
                ended.elapsed
            });
        }
    }
}

/// Regression: only threads of `spawn_blocking` were let go; a `blocking` task and a blocking child that read from an idle
/// stdin cost the whole budget and exit code 3.
#[test]
fn blocking_code_that_waits_for_stdin_is_left_there_and_told_without_a_fault() {
    for (name, reader) in [("stdin_blocking_task", "reader"), ("stdin_blocking_child", "nursery/reader")] {
        for workers in FLAVORS {
            over_within(SLACK, || {
                // The writing end stays open: the read never comes back.
                let (stdin, _writer) = std::io::pipe().expect("a pipe");
                let running = scenario(name).workers(workers).stdin(stdin).start();
                running.wait_for("READY");
                let ended = running.end_by(Signal::TERM);
                ended.exits(0).never_says("stdin gave something").says(&["closed ledger", "over"]);
                ended.outcome(reader, "cancelled");
                let notes = ended.report()["notes"].to_string();
                assert!(notes.contains(&format!("`{reader}` was left waiting for input")), "{notes}");
                ended.elapsed
            });
        }
    }
}

/// Regression: as above, for another descriptor of what stdin reads.
#[test]
fn a_read_of_the_same_terminal_by_another_descriptor_is_let_go_too() {
    over_within(SLACK, || {
        let (stdin, _writer) = std::io::pipe().expect("a pipe");
        let running = scenario("terminal_blocking_task").stdin(stdin).start();
        running.wait_for("READY");
        let ended = running.end_by(Signal::TERM);
        ended.exits(0).outcome("reader", "cancelled").never_says("the terminal gave something");
        ended.elapsed
    });
}

/// Who is to be let go is one that waits for what may never come. A close has its time.
#[test]
fn a_close_that_waits_for_stdin_is_not_let_go() {
    let (stdin, writer) = std::io::pipe().expect("a pipe");
    let mut running = scenario("asks_in_its_close").stdin(stdin).start();
    running.wait_for("READY");
    // The line of progress that comes after a second names what still closes.
    running.signal(Signal::TERM).wait_for("save it?").wait_for_stderr("document");
    std::io::Write::write_all(&mut { writer }, b"yes\n").expect("it reads");
    running.end().exits(0).says(&["saved: yes"]).outcome("document", "stopped");
}

/// Regression: the runtime's end took its timer away from a task that blocked on it, and tokio panicked on stderr: "A Tokio
/// 1.x context was found, but it is being shutdown".
#[test]
fn what_blocks_on_a_timer_is_left_behind_with_its_runtime_and_without_a_panic() {
    for (name, workers) in
        [("blocks_in_place", 2), ("blocking_task_blocks_on_a_timer", 1), ("blocking_task_blocks_on_a_timer", 2)]
    {
        is_over_in_time(
            || scenario(name).workers(workers),
            &["deaf blocks"],
            |ended| {
                ended.exits(3).outcome("deaf", "leaked").says(&["closed ledger", "over"]);
                ended.tells("the runtime was not shut down, because `deaf` still uses it");
            },
        );
    }
}

#[test]
fn a_destructor_that_blocks_is_named() {
    for (workers, code) in [(1, 124), (2, 3)] {
        is_over_in_time(
            || scenario("drop_blocks").workers(workers),
            &["READY"],
            |ended| {
                ended.exits(code).blocked("holder").tells("holder");
                assert_eq!(ended.report()["blocking_threads"], 0, "{ended:#?}");
            },
        );
    }
}

#[test]
fn a_close_that_hangs_is_aborted_and_the_others_close() {
    for workers in FLAVORS {
        is_over_in_time(
            || scenario("close_hangs").workers(workers),
            &["READY"],
            |ended| {
                ended.exits(3).outcome("trouble", "aborted").outcome("base", "stopped").outcome("aside", "stopped");
                ended.says(&["close hangs", "closed base", "over"]).says(&["closed aside"]).tells("trouble");
            },
        );
    }
}

#[test]
fn a_close_past_its_own_bound_does_not_use_up_the_phase() {
    over_within(Duration::from_millis(500), || {
        let running = scenario("close_times_out").start();
        running.wait_for("READY");
        let ended = running.end_by(Signal::TERM);
        ended.exits(3).outcome("trouble", "aborted").says(&["close hangs", "closed base"]);
        ended.elapsed
    });
}

#[test]
fn a_close_that_blocks_its_thread_is_left_behind() {
    is_over_in_time(
        || scenario("close_blocks"),
        &["READY"],
        |ended| {
            ended
                .exits(3)
                .outcome("trouble", "leaked")
                .outcome("base", "stopped")
                .says(&["close blocks", "closed base"]);
            ended.says(&["closed aside"]);
        },
    );
    is_over_in_time(
        || scenario("close_blocks").workers(1),
        &["READY"],
        |ended| {
            ended.exits(124).blocked("trouble").tells("trouble");
        },
    );
}

#[test]
fn a_resource_whose_destructor_blocks_is_named() {
    for (workers, code) in [(1, 124), (2, 3)] {
        is_over_in_time(
            || scenario("resource_drop_blocks").workers(workers),
            &["READY"],
            |ended| {
                ended.exits(code).blocked("trouble").tells("trouble");
                assert!(workers == 1 || ended.out.contains("closed aside"), "{ended:#?}");
            },
        );
    }
}

/// With as many of them as there are workers, no worker is left to run another close.
#[test]
fn closes_that_block_all_workers_are_named() {
    is_over_in_time(
        || scenario("two_closes_block"),
        &["READY"],
        |ended| {
            assert!(matches!(ended.code(), Some(3 | 124)), "{ended:#?}");
            ended.blocked("trouble").blocked("another").tells("trouble").tells("another");
        },
    );
}

#[test]
fn a_child_that_blocks_its_thread_is_named_after_its_parent() {
    for (workers, code) in [(1, 124), (2, 3)] {
        is_over_in_time(
            || scenario("child_blocks").workers(workers),
            &["child blocks"],
            |ended| {
                ended.exits(code).blocked("nursery/blocker").tells("nursery/blocker");
            },
        );
    }
}

#[test]
fn a_task_that_was_woken_by_one_that_blocks_does_not_share_its_blame() {
    is_over_in_time(
        || scenario("wakes_and_blocks"),
        &["blocker blocks"],
        |ended| {
            ended.exits(3).blocked("blocker").says(&["closed ledger"]);
            let sleeper = ended.component("sleeper");
            assert_eq!(sleeper["last_seen"]["in_poll"], false, "{sleeper:#}");
        },
    );
}

/// Whom no thread was there for is told from whom nothing wakes.
#[test]
fn a_task_that_was_woken_and_for_which_no_thread_was_free_is_told_as_that() {
    for workers in FLAVORS {
        // Long enough for a line of progress.
        over_within(Duration::from_millis(1500) + SLACK, || {
            let mut running = scenario("starved").workers(workers).timeout("1500ms").start();
            running.wait_for_lines("blocker blocks", workers);
            running.signal(Signal::USR1).wait_for_stderr("sleeper");
            assert!(!running.stderr().contains("woken"), "it was not asked yet: {}", running.stderr());
            let ended = running.end_by(Signal::TERM);
            assert!(matches!(ended.code(), Some(3 | 124)), "{ended:#?}");
            let seen = |name: &str| ended.component(name)["last_seen"].clone();
            let sleeper = seen("sleeper");
            assert_eq!(
                (&sleeper["woken_not_polled"], &sleeper["in_poll"]),
                (&true.into(), &false.into()),
                "{ended:#?}"
            );
            ended.tells("woken to stop, not polled since (no thread came to it)");
            ended.tells("sleeper (woken, not yet polled)");
            for at in 0..workers {
                let blocker = seen(&if workers == 1 { "blocker".to_owned() } else { format!("blocker[{at}]") });
                assert_eq!(blocker["woken_not_polled"], false, "{blocker:#}");
                let blocked = blocker["in_poll_seconds"].as_f64().expect("it is inside of a poll");
                assert!(blocked > 0.5 && blocked < ended.elapsed.as_secs_f64() + 5.0, "{blocked} s: {ended:#?}");
            }
            ended.elapsed
        });
    }
}

#[test]
fn a_blocking_close_that_never_ends_is_left_behind_on_its_own_thread() {
    for workers in FLAVORS {
        is_over_in_time(
            || scenario("close_blocks_aside").workers(workers),
            &["READY"],
            |ended| {
                ended.exits(3).outcome("trouble", "leaked").outcome("base", "stopped");
                ended.says(&["close blocks", "closed base", "over"]).says(&["closed aside"]);
            },
        );
    }
}

#[test]
fn a_hook_that_hangs_is_aborted_and_the_next_has_its_turn() {
    for workers in FLAVORS {
        is_over_in_time(
            // A share for the hook after it that a busy machine does not use up.
            || scenario("hook_hangs").workers(workers).phases("stop_new_work=500ms"),
            &["READY"],
            |ended| {
                ended.exits(3).outcome("goodbye", "aborted").outcome("after", "finished");
                ended.says(&["goodbye hangs", "begin after", "end after"]);
            },
        );
    }
}

#[test]
fn an_open_that_blocks_its_thread_is_over_within_its_bound_and_the_reserve() {
    for workers in FLAVORS {
        // 0.3 s to open, and the reserve of a budget of one second: a sixth.
        over_within(Duration::from_millis(300 + 167) + SLACK, || {
            let running = scenario("third_blocks").workers(workers).timeout(BUDGET).start();
            running.wait_for("third blocks");
            let began = std::time::Instant::now();
            let ended = running.end();
            let elapsed = began.elapsed();
            let code = if workers == 1 { 124 } else { 69 };
            ended.exits(code).blocked("third").tells("third").never_says("READY");
            elapsed
        });
    }
}

#[test]
fn sigterm_while_an_open_blocks_its_thread_is_over_in_time() {
    for workers in FLAVORS {
        is_over_in_time(
            || scenario("third_blocks").workers(workers),
            &["third blocks"],
            |ended| {
                assert!(matches!(ended.code(), Some(3 | 124)), "{ended:#?}");
                ended.blocked("third").never_says("READY");
            },
        );
    }
}

/// Regression: a panic message of 100 MB took 3.2 s of a budget of 2 s, and nothing ended the process meanwhile.
#[test]
fn a_text_that_is_too_long_to_be_written_is_cut() {
    for workers in FLAVORS {
        for name in ["huge_panic", "huge_error"] {
            is_over_in_time(
                || scenario(name).workers(workers),
                &["READY"],
                |ended| {
                    ended.exits(1).says(&["closed ledger"]).error("loud", "… (cut after 4096 bytes)");
                    assert!(ended.component("loud")["error"].as_str().is_some_and(|error| error.len() < 5000));
                },
            );
        }
    }
}
