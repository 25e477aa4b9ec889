//! Restarts: whether a task is run again after its end, when, and how often.

use std::time::Duration;

use serde::Serialize;

/// Whether a plain task is run again after its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Restart {
    /// Its end is its end.
    #[default]
    Never,
    /// After an error, a panic, or a run past its `timeout`.
    OnFailure,
    /// After each end.
    Always,
}

/// The time between an end and the run after it: the shortest the first time, twice as long each time after that, up
/// to the longest. A part of up to a half is taken off at random, so that many tasks that failed together do not come
/// back together; it is never shorter than the shortest.
///
/// A run that lasted as long as the longest counts as well again, and the next one begins with the shortest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Backoff {
    /// The first.
    pub shortest: Duration,
    /// The last.
    pub longest: Duration,
}

impl Backoff {
    /// 100 ms to 30 s: soon enough that a single failure is not noticed, and seldom enough to be no load.
    pub const DEFAULT: Self = Self { shortest: Duration::from_millis(100), longest: Duration::from_secs(30) };
}

/// How many restarts within how much time are too many: then the task has failed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Intensity {
    /// So many are still allowed.
    pub restarts: u32,
    /// The window that slides along with time.
    pub within: Duration,
}

impl Intensity {
    /// Five in a minute.
    pub const DEFAULT: Self = Self { restarts: 5, within: Duration::from_secs(60) };
}

/// How a task that ends is run again. A task that is never run again has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestartPolicy {
    /// After each end, not only after a failure.
    pub always: bool,
    /// The time before the next run.
    pub backoff: Backoff,
    /// How often at most.
    pub max_restarts: Intensity,
}
