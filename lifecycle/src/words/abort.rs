//! Why a shutdown was not called off.

use std::fmt;

use super::phase::Phase;
use super::reason::Reason;

/// Why a shutdown was not called off; from [`Shutdown::abort`](crate::Shutdown::abort).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AbortError {
    /// Shutdown was not asked for, or it was called off already.
    NotRequested,
    /// It was asked for before the tasks ran: the start is being taken back.
    Starting,
    /// It has come to this phase; *announce* and *stop_new_work* can be called off, and no other.
    TooLate(Phase),
    /// A second SIGINT has forced it.
    Forced,
    /// There is no App to go on with: `main` or a critical task has ended for good, no task is left, or the start failed.
    NothingToReturnTo(Reason),
}

impl fmt::Display for AbortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRequested => f.write_str("there is no shutdown to call off"),
            Self::Starting => f.write_str("the start is being taken back; it cannot be called off"),
            Self::TooLate(phase) => write!(f, "the shutdown has come to {phase}; it can no longer be called off"),
            Self::Forced => f.write_str("the shutdown was forced; it can no longer be called off"),
            Self::NothingToReturnTo(reason) => write!(f, "the shutdown cannot be called off: {reason}"),
        }
    }
}

impl std::error::Error for AbortError {}
