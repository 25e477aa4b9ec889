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

fn flags() -> Flags {
    Flags::new(AppFlags::default(), Calls::here())
}

#[test]
fn a_wait_with_the_runners_waker_registers_nothing() {
    let flags = flags();
    let (woken, waker) = waker();
    flags.adopt(&waker);
    let mut wait = pin!(flags.wait(Flag::Cancelled));
    assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert!(flags.others.is_empty());
    flags.raise(Flag::Cancelled);
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    assert!(wait.poll(&mut Context::from_waker(&waker)).is_ready());
}

#[test]
fn a_wait_with_another_waker_is_woken_too_and_leaves_the_list_when_dropped() {
    let flags = flags();
    let (runner, other) = (waker(), waker());
    flags.adopt(&runner.1);
    {
        let mut wait = pin!(flags.wait(Flag::Draining));
        assert!(wait.as_mut().poll(&mut Context::from_waker(&other.1)).is_pending());
        flags.raise(Flag::Requested);
        assert!(wait.as_mut().poll(&mut Context::from_waker(&other.1)).is_pending());
        flags.raise(Flag::Draining);
        assert!(other.0.0.load(Ordering::SeqCst) >= 1);
        assert!(wait.as_mut().poll(&mut Context::from_waker(&other.1)).is_ready());
    }
    assert!(flags.others.is_empty());
}

#[test]
fn who_runs_it_the_next_time_is_woken_too() {
    let flags = flags();
    let (first, second) = (waker(), waker());
    flags.adopt(&first.1);
    flags.adopt(&second.1);
    flags.adopt(&second.1);
    flags.raise(Flag::Requested);
    flags.wake();
    assert_eq!(second.0.0.load(Ordering::SeqCst), 2);
}

#[test]
fn who_was_told_something_has_not_heard_it_until_it_is_polled() {
    let flags = flags();
    let (_, waker) = waker();
    flags.adopt(&waker);
    assert!(flags.unheard_for().is_none());
    flags.raise(Flag::Draining);
    assert!(flags.unheard_for().is_some());
    flags.adopt(&waker);
    assert!(flags.unheard_for().is_none());
    // It is up already: no waiter is woken for it.
    flags.raise(Flag::Draining);
    assert!(flags.unheard_for().is_none());
    flags.raise(Flag::Cancelled);
    flags.lower();
    assert!(flags.unheard_for().is_none(), "what was taken back need not be heard");
}

#[test]
fn cancelling_implies_draining_and_the_request() {
    let flags = flags();
    let token = flags.token(Flag::Draining);
    flags.raise(Flag::Cancelled);
    assert!(flags.has(Flag::Requested) && flags.has(Flag::Draining) && token.is_cancelled());
    assert!(flags.token(Flag::Cancelled).is_cancelled());
}

#[test]
fn what_a_group_has_said_stands_when_the_shutdown_is_called_off() {
    let flags = flags();
    flags.raise_for_group(Flag::Draining);
    flags.raise(Flag::Cancelled);
    flags.called_off();
    assert!(flags.has(Flag::Draining) && !flags.has(Flag::Cancelled));
    flags.raise_for_group(Flag::Dropped);
    let cancelled = self::flags();
    cancelled.raise(Flag::Cancelled);
    assert!(flags.has(Flag::Dropped) && !cancelled.has(Flag::Dropped));
    flags.lower();
    assert!(!flags.has(Flag::Requested));
}

#[test]
fn after_a_shutdown_that_was_called_off_flags_rise_and_tokens_are_new() {
    let flags = flags();
    let unasked = flags.token(Flag::Cancelled);
    for _ in 0..3 {
        let (woken, waker) = waker();
        let token = flags.token(Flag::Draining);
        assert!(!token.is_cancelled());
        let mut wait = pin!(flags.wait(Flag::Draining));
        assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        flags.raise(Flag::Draining);
        assert!(token.is_cancelled() && woken.0.load(Ordering::SeqCst) == 1);
        flags.called_off();
        assert!(wait.poll(&mut Context::from_waker(&waker)).is_pending(), "it was not polled in between");
    }
    assert!(!unasked.is_cancelled());
    flags.raise(Flag::Cancelled);
    assert!(unasked.is_cancelled());
}

#[test]
fn a_component_was_told_what_it_has_asked_for_or_been_told() {
    let flags = flags();
    assert!(!flags.tells(Flag::Draining));
    flags.raise(Flag::Draining);
    assert!(flags.has(Flag::Draining) && !flags.was_told(), "it has not looked");
    assert!(flags.tells(Flag::Draining) && flags.was_told());
    flags.called_off();
    assert!(flags.was_told());
    flags.run_begins();
    assert!(!flags.was_told());
    let _token = flags.token(Flag::Draining);
    flags.raise(Flag::Draining);
    assert!(flags.was_told());
}

#[test]
fn a_flag_that_is_up_wins_over_a_future_that_is_ready() {
    let flags = flags();
    flags.app.raise(Flag::Draining);
    let (_, waker) = waker();
    let mut until = pin!(flags.until_raised(Flag::Draining, async { 1 }));
    assert_eq!(until.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Ready(None));
}
