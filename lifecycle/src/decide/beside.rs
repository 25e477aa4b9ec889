//! A failure beside a signal. Ctrl-C on a terminal goes to its whole foreground group, and a service manager may signal all
//! processes of a unit: a child process gets the signal too, and its end may be heard of first. So a failure waits for
//! a short while before it is the reason for a shutdown. A signal that comes meanwhile is the reason instead.

use std::time::Duration;

use crate::plan::TaskNode;
use crate::words::reason::{Reason, Signal};

use super::{Action, Machine, Moment, Stage};

/// How long a failure waits for a signal. Both are sent in one breath; what takes time is that two processes and a
/// thread of this one have their turn on a busy machine.
pub(crate) const BESIDE_A_SIGNAL: Duration = Duration::from_millis(50);

/// Whether the failure of a task leaves the exit code as it is, in a shutdown that a signal has begun. The code is the one
/// that it would have been with the signal first, whichever was heard of first: a task that is dropped in a shutdown
/// would have been dropped. Of one that ends by itself the error has to say that a process died of that signal.
pub(crate) fn is_explained(signal: Signal, task: &TaskNode, error: &str, ended: Moment, requested: Moment) -> bool {
    let in_one_breath = ended <= requested.saturating_add(BESIDE_A_SIGNAL);
    let is_dropped = task.drops && in_one_breath;
    !task.counts_when_cut && (is_dropped || signal.is_what_killed(error))
}

impl Machine {
    /// It is told of signals, so that a failure waits for one.
    pub(crate) fn hear_signals(&mut self) {
        self.hears_signals = true;
    }

    /// Something that is over begins a shutdown. The first such reason stands.
    pub(super) fn begin_because(&mut self, now: Moment, reason: Reason, out: &mut Vec<Action>) {
        if self.failure.is_some() {
            return;
        }
        if self.hears_signals && reason.is_failure() {
            let until = now.saturating_add(BESIDE_A_SIGNAL);
            self.look_at(until);
            self.failure = Some((until, reason));
        } else {
            self.request(now, reason, out);
        }
    }

    /// No signal has come that would explain the failure.
    pub(super) fn advance_failure(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        let Some((_, reason)) = self.failure.take_if(|(until, _)| now >= *until) else { return false };
        self.request(now, reason, out);
        true
    }

    /// Why the start is taken back if this is asked for while a failure waits: only a signal explains one.
    pub(super) fn reason_of_taking_back(&mut self, reason: Reason) -> Reason {
        match self.failure.take() {
            Some((_, failure)) if !matches!(reason, Reason::Signal { .. }) => failure,
            _ => reason,
        }
    }

    /// Whether a part of the start has failed, so that nothing more is begun.
    pub(super) fn start_is_failing(&self) -> bool {
        self.stage == Stage::Opening && self.failure.is_some()
    }
}
