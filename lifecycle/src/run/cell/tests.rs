//! One component's flags, by hand-made wakers.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::task::Wake;

use super::*;

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn waker() -> (Arc<Count>, Waker) {
    let count = Arc::new(Count::default());
    (count.clone(), count.into())
}

#[test]
fn a_wait_with_the_runners_waker_registers_nothing() {
    let cell = Cell::new(0);
    let (woken, waker) = waker();
    cell.adopt(&waker);
    let mut wait = pin!(cell.wait(Flag::Cancelled));
    assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert!(cell.others().is_empty());
    cell.raise(Flag::Cancelled);
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    assert!(wait.poll(&mut Context::from_waker(&waker)).is_ready());
}

#[test]
fn a_wait_with_another_waker_is_woken_too_and_leaves_the_list_when_dropped() {
    let cell = Cell::new(0);
    let (runner, other) = (waker(), waker());
    cell.adopt(&runner.1);
    {
        let mut wait = pin!(cell.wait(Flag::Draining));
        assert!(wait.as_mut().poll(&mut Context::from_waker(&other.1)).is_pending());
        cell.raise(Flag::Requested);
        assert!(wait.as_mut().poll(&mut Context::from_waker(&other.1)).is_pending());
        cell.raise(Flag::Draining);
        assert!(other.0.0.load(Ordering::SeqCst) >= 1);
        assert!(wait.as_mut().poll(&mut Context::from_waker(&other.1)).is_ready());
    }
    assert!(cell.others().is_empty());
}

#[test]
fn who_runs_it_the_next_time_is_woken_too() {
    let cell = Cell::new(0);
    let (first, second) = (waker(), waker());
    cell.adopt(&first.1);
    cell.adopt(&second.1);
    cell.adopt(&second.1);
    cell.raise(Flag::Requested);
    cell.wake();
    assert_eq!(second.0.0.load(Ordering::SeqCst), 2);
}

#[test]
fn who_was_told_something_has_not_heard_it_until_it_is_polled() {
    let cell = Cell::new(0);
    let (_, waker) = waker();
    cell.adopt(&waker);
    assert!(!cell.is_unheard());
    cell.raise(Flag::Draining);
    assert!(cell.is_unheard());
    cell.adopt(&waker);
    assert!(!cell.is_unheard());
    // It is up already: nobody is woken for it.
    cell.raise(Flag::Draining);
    assert!(!cell.is_unheard());
    cell.raise(Flag::Cancelled);
    cell.lower();
    assert!(!cell.is_unheard(), "what was taken back need not be heard");
}

#[test]
fn cancelling_implies_draining_and_the_request() {
    let cell = Cell::new(0);
    let token = cell.token(Flag::Draining);
    cell.raise(Flag::Cancelled);
    assert!(cell.has(Flag::Requested) && cell.has(Flag::Draining) && token.is_cancelled());
    assert!(cell.token(Flag::Cancelled).is_cancelled());
}

#[test]
fn what_a_group_has_said_stands_when_the_shutdown_is_called_off() {
    let cell = Cell::new(0);
    cell.raise_for_group(Flag::Draining);
    cell.raise(Flag::Cancelled);
    cell.called_off();
    assert!(cell.has(Flag::Draining) && !cell.has(Flag::Cancelled));
    cell.raise_for_group(Flag::Dropped);
    assert!(cell.has(Flag::Dropped) && !Cell::new(Flag::Cancelled.bits()).has(Flag::Dropped));
    cell.lower();
    assert!(!cell.has(Flag::Requested));
}

#[test]
fn after_a_shutdown_that_was_called_off_flags_rise_and_tokens_are_new() {
    let cell = Cell::new(0);
    let unasked = cell.token(Flag::Cancelled);
    for _ in 0..3 {
        let (woken, waker) = waker();
        let token = cell.token(Flag::Draining);
        assert!(!token.is_cancelled());
        let mut wait = pin!(cell.wait(Flag::Draining));
        assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        cell.raise(Flag::Draining);
        assert!(token.is_cancelled() && woken.0.load(Ordering::SeqCst) == 1);
        cell.called_off();
        assert!(wait.poll(&mut Context::from_waker(&waker)).is_pending(), "nobody had looked in between");
    }
    assert!(!unasked.is_cancelled());
    cell.raise(Flag::Cancelled);
    assert!(unasked.is_cancelled());
}

#[test]
fn a_component_was_told_what_it_has_asked_for_or_been_told() {
    let cell = Cell::new(0);
    assert!(!cell.tells(Flag::Draining));
    cell.raise(Flag::Draining);
    assert!(cell.has(Flag::Draining) && !cell.was_told(), "it has not looked");
    assert!(cell.tells(Flag::Draining) && cell.was_told());
    cell.called_off();
    assert!(cell.was_told());
    cell.run_begins();
    assert!(!cell.was_told());
    let _token = cell.token(Flag::Draining);
    cell.raise(Flag::Draining);
    assert!(cell.was_told());
}

#[test]
fn a_flag_that_is_up_wins_over_a_future_that_is_ready() {
    let cell = Cell::new(Flag::Draining.bits());
    let (_, waker) = waker();
    let mut until = pin!(cell.until_raised(Flag::Draining, async { 1 }));
    assert_eq!(until.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Ready(None));
}
