//! A component while it runs: what it is, what it hears, how its pulse goes.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::run::code::Run;
use crate::run::inject::Context;
use crate::words::component::TaskSettings;

use super::cell::Cell;
use super::scope::Scope;

/// Makes one run of a body.
pub(crate) type Factory = Arc<dyn Fn(&Context) -> Run + Send + Sync>;

/// Life signs, written by the one thread that polls and read by anybody.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    /// Odd while a poll is under way.
    beats: AtomicU64,
    runs: AtomicU64,
    failures: AtomicU64,
    failures_in_a_row: AtomicU64,
    error: Mutex<Option<String>>,
}

/// A look at a pulse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Beat {
    pub(crate) in_poll: bool,
    pub(crate) polls: u64,
}

impl Pulse {
    /// Marks a poll; it ends when the mark is dropped, by a panic too.
    pub(crate) fn poll(&self) -> impl Drop + '_ {
        struct Mark<'a>(&'a AtomicU64);
        impl Drop for Mark<'_> {
            fn drop(&mut self) {
                self.0.store(self.0.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
            }
        }
        let mark = Mark(&self.beats);
        self.beats.store(self.beats.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        mark
    }

    pub(crate) fn look(&self) -> Beat {
        let beats = self.beats.load(Ordering::Relaxed);
        Beat { in_poll: beats % 2 == 1, polls: beats.div_ceil(2) }
    }

    pub(crate) fn run_begins(&self) {
        self.runs.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn run_failed(&self, error: String) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.failures_in_a_row.fetch_add(1, Ordering::Relaxed);
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    pub(crate) fn run_went_well(&self) {
        self.failures_in_a_row.store(0, Ordering::Relaxed);
    }

    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    pub(crate) fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// How many of the last runs failed, one after the other.
    pub(crate) fn failures_in_a_row(&self) -> u64 {
        self.failures_in_a_row.load(Ordering::Relaxed)
    }

    pub(crate) fn last_error(&self) -> Option<String> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A component that is polled: a task, a hook, a child, or the opening and closing of a resource.
pub(crate) struct Unit {
    pub(crate) name: Arc<str>,
    pub(crate) cell: Arc<Cell>,
    pub(crate) pulse: Arc<Pulse>,
    /// Drop the body at its next `.await` when its turn to be cancelled comes.
    pub(crate) drops: bool,
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unit").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A task ready to be run.
pub(crate) struct TaskUnit {
    pub(crate) unit: Unit,
    pub(crate) settings: TaskSettings,
    pub(crate) factory: Factory,
    pub(crate) scope: Arc<Scope>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_tells_inside_from_outside() {
        let pulse = Pulse::default();
        assert_eq!(pulse.look(), Beat { in_poll: false, polls: 0 });
        let mark = pulse.poll();
        assert_eq!(pulse.look(), Beat { in_poll: true, polls: 1 });
        drop(mark);
        assert_eq!(pulse.look(), Beat { in_poll: false, polls: 1 });
    }
}
