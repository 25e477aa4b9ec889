//! How a body ended, as an outcome and a text.

use std::time::Duration;

use crate::BoxError;
use crate::decide::{Cause, Ending};
use crate::sys::text::{MOST, bounded, shown};
use crate::words::duration::show;
use crate::words::outcome::Outcome;
use crate::words::task::{OnShutdown, TaskSettings};

use crate::run::stop::cancelled::Cancelled;
use crate::run::stop::flags::Flag;
use crate::run::task::poll::Drove;
use crate::run::task::unit::Unit;
use crate::sys::panics;

/// How a task ended, and why.
pub(super) struct Over {
    pub(super) ending: Ending,
    pub(super) cause: Cause,
    /// How the shutdown kept it from its own end, if it did.
    cut: Option<&'static str>,
}

/// What a shutdown did to a body that ran.
pub(super) const DROPPED: &str = "the shutdown dropped it before its end";
pub(super) const CANCELLED: &str = "the shutdown cancelled it before its end";
/// What it did to a task between two runs.
pub(super) const NOT_BEGUN: &str = "the shutdown came before it had begun";
pub(super) const NOT_AGAIN: &str = "the shutdown came before it was run again";

impl Over {
    pub(super) fn told(ending: Ending) -> Self {
        Self { ending, cause: Cause::Told { returns: true }, cut: None }
    }

    pub(super) fn cut(self, cut: Option<&'static str>) -> Self {
        Self { cut, ..self }
    }

    /// It does not come back, whether or not it was told to end.
    pub(super) fn for_good(ending: Ending) -> Self {
        let told = matches!(ending.outcome, Outcome::Stopped | Outcome::Cancelled);
        Self { ending, cause: if told { Cause::Told { returns: false } } else { Cause::Own }, cut: None }
    }

    /// What is reported: a task may say that it has failed if it was cut.
    pub(super) fn settled(self, settings: &TaskSettings) -> Ending {
        match self.cut.filter(|_| settings.on_shutdown() == Some(OnShutdown::Fail)) {
            Some(cut) => ending(Outcome::Failed, Some(cut.to_owned())),
            None => self.ending,
        }
    }
}

/// What became of a body, of a task's or of a child's.
pub(crate) fn ended(unit: &Unit, drove: Drove<Result<(), BoxError>>) -> Ending {
    match drove {
        Drove::Done(Ok(())) if unit.flags.has(Flag::Requested) || unit.flags.was_told() => {
            ending(Outcome::Stopped, None)
        }
        Drove::Done(Ok(())) => ending(Outcome::Finished, None),
        Drove::Cancelled | Drove::WaitsForInput => ending(Outcome::Cancelled, None),
        Drove::Panicked(panic) => ending(Outcome::Panicked, Some(panic)),
        Drove::Done(Err(error)) if is_cancelled(error.as_ref()) => ending(Outcome::Stopped, None),
        Drove::Done(Err(error)) => ending(Outcome::Failed, Some(text_of(error))),
        Drove::TimedOut(bound) => ending(Outcome::Failed, Some(past(bound))),
    }
}

/// How the shutdown has kept a body from its own end, if it has.
pub(super) fn how_cut(drove: &Drove<Result<(), BoxError>>) -> Option<&'static str> {
    match drove {
        Drove::Cancelled => Some(DROPPED),
        Drove::Done(Err(error)) if is_cancelled(error.as_ref()) => Some(CANCELLED),
        _ => None,
    }
}

/// Its body has said, by `?`, that it ended because it was told to.
pub(crate) fn is_cancelled(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut errors = std::iter::successors(Some(error), |error| error.source());
    errors.any(|error| error.is::<Cancelled>())
}

pub(super) fn ending(outcome: Outcome, error: Option<String>) -> Ending {
    Ending { outcome, error }
}

pub(crate) fn past(bound: Duration) -> String {
    format!("it ran past its timeout of {}", show(bound))
}

/// What an error that is done with says. Its `Display` and its `Drop` are the user's code: a panic there must not end the
/// task that is about to report how the body ended.
pub(crate) fn text_of(error: BoxError) -> String {
    let text = panics::catch(|| describe(error.as_ref()));
    let dropped = panics::catch(|| drop(error));
    match (text, dropped) {
        (Ok(text), Ok(())) => text,
        (Ok(text), Err(panic)) => bounded(format!("{text} (and when it was dropped: {panic})")),
        (Err(panic), _) => bounded(format!("an error that cannot be shown: {panic}")),
    }
}

/// An error with its causes, on one line. No more of it is made than is kept.
pub(crate) fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = shown(error);
    let mut cause = error.source();
    while let Some(error) = cause.filter(|_| text.len() < MOST) {
        let next = shown(error);
        // Many errors print their cause themselves.
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    bounded(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_told_once() {
        #[derive(Debug)]
        struct Outer(std::io::Error, bool);
        impl std::fmt::Display for Outer {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                if self.1 { write!(f, "no config: {}", self.0) } else { write!(f, "no config") }
            }
        }
        impl std::error::Error for Outer {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }
        for told in [true, false] {
            assert_eq!(describe(&Outer(std::io::Error::other("gone"), told)), "no config: gone");
        }
    }

    /// Regression: an error whose `Display` or `Drop` panics took the task with it, which then counted as aborted.
    #[test]
    fn an_error_that_panics_when_it_is_shown_or_dropped_is_still_told() {
        #[derive(Debug)]
        struct Bad {
            shows: bool,
        }
        impl std::fmt::Display for Bad {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                if self.shows { write!(f, "no disk") } else { panic!("cannot say") }
            }
        }
        impl std::error::Error for Bad {}
        impl Drop for Bad {
            fn drop(&mut self) {
                if self.shows {
                    panic!("cannot go");
                }
            }
        }
        let (cannot_show, cannot_drop) = (text_of(Bad { shows: false }.into()), text_of(Bad { shows: true }.into()));
        assert!(cannot_show.starts_with("an error that cannot be shown: panicked"), "{cannot_show}");
        assert!(cannot_drop.starts_with("no disk (and when it was dropped: panicked"), "{cannot_drop}");
    }
}
