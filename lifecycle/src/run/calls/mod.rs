//! Calls of user code that belong to no component: subscribers of `tracing`, recorders of `metrics`, wakers.
//!
//! Each may panic, or never return. So none is made on a thread that something else waits for: events and measures are
//! made in order by one thread ([`telemetry`]), wakers are woken by others ([`errands`]). A panic is caught, said once, and
//! counted.
//!
//! Under the paused clock of a test all of them are made where they come up. There, time goes on as soon as the runtime
//! has nothing to do, so that it must not wait for another thread; and what a test sees should be the same each time.

pub(crate) mod errands;
pub(crate) mod faults;
pub(crate) mod telemetry;
pub(crate) mod waiters;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tracing::Level;
use tracing::level_filters::LevelFilter;

use self::errands::Errands;
use self::faults::Faults;
use self::telemetry::{Spans, Telemetry};

/// The calls of one App.
#[derive(Debug)]
pub(crate) struct Calls {
    /// They are made where they come up.
    here: AtomicBool,
    faults: Arc<Faults>,
    telemetry: Telemetry,
    errands: Errands,
}

impl Calls {
    pub(crate) fn new() -> Arc<Self> {
        let faults = Arc::new(Faults::default());
        let telemetry = Telemetry::new(faults.clone());
        let errands = Errands::new(faults.clone());
        Arc::new(Self { here: AtomicBool::new(false), faults, telemetry, errands })
    }

    /// Those of a test that looks at each as soon as it is made.
    #[cfg(test)]
    pub(crate) fn here() -> Arc<Self> {
        let calls = Self::new();
        calls.here.store(true, Ordering::Release);
        calls
    }

    /// To be called where the App begins to run: a subscriber or a recorder may be set for that thread alone. `is_paused`:
    /// the clock is that of a test.
    pub(crate) fn begin(&self, is_paused: bool) {
        self.telemetry.begin();
        let here = is_paused || self.telemetry.has_recorder_of_this_thread();
        self.here.store(here, Ordering::Release);
    }

    /// Where a panic of user code is told, the first time.
    pub(crate) fn say_by(&self, say: impl Fn(String) + Send + Sync + 'static) {
        self.faults.say_by(say);
    }

    /// Starts a thread for wakers before it is needed.
    ///
    /// # Errors
    ///
    /// When there is none to be had.
    pub(crate) fn prepare(&self) -> std::io::Result<()> {
        self.errands.prepare()
    }

    fn is_here(&self) -> bool {
        self.here.load(Ordering::Acquire)
    }

    /// An event of this level: `tell` makes it, in its turn. It is not called if no subscriber listens to that level.
    pub(crate) fn event(&self, level: Level, tell: impl FnOnce(&mut Spans) + Send + 'static) {
        if level <= LevelFilter::current() {
            self.call(tell);
        }
    }

    /// Something is measured.
    #[cfg_attr(not(feature = "metrics"), allow(dead_code, reason = "then nothing is measured"))]
    pub(crate) fn measure(&self, measure: impl FnOnce() + Send + 'static) {
        self.call(|_| measure());
    }

    /// A call of a subscriber or a recorder, after all that were asked for before.
    pub(crate) fn call(&self, call: impl FnOnce(&mut Spans) + Send + 'static) {
        if self.is_here() {
            self.telemetry.make(call);
        } else {
            self.telemetry.send(Box::new(call));
        }
    }

    /// Wakes a waiter, or drops what may be user code's.
    pub(crate) fn errand(&self, errand: impl FnOnce() + Send + 'static) {
        if self.is_here() {
            self.faults.guard("a waker", errand);
        } else {
            self.errands.run(Box::new(errand));
        }
    }

    /// The App is over: no thread stays for the handles that outlive it. Their calls are made where they come up, since
    /// nothing waits for that any more.
    pub(crate) fn end(&self) {
        self.here.store(true, Ordering::Release);
        self.telemetry.end();
        self.errands.end();
    }

    /// Waits until subscribers and recorders have been told all so far, but no longer than this.
    pub(crate) fn flush(&self, most: Duration) {
        self.telemetry.flush(most);
    }

    /// The same, but in a task, and not for long: before something closes that may be what they tell it to.
    pub(crate) async fn caught_up(&self) {
        if !self.is_here() {
            self.telemetry.caught_up().await;
        }
    }

    /// What went wrong, for the report.
    pub(crate) fn notes(&self) -> Vec<String> {
        let notes = [self.faults.note(), self.telemetry.note(), self.errands.note()];
        notes.into_iter().flatten().collect()
    }
}
