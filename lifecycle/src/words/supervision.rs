//! How a task is watched over: whether it comes back after its end, and when too many failed ticks raise an alarm.

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
    /// 100 ms to 30 s: soon enough that nobody notices a single failure, and seldom enough to be no load.
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

/// The options of a task by which it is watched over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supervision {
    /// Whether it is run again after its end.
    pub restart: Restart,
    /// The time before that.
    pub backoff: Backoff,
    /// How often at most.
    pub max_restarts: Intensity,
    /// A monitor: how many failed ticks in a row are too many.
    pub failure_threshold: Option<u32>,
    /// Whether the body blocks, and so runs on a thread of its own.
    pub blocking: bool,
    /// How many copies run.
    pub instances: usize,
}

impl Supervision {
    /// What stands when an option is not given.
    pub const DEFAULT: Self = Self {
        restart: Restart::Never,
        backoff: Backoff::DEFAULT,
        max_restarts: Intensity::DEFAULT,
        failure_threshold: None,
        blocking: false,
        instances: 1,
    };
}
