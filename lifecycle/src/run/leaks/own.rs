//! What a test itself opens and starts while its App runs: its clients, for one. That is not the App's.
//!
//! A test and its App take turns on one thread. So what is new after a turn of the test is the test's. (Or it appeared
//! on another thread meanwhile: then it is not the App's either.)

#![cfg_attr(not(feature = "test-util"), allow(dead_code, reason = "only tests have turns"))]

use std::cell::RefCell;
use std::future::Future;

use tokio::task::JoinHandle;

use super::proc::Look;
use super::settings::alive_tasks;

#[derive(Debug, Default)]
struct Own {
    /// At the beginning of the turn.
    since: (Look, usize),
    things: Look,
    tasks: usize,
    /// Of the tasks spawned in this turn, those that are the harness's.
    harness: usize,
}

thread_local! {
    /// `None`: no App of this thread's test runs beside it.
    static OWN: RefCell<Option<Own>> = const { RefCell::new(None) };
}

fn look() -> (Look, usize) {
    (Look::now(&[]), alive_tasks())
}

/// From here on, in the middle of a turn of the test, what it opens is its own.
pub(crate) fn begin() {
    OWN.with_borrow_mut(|own| *own = Some(Own { since: look(), ..Own::default() }));
}

/// From here on it is not asked for.
pub(crate) fn end() {
    // A test's thread may be on its way out.
    let _ = OWN.try_with(|own| own.take());
}

/// A turn of the test.
pub(crate) fn poll<T>(turn: impl FnOnce() -> T) -> T {
    OWN.with_borrow_mut(|own| {
        if let Some(own) = own {
            (own.since, own.harness) = (look(), 0);
        }
    });
    let result = turn();
    OWN.with_borrow_mut(|own| {
        if let Some(own) = own {
            let (now, tasks) = look();
            own.things.add(now.without(&own.since.0));
            own.tasks += tasks.saturating_sub(own.since.1 + own.harness);
        }
    });
    result
}

/// Spawns what the harness needs for itself, in a turn of the test: that is neither the test's nor the App's.
pub(crate) fn spawn<F: Future<Output = ()> + Send + 'static>(future: F) -> JoinHandle<()> {
    OWN.with_borrow_mut(|own| {
        if let Some(own) = own {
            own.harness += 1;
        }
    });
    tokio::spawn(future)
}

/// What is the test's own so far.
pub(super) fn things() -> Look {
    OWN.with_borrow(|own| own.as_ref().map(|own| own.things.clone()).unwrap_or_default())
}

/// How many tasks the test has spawned.
pub(super) fn tasks() -> usize {
    OWN.with_borrow(|own| own.as_ref().map_or(0, |own| own.tasks))
}
