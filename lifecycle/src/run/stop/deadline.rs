//! What the guard keeps: when the process is to be over, when the coordinator wants to be woken, and which of the App and
//! the guard reports the end.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::decide::Moment;
use crate::run::signals;

use super::moment::AtomicMoment;

#[derive(Default)]
pub(crate) struct Deadline {
    /// When the guard ends the process, by the system's clock since the App began.
    process: AtomicMoment,
    /// When the coordinator wants to be woken; the guard looks whether it was.
    next_timer: AtomicMoment,
    last_word: AtomicBool,
    guard: OnceLock<signals::Waker>,
}

impl Deadline {
    /// When the process is to be over, by the system's clock.
    pub(crate) fn get(&self) -> Option<Moment> {
        self.process.get()
    }

    pub(crate) fn lower(&self, moment: Moment) {
        self.process.lower(moment);
    }

    pub(super) fn clear(&self) {
        self.process.set(None);
    }

    pub(crate) fn set_next_timer(&self, moment: Option<Moment>) {
        let before = self.next_timer.replace(moment);
        if moment.is_some() && moment != before {
            self.wake_guard();
        }
    }

    pub(crate) fn next_timer(&self) -> Option<Moment> {
        self.next_timer.get()
    }

    /// `true` for the first caller: it reports how the process ends, and decides the exit code. The App asks when it is
    /// over, the guard when it has to end the process.
    pub(crate) fn take_last_word(&self) -> bool {
        !self.last_word.swap(true, Ordering::AcqRel)
    }

    pub(crate) fn is_last_word_taken(&self) -> bool {
        self.last_word.load(Ordering::Acquire)
    }

    /// The first call counts.
    pub(super) fn set_guard(&self, waker: signals::Waker) {
        let _ = self.guard.set(waker);
    }

    /// The guard's way of hearing signals; without a guard there is none.
    pub(crate) fn signals(&self) -> Option<&signals::Waker> {
        self.guard.get()
    }

    pub(crate) fn wake_guard(&self) {
        if let Some(guard) = self.guard.get() {
            guard.wake();
        }
    }
}
