//! A task that does not stop is named with the line at which it stands.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lifecycle_tests::driver::{Ended, Program, Signal, proc};

const SOURCE: &str = include_str!("../../programs/culprit.rs");

/// Places in the program, and how often each is tried.
const PLACES: usize = 20;
const ROUNDS: usize = 5;

/// The line of the program that ends with this comment.
fn line_of(comment: &str) -> u64 {
    let line = SOURCE.lines().position(|line| line.ends_with(&format!("// {comment}")));
    line.map(|line| line as u64 + 1).unwrap_or_else(|| panic!("there is no line `{comment}`"))
}

/// Who stands at a place.
fn component(place: usize) -> &'static str {
    match place {
        1 | 2 => "keep",
        3..=12 => "work",
        13..=16 => "calls",
        17 | 18 => "parent/child",
        _ => "parent",
    }
}

fn run(how: &str, place: usize) -> Ended {
    let program = Program::at(env!("CARGO_BIN_EXE_culprit")).arg(how).arg(&place.to_string());
    let running = program.start();
    running.wait_for("READY");
    running.end_by(Signal::TERM)
}

/// Each place as often as it has to be, some at a time: they mostly wait.
fn everywhere(judge: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let run = next.fetch_add(1, Ordering::Relaxed);
                    if run >= PLACES * ROUNDS {
                        return;
                    }
                    // Not in order, so that no two neighbours run at the same time.
                    judge(run * 7 % PLACES + 1);
                }
            });
        }
    });
}

fn seen(ended: &Ended, place: usize) -> serde_json::Value {
    ended.component(component(place))["last_seen"].clone()
}

fn lines(seen: &serde_json::Value) -> Vec<u64> {
    let of = |key: &str| seen[key].as_array().cloned().unwrap_or_default();
    of("awaits").iter().chain(&of("branches")).filter_map(|place| place["line"].as_u64()).collect()
}

/// The line itself, and in front of it those of the traced functions that lead to it.
fn expected(place: usize) -> Vec<u64> {
    let outer = || line_of("outer");
    match place {
        14 | 15 => vec![outer(), line_of(&format!("at {place}"))],
        // An async block has marks of its own.
        11 => vec![line_of("around 11"), line_of("at 11")],
        16 => vec![outer(), line_of("inner"), line_of("at 16")],
        _ => vec![line_of(&format!("at {place}"))],
    }
}

#[test]
fn a_straggler_is_named_with_the_line_of_its_await() {
    everywhere(|place| {
        let ended = run("hang", place);
        ended.exits(3).outcome(component(place), "aborted");
        let seen = seen(&ended, place);
        assert_eq!((lines(&seen), &seen["in_poll"]), (expected(place), &false.into()), "place {place}: {seen}");
        ended.tells(&format!("waiting at tests/programs/culprit.rs:{} · ", expected(place)[0]));
    });
}

#[test]
fn one_that_blocks_is_named_with_the_await_before_it() {
    everywhere(|place| {
        let ended = run("block", place);
        let seen = seen(&ended, place);
        assert_eq!((lines(&seen), &seen["in_poll"]), (expected(place), &true.into()), "place {place}: {seen}");
        ended.tells("(it blocks its thread), since tests/programs/culprit.rs:");
    });
}

/// Time that goes by before it is asked to stop.
const BEFORE: Duration = Duration::from_millis(300);
/// What the clock that is read at each poll may be behind.
const TICK: f64 = 0.011;

/// How long it was where it stood, by the report, is what was measured around it.
fn measured(how: &str, place: usize, field: &str) {
    let program = Program::at(env!("CARGO_BIN_EXE_culprit")).arg(how).arg(&place.to_string()).timeout("2s");
    let mut running = program.start();
    let started = running.started();
    running.wait_for("READY");
    let ready = Instant::now();
    std::thread::sleep(BEFORE);
    running.signal(Signal::USR1).wait_for_stderr("culprit.rs:");
    let before = ready.elapsed().as_secs_f64();
    let ended = running.end_by(Signal::TERM);
    let most = started.elapsed().as_secs_f64();
    // From the request on to the moment at which it was seen, which is at most a grace before its end.
    let component = ended.component(component(place));
    let asked = component["asked"].as_f64().unwrap_or_default();
    let told = seen(&ended, place)[field].as_f64().unwrap_or_else(|| panic!("no {field}: {component:#}"));
    assert!(
        told + TICK >= before + asked && told <= most + TICK,
        "{told} s of {before} + {asked} to {most}: {ended:#?}"
    );
    if field == "waiting_seconds" {
        let polled = seen(&ended, place)["last_polled_seconds"].as_f64().expect("it was polled");
        assert!(polled + BEFORE.as_secs_f64() <= told + TICK, "it was polled when it was asked to stop: {component:#}");
    }
}

#[test]
fn how_long_it_has_been_there_is_what_was_measured_around_it() {
    std::thread::scope(|scope| {
        // A task, a function that it calls, a child.
        for place in [4, 16, 18] {
            scope.spawn(move || measured("hang", place, "waiting_seconds"));
            scope.spawn(move || measured("block", place, "in_poll_seconds"));
        }
    });
}

/// The same while it runs: for SIGUSR1, and in the line a second of a shutdown.
#[test]
fn how_long_it_has_been_there_is_told_while_it_lasts() {
    let program = Program::at(env!("CARGO_BIN_EXE_culprit")).arg("hang").arg("18").timeout("1500ms");
    let mut running = program.start();
    running.wait_for("READY");
    let line = format!("waiting at tests/programs/culprit.rs:{} · step(18) for ", line_of("at 18"));
    // Asked until so much time has gone by that the clock can tell it.
    proc::until(
        Duration::from_secs(10),
        || running.signal(Signal::USR1).stderr().contains(&line),
        || format!("`{line}` was never told"),
    );
    let ended = running.end_by(Signal::TERM);
    ended.tells(&format!("child parent/child (at tests/programs/culprit.rs:{} · step(18) for ", line_of("at 18")));
}
