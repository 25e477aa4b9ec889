//! A component while it runs: what it is, what it hears, how its pulse goes.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::decide::Moment;
use crate::run::code::Run;
use crate::run::inject::Context;
use crate::run::locks::lock;
use crate::sys::trail::{DEEPEST, Walker};
use crate::words::component::TaskSettings;
use crate::words::place::AwaitPlace;

use super::cell::Cell;
use super::scope::Scope;

/// Makes one run of a body.
pub(crate) type Factory = Arc<dyn Fn(&Context) -> Run + Send + Sync>;

/// Life signs, written by the one thread that polls and read by anybody.
#[derive(Debug)]
pub(crate) struct Pulse {
    /// Odd while a poll is under way.
    beats: AtomicU64,
    runs: AtomicU64,
    failures: AtomicU64,
    failures_in_a_row: AtomicU64,
    restarts: AtomicU64,
    /// When the next run begins, in microseconds since the App began; 0: none is put off.
    next_try: AtomicU64,
    /// A monitor has had too many failures in a row, and none of its runs went well since.
    alarmed: AtomicBool,
    /// It runs on a thread of its own, not on one of the runtime's.
    on_own_thread: AtomicBool,
    error: Mutex<Option<String>>,
    /// Which `.await` it is at.
    walker: Walker,
}

/// A look at a pulse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beat {
    pub(crate) in_poll: bool,
    pub(crate) polls: u64,
    /// The last `.await` of each annotated function that it is in, from the outermost on.
    pub(crate) awaits: [Option<AwaitPlace>; DEEPEST],
    pub(crate) on_own_thread: bool,
}

impl Pulse {
    pub(crate) fn new(name: Arc<str>) -> Self {
        Self {
            beats: AtomicU64::new(0),
            runs: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            failures_in_a_row: AtomicU64::new(0),
            restarts: AtomicU64::new(0),
            next_try: AtomicU64::new(0),
            alarmed: AtomicBool::new(false),
            on_own_thread: AtomicBool::new(false),
            error: Mutex::default(),
            walker: Walker::new(name),
        }
    }

    /// Runs a poll with its `.await`s marked.
    pub(crate) fn within<T>(&self, poll: impl FnOnce() -> T) -> T {
        self.walker.within(poll)
    }

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
        let awaits = self.walker.trail.sites().map(|site| site.map(|site| site.0));
        let on_own_thread = self.on_own_thread.load(Ordering::Relaxed);
        Beat { in_poll: beats % 2 == 1, polls: beats.div_ceil(2), awaits, on_own_thread }
    }

    pub(crate) fn run_begins(&self) {
        self.runs.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn run_failed(&self, error: String) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.failures_in_a_row.fetch_add(1, Ordering::Relaxed);
        *lock(&self.error) = Some(error);
    }

    pub(crate) fn run_went_well(&self) {
        self.failures_in_a_row.store(0, Ordering::Relaxed);
    }

    /// The next run is put off until then.
    pub(crate) fn backs_off(&self, next_try: Moment) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(next_try.as_micros()).unwrap_or(u64::MAX);
        self.next_try.store(micros.max(1), Ordering::Relaxed);
    }

    pub(crate) fn is_back(&self) {
        self.next_try.store(0, Ordering::Relaxed);
    }

    pub(crate) fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::Relaxed)
    }

    /// When it comes back, if it is away.
    pub(crate) fn next_try(&self) -> Option<Moment> {
        let micros = self.next_try.load(Ordering::Relaxed);
        (micros != 0).then(|| Moment::from_micros(micros))
    }

    pub(crate) fn runs_on_own_thread(&self) {
        self.on_own_thread.store(true, Ordering::Relaxed);
    }

    pub(crate) fn set_alarmed(&self, alarmed: bool) {
        self.alarmed.store(alarmed, Ordering::Relaxed);
    }

    pub(crate) fn is_alarmed(&self) -> bool {
        self.alarmed.load(Ordering::Relaxed)
    }

    /// An error that is no failed run.
    pub(crate) fn note(&self, error: String) {
        *lock(&self.error) = Some(error);
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
        lock(&self.error).clone()
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

impl Unit {
    /// The same component, for another thread; there it is not dropped when it is cancelled.
    pub(crate) fn share(&self) -> Self {
        Self { name: self.name.clone(), cell: self.cell.clone(), pulse: self.pulse.clone(), drops: false }
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unit").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a monitor calls.
#[derive(Clone, Default)]
pub(crate) struct Actions {
    pub(crate) failure: Option<Factory>,
    pub(crate) recovery: Option<Factory>,
}

/// A task ready to be run.
pub(crate) struct TaskUnit {
    pub(crate) unit: Unit,
    pub(crate) settings: TaskSettings,
    pub(crate) factory: Factory,
    pub(crate) actions: Actions,
    pub(crate) scope: Arc<Scope>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_tells_inside_from_outside() {
        let pulse = Pulse::new("task".into());
        assert_eq!(pulse.look(), Beat { in_poll: false, polls: 0, ..Beat::default() });
        let mark = pulse.poll();
        assert_eq!(pulse.look(), Beat { in_poll: true, polls: 1, ..Beat::default() });
        drop(mark);
        assert_eq!(pulse.look(), Beat { in_poll: false, polls: 1, ..Beat::default() });
    }
}
