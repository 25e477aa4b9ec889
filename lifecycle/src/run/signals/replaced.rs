//! Handlers that other code of the program has put in the place of ours, or ours in the place of theirs.
//!
//! What is asked of the system is what stands at a signal. Whether a handler of other code passes a signal on to ours is
//! not to be seen from outside; that it did is known once ours has heard a signal through it. One that is not told about the
//! signal (`SA_SIGINFO`) is taken for one that does not, until then: it has not what it would have to pass on.

use std::fmt;

use crate::words::reason::Signal;

#[cfg(unix)]
use super::received::Signals;

/// A signal that does not come to us as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Replaced {
    pub(crate) signal: Signal,
    pub(crate) by: Instead,
}

/// What stands in the place of a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(windows, expect(dead_code, reason = "a console has a list of handlers, and none is replaced"))]
pub(crate) enum Instead {
    Default,
    Ignored,
    /// It does not seem to pass the signal on.
    Handler,
    /// It may pass the signal on.
    HandlerInFront,
    /// It has passed a signal on.
    HandlerThatPassesOn,
    /// Ours, in the place of one that was there before.
    Ours,
}

impl Replaced {
    /// Whether the program has to know: one that may pass the signal on is what tokio and signal-hook install.
    pub(crate) fn is_trouble(self) -> bool {
        !matches!(self.by, Instead::HandlerInFront | Instead::HandlerThatPassesOn)
    }
}

impl fmt::Display for Replaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signal = self.signal;
        let remedy = "Use `Shutdown`, or a handler that passes the signal on (tokio::signal, signal_hook)";
        match self.by {
            Instead::Default => write!(
                f,
                "{signal}: lifecycle's handler was removed after the start, and the system's default is back: the signal ends \
                 the process at once, without a shutdown. {remedy}"
            ),
            Instead::Ignored => write!(
                f,
                "{signal}: lifecycle's handler was removed after the start, and the signal is ignored now. {remedy}"
            ),
            Instead::Handler => write!(
                f,
                "{signal}: lifecycle's handler was replaced by another one after the start. Unless that one calls the \
                 handler before it, lifecycle does not hear the signal. {remedy}"
            ),
            Instead::HandlerInFront => write!(
                f,
                "{signal}: another handler was installed after lifecycle's; no signal has come through it so far"
            ),
            Instead::HandlerThatPassesOn => {
                write!(f, "{signal}: another handler was installed after lifecycle's, and passes the signal on")
            }
            Instead::Ours => write!(
                f,
                "{signal}: the program had a handler of its own for it before the App began, which is not called until the \
                 App is over. {remedy}, installed once the App runs"
            ),
        }
    }
}

/// What was seen so far of one App's signals.
#[cfg(unix)]
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// With whether it was said.
    found: Vec<(Replaced, bool)>,
    /// Signals that have come through a handler of other code.
    passed_on: Signals,
}

#[cfg(unix)]
impl Seen {
    /// The signal was heard, although a handler of other code stood in front.
    pub(super) fn passed_on(&mut self, signal: Signal) {
        self.passed_on.insert(signal);
    }

    /// What is found at a signal, in the light of what was seen.
    pub(super) fn judged(&self, found: Replaced) -> Replaced {
        let may_pass_on = matches!(found.by, Instead::Handler | Instead::HandlerInFront);
        let by =
            if may_pass_on && self.passed_on.contains(found.signal) { Instead::HandlerThatPassesOn } else { found.by };
        Replaced { by, ..found }
    }

    /// Each signal is noted once: with what was found first.
    pub(super) fn note(&mut self, found: Replaced) {
        let found = self.judged(found);
        if found.is_trouble() && self.found.iter().all(|(one, _)| one.signal != found.signal) {
            self.found.push((found, false));
        }
    }

    pub(super) fn unsaid(&mut self) -> Vec<Replaced> {
        let unsaid = self.found.iter_mut().filter(|(_, said)| !said);
        unsaid
            .map(|(found, said)| {
                *said = true;
                *found
            })
            .collect()
    }

    pub(super) fn all(&self) -> Vec<Replaced> {
        self.found.iter().map(|(found, _)| *found).collect()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const fn found(signal: Signal, by: Instead) -> Replaced {
        Replaced { signal, by }
    }

    #[test]
    fn each_signal_is_said_once_and_stays_in_the_notes() {
        let mut seen = Seen::default();
        let (gone, other) = (found(Signal::Interrupt, Instead::Default), found(Signal::Terminate, Instead::Handler));
        seen.note(gone);
        assert_eq!(seen.unsaid(), [gone]);
        seen.note(gone);
        seen.note(found(Signal::Interrupt, Instead::Ignored));
        seen.note(other);
        assert_eq!(seen.unsaid(), [other]);
        assert_eq!(seen.unsaid(), []);
        assert_eq!(seen.all(), [gone, other]);
    }

    #[test]
    fn a_handler_that_may_pass_signals_on_or_has_done_so_is_no_trouble() {
        let mut seen = Seen::default();
        seen.note(found(Signal::Hangup, Instead::HandlerInFront));
        seen.passed_on(Signal::Terminate);
        seen.note(found(Signal::Terminate, Instead::Handler));
        assert_eq!(seen.all(), []);
        assert_eq!(seen.judged(found(Signal::Terminate, Instead::Handler)).by, Instead::HandlerThatPassesOn);
        // The default passes nothing on, whatever stood there before.
        seen.note(found(Signal::Terminate, Instead::Default));
        assert_eq!(seen.all().len(), 1);
    }
}
