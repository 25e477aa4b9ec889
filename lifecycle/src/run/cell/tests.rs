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
fn a_flag_that_is_up_wins_over_a_future_that_is_ready() {
    let cell = Cell::new(Flag::Draining.bits());
    let (_, waker) = waker();
    let mut until = pin!(cell.until_raised(Flag::Draining, async { 1 }));
    assert_eq!(until.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Ready(None));
}
