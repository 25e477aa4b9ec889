//! The request for shutdown: made once, forced, or called off, each as a whole.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::decide::Moment;
use crate::sys::locks::lock;
use crate::words::reason::Reason;

/// Whether shutdown was requested.
#[derive(Debug, Default)]
pub(crate) struct ShutdownRequest {
    /// No user code runs under it.
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

    /// Makes the request, unless there is one: then `false`. `note` runs before any other thread sees the request, and before
    /// it can be called off.
    pub(super) fn make(&self, reason: Reason, moment: Moment, note: impl FnOnce()) -> bool {
        let mut made = self.made();
        if made.is_some() {
            return false;
        }
        note();
        *made = Some(Made { reason, moment, instant: Instant::now(), forced: false });
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
        let mut made = self.made();
        if decide(made.as_ref().is_some_and(|made| made.forced)) {
            *made = None;
            self.called_off.fetch_add(1, Ordering::AcqRel);
            undo();
        }
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
