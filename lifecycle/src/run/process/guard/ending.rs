//! How the guard ends the process.

use std::time::{Duration, Instant};

use crate::decide::exit_code::{self, GuardEnd};
use crate::run::signals;
use crate::run::stop::deadline::LastWord;

use super::Watch;

/// Longest wait for the report of a process that is being ended.
const LAST_WORDS: Duration = Duration::from_millis(100);
/// Longest wait for such closes when the process is to end at once.
const LAST_CLOSES: Duration = Duration::from_millis(100);
/// Longest time between the end of the App and the end of the process.
const FAREWELL: Duration = Duration::from_secs(1);

impl Watch {
    /// `exit` can hang behind another thread's `atexit`; then this is how the process ends.
    pub(super) fn see_off(&mut self, code: u16) {
        let finished = *self.finished.get_or_insert_with(Instant::now);
        if self.farewell_left(finished).is_zero() {
            signals::exit_now(i32::from(code));
        }
    }

    /// Time that the process still has to exit: an App that has used up its total leaves it no more than that.
    pub(super) fn farewell_left(&self, finished: Instant) -> Duration {
        let left = FAREWELL.saturating_sub(finished.elapsed());
        let now = self.view.now();
        let to_deadline = self.deadline().map(|deadline| (deadline + LAST_WORDS).saturating_sub(now));
        to_deadline.map_or(left, |most| left.min(most))
    }

    /// Writes what there is to say, and ends the process.
    pub(super) fn end(&mut self, end: GuardEnd, note: String) {
        self.end_within(end, note, LAST_WORDS);
    }

    pub(super) fn end_within(&mut self, end: GuardEnd, note: String, most: Duration) {
        if !self.ends_process {
            return;
        }
        // Once the App is over, it has closed what can be closed.
        if self.view.last_word() == LastWord::Open {
            self.last_resort.close_shared(LAST_CLOSES);
        }
        let code = exit_code::of_guard(end, self.view.is_forced());
        // An App whose report came out in this very moment exits by itself, with the code that its report says.
        if self.view.report_end(code, note, most) {
            signals::exit_now(i32::from(code.get()));
        }
    }
}
