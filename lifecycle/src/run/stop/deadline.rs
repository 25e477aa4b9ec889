//! What the guard keeps: when the process is to be over, when the coordinator wants to be woken, and which of the App and
//! the guard reports the end.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::decide::Moment;
use crate::run::signals;

use super::moment::AtomicMoment;

/// Which of the App and the guard reports how the process ends, so that there is one report, and it has the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastWord {
    /// The App is not over.
    Open,
    /// The App is over, and makes and writes its report.
    App,
    /// It is written, or there was no time for it.
    Reported,
    /// The guard has it, and ends the process.
    Guard,
}

#[derive(Default)]
pub(crate) struct Deadline {
    /// When the guard ends the process, by the system's clock since the App began.
    process: AtomicMoment,
    /// When the coordinator wants to be woken; the guard looks whether it was.
    next_timer: AtomicMoment,
    last_word: AtomicU8,
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

    /// The App is over and is about to report it. `false`: the guard does, because it has to end the process.
    pub(crate) fn app_reports(&self) -> bool {
        self.pass_on(LastWord::Open, LastWord::App)
    }

    /// The App's report is out. `false`: the guard did not wait for it any longer, and reports itself.
    pub(crate) fn app_has_reported(&self) -> bool {
        self.pass_on(LastWord::App, LastWord::Reported)
    }

    /// The guard ends the process. `true`: it reports that, and decides the exit code. `false`: a report is out.
    pub(crate) fn guard_reports(&self) -> bool {
        self.pass_on(LastWord::Open, LastWord::Guard) || self.pass_on(LastWord::App, LastWord::Guard)
    }

    fn pass_on(&self, from: LastWord, to: LastWord) -> bool {
        self.last_word.compare_exchange(from as u8, to as u8, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    pub(crate) fn last_word(&self) -> LastWord {
        let word = self.last_word.load(Ordering::Acquire);
        [LastWord::Open, LastWord::App, LastWord::Reported, LastWord::Guard][usize::from(word)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_reports_once_it_is_over_and_the_guard_only_as_long_as_that_is_not_out() {
        let deadline = Deadline::default();
        assert!(deadline.app_reports() && deadline.app_has_reported());
        assert!(!deadline.guard_reports());
        assert_eq!(deadline.last_word(), LastWord::Reported);
    }

    /// Regression: once the App was over, nothing ended the process if its report did not come out.
    #[test]
    fn a_guard_that_waits_no_longer_takes_the_last_word_from_the_app() {
        let deadline = Deadline::default();
        assert!(deadline.app_reports() && deadline.guard_reports());
        assert!(!deadline.app_has_reported());
        assert_eq!(deadline.last_word(), LastWord::Guard);
        let deadline = Deadline::default();
        assert!(deadline.guard_reports() && !deadline.app_reports());
    }
}
