//! The request for shutdown: made once, forced, or called off, each as a whole.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant};

use crate::decide::Moment;
use crate::sys::locks::lock;
use crate::words::reason::Reason;

/// Whether shutdown was requested.
#[derive(Debug, Default)]
pub(crate) struct ShutdownRequest {
    /// Held from the moment of a request until every component has been told, so that none is called off half told. To
    /// tell wakes tasks, and their wakers may be user code: the guard never waits for this lock.
    telling: Mutex<()>,
    /// Taken before the other. No user code runs under it.
    made: Mutex<Option<Made>>,
    called_off: AtomicUsize,
}

#[derive(Debug)]
struct Made {
    reason: Reason,
    moment: Moment,
    instant: Instant,
    /// By a second SIGINT.
    forced: bool,
}

impl ShutdownRequest {
    fn made(&self) -> MutexGuard<'_, Option<Made>> {
        lock(&self.made)
    }

    /// Makes the request, unless there is one: then `false`. `note` runs before any other thread sees the request, `tell`
    /// before it can be called off.
    pub(super) fn make(&self, reason: Reason, moment: Moment, note: impl FnOnce(), tell: impl FnOnce()) -> bool {
        let mut made = self.made();
        if made.is_some() {
            return false;
        }
        *made = Some(Made { reason, moment, instant: Instant::now(), forced: false });
        note();
        // Free, or soon so: a request before this one was called off only after every component had been told.
        let _telling = lock(&self.telling);
        drop(made);
        tell();
        true
    }

    /// Forces the request after so many that were called off. `false`: it has been called off a moment ago.
    pub(super) fn force(&self, called_off: usize, note: impl FnOnce()) -> bool {
        let mut made = self.made();
        let Some(made) = made.as_mut().filter(|_| called_off == self.called_off()) else { return false };
        made.forced = true;
        note();
        true
    }

    /// Takes the request back if `decide` says so, which hears whether it was forced; then runs `undo`. No request is made
    /// and none is forced meanwhile.
    pub(super) fn call_off(&self, decide: impl FnOnce(bool) -> bool, undo: impl FnOnce()) {
        let (mut made, _telling) = self.settled();
        if decide(made.as_ref().is_some_and(|made| made.forced)) {
            *made = None;
            self.called_off.fetch_add(1, Ordering::AcqRel);
            undo();
        }
    }

    /// Both locks, once every component has been told.
    fn settled(&self) -> (MutexGuard<'_, Option<Made>>, MutexGuard<'_, ()>) {
        loop {
            let made = self.made();
            match self.telling.try_lock() {
                Ok(telling) => return (made, telling),
                Err(TryLockError::Poisoned(poisoned)) => return (made, poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => drop(made),
            }
            self.wait_until_told();
        }
    }

    fn wait_until_told(&self) {
        drop(lock(&self.telling));
    }

    /// Why shutdown was requested, once every component has been told.
    pub(crate) fn reason_told(&self) -> Option<Reason> {
        let reason = self.reason()?;
        self.wait_until_told();
        Some(reason)
    }

    /// How often a shutdown was called off.
    pub(crate) fn called_off(&self) -> usize {
        self.called_off.load(Ordering::Acquire)
    }

    pub(crate) fn is_made(&self) -> bool {
        self.made().is_some()
    }

    pub(crate) fn reason(&self) -> Option<Reason> {
        self.made().as_ref().map(|made| made.reason.clone())
    }

    /// When it was made.
    pub(crate) fn moment(&self) -> Option<Moment> {
        self.made().as_ref().map(|made| made.moment)
    }

    /// Time since then, by the system's clock.
    pub(crate) fn age(&self) -> Option<Duration> {
        self.made().as_ref().map(|made| made.instant.elapsed())
    }

    pub(crate) fn is_forced(&self) -> bool {
        self.made().as_ref().is_some_and(|made| made.forced)
    }
}
