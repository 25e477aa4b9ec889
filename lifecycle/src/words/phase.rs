//! The phases of a shutdown.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A stage of shutdown. They run in this order, each at most once in a shutdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Readiness says no, work is still accepted: time for load balancers to look away. Off by default.
    Announce,
    /// No new ticks and no new requests; listeners drain their accept queue and close.
    StopNewWork,
    /// Runs and requests in progress come to their end.
    CompleteCurrent,
    /// Tasks are cancelled, by priority.
    CancelTasks,
    /// Stragglers are aborted and resources close. Its time is reserved: no other phase can use it up.
    ForceCleanup,
}

impl Phase {
    /// All phases in the order in which they run.
    pub const ALL: [Phase; 5] =
        [Phase::Announce, Phase::StopNewWork, Phase::CompleteCurrent, Phase::CancelTasks, Phase::ForceCleanup];

    /// The name used in attributes, environment variables and reports: `stop_new_work` and so on.
    pub const fn name(self) -> &'static str {
        match self {
            Phase::Announce => "announce",
            Phase::StopNewWork => "stop_new_work",
            Phase::CompleteCurrent => "complete_current",
            Phase::CancelTasks => "cancel_tasks",
            Phase::ForceCleanup => "force_cleanup",
        }
    }

    /// The phase after this one; `None` after the last.
    pub const fn next(self) -> Option<Phase> {
        match self {
            Phase::Announce => Some(Phase::StopNewWork),
            Phase::StopNewWork => Some(Phase::CompleteCurrent),
            Phase::CompleteCurrent => Some(Phase::CancelTasks),
            Phase::CancelTasks => Some(Phase::ForceCleanup),
            Phase::ForceCleanup => None,
        }
    }

    /// Position in [`Phase::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPhase(String);

impl fmt::Display for UnknownPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let legal: Vec<_> = Phase::ALL.iter().map(|phase| phase.name()).collect();
        write!(f, "there is no phase `{}`; the phases are {}", self.0, legal.join(", "))
    }
}

impl std::error::Error for UnknownPhase {}

impl FromStr for Phase {
    type Err = UnknownPhase;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Phase::ALL.into_iter().find(|phase| phase.name() == text).ok_or_else(|| UnknownPhase(text.to_owned()))
    }
}
