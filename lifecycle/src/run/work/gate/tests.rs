//! The gates from one thread and from many.

use std::future::Future;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use super::{Gates, Pass};

mod ages;

/// A clock that stands still.
fn still() -> Duration {
    Duration::ZERO
}

fn is_ready(future: impl Future<Output = ()>) -> bool {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    future.as_mut().poll(&mut context) == Poll::Ready(())
}

#[test]
fn an_open_gate_lets_in_and_counts() {
    let gates = Gates::new();
    let passes: Vec<Pass> = (0..3).filter_map(|_| gates.try_enter("http")).collect();
    let _forced = gates.enter("http");
    assert_eq!((passes.len(), gates.total()), (3, 4));
    drop(passes);
    assert_eq!(gates.total(), 1);
}

#[test]
fn a_closed_gate_refuses_and_counts_only_what_was_accepted() {
    let gates = Gates::new();
    drop(gates.enter("http"));
    gates.close(still);
    assert!(gates.try_enter("http").is_none() && gates.try_enter("http").is_none());
    assert_eq!((gates.total(), gates.refused()), (0, 2));
    let accepted = gates.enter("http");
    assert_eq!(gates.total(), 1);
    drop(accepted);
    assert_eq!(gates.total(), 0);
}

#[test]
fn gates_that_are_opened_again_let_in_as_before() {
    let gates = Gates::new();
    for round in 0..300 {
        let before = gates.try_enter("http").unwrap();
        gates.close(still);
        assert!(gates.try_enter("http").is_none() && gates.try_enter("new").is_none());
        let late = (round % 2 == 0).then(|| gates.enter("http"));
        gates.reopen(still);
        let after = [gates.try_enter("http").unwrap(), gates.try_enter("new").unwrap()];
        assert_eq!(gates.total(), 3 + usize::from(late.is_some()));
        gates.close(still);
        drop((before, after));
        assert_eq!(is_ready(gates.idle()), late.is_none());
        drop(late);
        assert!(is_ready(gates.idle()));
        gates.reopen(still);
    }
}

#[test]
fn an_entry_while_gates_close_and_open_is_counted_or_refused() {
    let gates = Gates::new();
    let over = AtomicBool::new(false);
    let entered = thread::scope(|scope| {
        let enter = || {
            let mut entered = 0_usize;
            while !over.load(Ordering::SeqCst) {
                entered += usize::from(gates.try_enter("http").is_some());
            }
            entered
        };
        let threads = [scope.spawn(enter), scope.spawn(enter)];
        for _ in 0..2_000 {
            gates.close(still);
            assert!(gates.is_closed());
            gates.reopen(still);
        }
        over.store(true, Ordering::SeqCst);
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(gates.total(), 0, "{entered:?} came in");
    assert!(gates.try_enter("http").is_some());
}

#[test]
fn a_pass_may_be_dropped_on_another_thread() {
    let gates = Gates::new();
    let passes: Vec<Pass> = (0..100).filter_map(|_| gates.try_enter("http")).collect();
    let more = thread::scope(|scope| {
        let enter = || -> Vec<Pass> { (0..100).map(|_| gates.enter("http")).collect() };
        let more = scope.spawn(enter);
        scope.spawn(move || drop(passes));
        more.join().unwrap()
    });
    assert_eq!(gates.total(), 100);
    drop(more);
    assert_eq!(gates.total(), 0);
}

#[test]
fn names_are_told_apart_by_text_and_not_by_address() {
    let gates = Gates::new();
    let same: &'static str = String::from("http").leak();
    let _passes = [gates.enter("http"), gates.enter(same), gates.enter("grpc")];
    assert_eq!(gates.counts(), [("http", 2), ("grpc", 1)]);
    assert_eq!(gates.total(), 3);
}

#[test]
fn names_beyond_the_quick_ones_work_like_the_others() {
    let gates = Gates::new();
    let names: Vec<&'static str> = (0..100).map(|n| &*format!("name {n}").leak()).collect();
    let passes: Vec<Pass> = names.iter().chain(&names).map(|name| gates.enter(name)).collect();
    assert_eq!(gates.total(), 200);
    assert_eq!(gates.counts(), names.iter().map(|&name| (name, 2)).collect::<Vec<_>>());
    gates.close(still);
    assert!(names.iter().all(|name| gates.try_enter(name).is_none()));
    assert_eq!(gates.refused(), 100);
    drop(passes);
    assert!(is_ready(gates.idle()));
}

#[test]
fn a_name_first_used_after_the_closing_is_closed() {
    let gates = Gates::new();
    gates.close(still);
    assert!(gates.is_closed());
    assert!(gates.try_enter("late").is_none());
    let _accepted = gates.enter("later still");
    assert!(gates.try_enter("later still").is_none());
}

#[test]
fn idle_waits_for_the_last_pass_of_all_names() {
    let gates = Gates::new();
    let passes = ["http", "grpc"].map(|name| gates.enter(name));
    gates.close(still);
    for pass in passes {
        assert!(!is_ready(gates.idle()));
        drop(pass);
    }
    assert!(is_ready(gates.idle()));
}

#[test]
fn idle_that_began_before_the_closing_is_woken_by_it() {
    let gates = Gates::new();
    let pass = gates.enter("http");
    let mut idle = std::pin::pin!(gates.idle());
    let mut context = Context::from_waker(Waker::noop());
    assert!(idle.as_mut().poll(&mut context).is_pending());
    drop(pass);
    gates.close(still);
    assert!(idle.as_mut().poll(&mut context).is_ready());
}

#[test]
fn an_abandoned_idle_takes_nothing_with_it() {
    let gates = Gates::new();
    let pass = gates.enter("http");
    gates.close(still);
    let mut stays = std::pin::pin!(gates.idle());
    let mut context = Context::from_waker(Waker::noop());
    assert!(stays.as_mut().poll(&mut context).is_pending());
    assert!(!is_ready(gates.idle()));
    drop(pass);
    assert!(stays.as_mut().poll(&mut context).is_ready());
}

#[test]
fn a_pass_may_outlive_its_gates_and_disturbs_no_later_ones() {
    let gates = Gates::new();
    let leaked = gates.enter("http");
    drop(gates);
    let later: Vec<Gates> = (0..50).map(|_| Gates::new()).collect();
    let passes: Vec<Pass> = later.iter().map(|gates| gates.enter("http")).collect();
    assert!(later.iter().all(|gates| gates.total() == 1));
    drop(leaked);
    assert!(later.iter().all(|gates| gates.total() == 1));
    drop(passes);
    assert!(later.iter().all(|gates| gates.total() == 0));
}

#[test]
fn gates_that_are_used_again_begin_open_and_at_zero() {
    for _ in 0..100 {
        let gates = Gates::new();
        assert_eq!((gates.total(), gates.refused()), (0, 0));
        let pass = gates.try_enter("http").expect("open");
        gates.close(still);
        assert!(gates.try_enter("http").is_none());
        assert_eq!(gates.total(), 1);
        drop(pass);
    }
}

/// What a thread remembers of one App, or of one generation, it does not take for another's.
#[test]
fn a_thread_that_uses_two_apps_is_counted_in_the_right_one() {
    let apps = [Gates::new(), Gates::new()];
    let mut passes = Vec::new();
    for turn in 0..100 {
        passes.push(apps[turn % 2].try_enter("http").expect("open"));
        apps[turn % 2].look(still);
    }
    assert_eq!(apps.each_ref().map(Gates::total), [50, 50]);
    apps[0].close(still);
    assert!(apps[0].try_enter("http").is_none() && apps[1].try_enter("http").is_some());
    drop(passes);
    assert_eq!(apps.each_ref().map(Gates::total), [0, 0]);
}

#[test]
fn passes_of_all_generations_are_waited_for() {
    let gates = Gates::new();
    let mut passes = Vec::new();
    for _ in 0..300 {
        passes.push(gates.enter("http"));
        gates.look(still);
    }
    gates.close(still);
    passes.push(gates.enter("http"));
    gates.look(still);
    passes.push(gates.enter("http"));
    for _ in 0..302 {
        assert!(!is_ready(gates.idle()));
        passes.swap_remove(passes.len() / 2);
    }
    assert!(is_ready(gates.idle()));
}

#[test]
fn the_first_entry_is_told_once() {
    let gates = Gates::new();
    let told = std::sync::Arc::new(AtomicUsize::new(0));
    let tell = told.clone();
    gates.when_first_used(move || _ = tell.fetch_add(1, Ordering::SeqCst));
    assert!(!gates.is_used());
    let _passes = ["http", "grpc", "http"].map(|name| gates.try_enter(name));
    assert!(gates.is_used());
    assert_eq!(told.load(Ordering::SeqCst), 1);
}

/// Threads enter and leave while one looks all the time and another closes the gates: every entry is waited for, and once
/// idle was seen none is accepted.
#[test]
fn none_is_inside_and_none_gets_in_after_idle_was_seen() {
    for round in 0..60 {
        let gates = Gates::new();
        let inside = AtomicUsize::new(0);
        let over = AtomicBool::new(false);
        let start = Barrier::new(5);
        thread::scope(|scope| {
            scope.spawn(|| look_until(&start, &gates, &over));
            for name in ["http", "grpc", "http"] {
                let (gates, inside, over, start) = (&gates, &inside, &over, &start);
                scope.spawn(move || {
                    start.wait();
                    while let Some(pass) = gates.try_enter(name) {
                        inside.fetch_add(1, Ordering::SeqCst);
                        assert!(!over.load(Ordering::SeqCst), "let in after idle, round {round}");
                        inside.fetch_sub(1, Ordering::SeqCst);
                        drop(pass);
                    }
                });
            }
            start.wait();
            (0..round % 20).for_each(|_| thread::yield_now());
            gates.close(still);
            block_on(gates.idle());
            assert_eq!(inside.load(Ordering::SeqCst), 0, "an entry is inside, round {round}");
            over.store(true, Ordering::SeqCst);
        });
        assert_eq!((gates.total(), gates.refused()), (0, 3));
    }
}

/// Work handed from one pass to the next, across threads and names, with never a moment without a pass, is never
/// taken for idle.
#[test]
fn work_that_is_handed_on_is_never_taken_for_idle() {
    for _ in 0..50 {
        let gates = Gates::new();
        let working = AtomicBool::new(true);
        let first = gates.enter("a");
        gates.close(still);
        let (start, over) = (Barrier::new(1), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| look_until(&start, &gates, &over));
            let (gates, working) = (&gates, &working);
            scope.spawn(move || {
                let mut held = first;
                for turn in 0..500 {
                    let name = ["a", "b", "c"][turn % 3];
                    // A fresh thread takes another shard.
                    held = match turn % 100 {
                        0 => scope.spawn(move || gates.enter(name)).join().unwrap(),
                        _ => gates.enter(name),
                    };
                }
                working.store(false, Ordering::SeqCst);
                drop(held);
            });
            block_on(gates.idle());
            over.store(true, Ordering::SeqCst);
            assert!(!working.load(Ordering::SeqCst), "idle was seen while work went on");
        });
    }
}

fn look_until(start: &Barrier, gates: &Gates, over: &AtomicBool) {
    start.wait();
    while !over.load(Ordering::SeqCst) {
        gates.look(still);
        thread::yield_now();
    }
}

fn block_on(future: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(future);
}
