//! A task that does not stop is named with the line at which it stands.

use std::sync::atomic::{AtomicUsize, Ordering};

use lifecycle_tests::driver::{Ended, Program, Signal};

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
    let places = seen["awaits"].as_array().cloned().unwrap_or_default();
    places.iter().filter_map(|place| place["line"].as_u64()).collect()
}

/// The line itself, and in front of it those of the traced functions that lead to it.
fn expected(place: usize) -> Vec<u64> {
    let outer = || line_of("outer");
    match place {
        14 | 15 => vec![outer(), line_of(&format!("at {place}"))],
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
        ended.tells("inside one poll (it blocks its thread), since tests/programs/culprit.rs:");
    });
}
