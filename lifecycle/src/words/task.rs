//! The options of a task. Each kind of task has only the options that it can have. All of it can be built in a `const`.

use std::time::Duration;

use serde::Serialize;

use super::supervision::RestartPolicy;

/// What happens to a tick that came due while the body still ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// It is left out; the next one comes at its usual time.
    #[default]
    Skip,
    /// It comes as soon as the body has ended, and the next ones count from there.
    Delay,
    /// It comes as soon as the body has ended, and so do all others that are due, one after the other.
    Burst,
}

/// What a shutdown does to a run in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnShutdown {
    /// Let it end; it is dropped only in *force_cleanup*.
    Finish,
    /// Drop it at its next `.await` in *cancel_tasks*, without waiting for it in *complete_current*.
    Cancel,
    /// Do what is done without this option, and count the task as failed if that ended it before its own end: for work
    /// that is worth nothing half done.
    Fail,
}

/// What a shutdown does to a body that blocks. A thread cannot be dropped, so there is no `Cancel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockingOnShutdown {
    /// See [`OnShutdown::Finish`].
    Finish,
    /// See [`OnShutdown::Fail`].
    Fail,
}

impl OnShutdown {
    /// The same of a body that blocks; `None`: such a body cannot have it.
    pub(crate) const fn of_blocking(self) -> Option<BlockingOnShutdown> {
        match self {
            OnShutdown::Finish => Some(BlockingOnShutdown::Finish),
            OnShutdown::Fail => Some(BlockingOnShutdown::Fail),
            OnShutdown::Cancel => None,
        }
    }
}

/// The options of a task; see the attribute `#[cooperative_task]` for their meaning.
#[derive(Clone, Copy, Debug)]
pub struct TaskSettings {
    /// Time before the first run.
    pub initial_delay: Duration,
    /// The task's own bound on stopping.
    pub stop_timeout: Option<Duration>,
    /// Whether the body takes a `Shutdown`, and so handles cancellation itself.
    pub takes_shutdown: bool,
    /// How the body is run, with the options that only this kind has.
    pub kind: TaskKind,
}

/// How the body of a task is run.
#[derive(Clone, Copy, Debug)]
pub enum TaskKind {
    /// Once.
    Plain(Plain),
    /// Once per tick.
    Periodic(Periodic),
    /// Once, on a thread of its own, where it may block.
    Blocking(Blocking),
}

/// A task whose body runs once.
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    /// Bound on one run of the body.
    pub timeout: Option<Duration>,
    /// What a shutdown does to the run; `None`: it is dropped in *cancel_tasks*, unless it takes a `Shutdown`.
    pub on_shutdown: Option<OnShutdown>,
    /// Whether its failure for good begins shutdown.
    pub critical: bool,
    /// How it is run again after its end; `None`: it is not.
    pub restart: Option<RestartPolicy>,
    /// Whether it runs on a thread of its own, since its future is not `Send`.
    pub local: bool,
}

/// A task whose body runs once per tick.
#[derive(Clone, Copy, Debug)]
pub struct Periodic {
    /// The time from one tick to the next; not zero.
    pub interval: Duration,
    /// Each tick is put off by a random part of this; shorter than the interval.
    pub jitter: Duration,
    /// What becomes of a tick that came due while the body ran.
    pub missed: Missed,
    /// Bound on one run of the body.
    pub timeout: Option<Duration>,
    /// What a shutdown does to a run in progress; `None`: it is finished in *complete_current*, and dropped after that.
    pub on_shutdown: Option<OnShutdown>,
    /// Whether it counts as a failure of the program if a shutdown cut it, with [`OnShutdown::Fail`].
    pub critical: bool,
    /// Makes it a monitor: how many failed ticks in a row are too many.
    pub monitor: Option<u32>,
    /// Whether it runs on a thread of its own, since its future is not `Send`.
    pub local: bool,
}

/// A task whose body blocks. A thread can be neither dropped nor stopped, so it has no `timeout`.
#[derive(Clone, Copy, Debug)]
pub struct Blocking {
    /// What a shutdown does to the run; `None`: it is told, and left behind if it does not end in time.
    pub on_shutdown: Option<BlockingOnShutdown>,
    /// Whether its failure for good begins shutdown.
    pub critical: bool,
    /// How it is run again after its end; `None`: it is not.
    pub restart: Option<RestartPolicy>,
}

impl Plain {
    /// What holds when an option is not given.
    pub const DEFAULT: Self = Self { timeout: None, on_shutdown: None, critical: true, restart: None, local: false };
}

impl Periodic {
    /// What holds when no other option is given.
    pub const fn every(interval: Duration) -> Self {
        let (jitter, missed) = (Duration::ZERO, Missed::Skip);
        Self { interval, jitter, missed, timeout: None, on_shutdown: None, critical: true, monitor: None, local: false }
    }
}

impl Blocking {
    /// What holds when an option is not given.
    pub const DEFAULT: Self = Self { on_shutdown: None, critical: true, restart: None };
}

impl TaskSettings {
    /// A plain task without options.
    pub const DEFAULT: Self = Self::new(TaskKind::Plain(Plain::DEFAULT));

    /// A task of this kind, with what holds when no other option is given.
    pub const fn new(kind: TaskKind) -> Self {
        Self { initial_delay: Duration::ZERO, stop_timeout: None, takes_shutdown: false, kind }
    }

    /// The options of a periodic task.
    pub(crate) const fn periodic(&self) -> Option<&Periodic> {
        match &self.kind {
            TaskKind::Periodic(periodic) => Some(periodic),
            TaskKind::Plain(_) | TaskKind::Blocking(_) => None,
        }
    }

    pub(crate) const fn is_periodic(&self) -> bool {
        self.periodic().is_some()
    }

    /// Whether the body runs on a thread of its own.
    pub(crate) const fn is_blocking(&self) -> bool {
        matches!(self.kind, TaskKind::Blocking(_))
    }

    /// Whether the task is polled on a thread of its own, since its future is not `Send`.
    pub(crate) const fn is_local(&self) -> bool {
        match &self.kind {
            TaskKind::Plain(Plain { local, .. }) | TaskKind::Periodic(Periodic { local, .. }) => *local,
            TaskKind::Blocking(_) => false,
        }
    }

    /// Bound on one run of the body.
    pub(crate) const fn timeout(&self) -> Option<Duration> {
        match &self.kind {
            TaskKind::Plain(plain) => plain.timeout,
            TaskKind::Periodic(periodic) => periodic.timeout,
            TaskKind::Blocking(_) => None,
        }
    }

    /// What a shutdown does to a run in progress; `None` is the default of the task's kind.
    pub(crate) const fn on_shutdown(&self) -> Option<OnShutdown> {
        match &self.kind {
            TaskKind::Plain(plain) => plain.on_shutdown,
            TaskKind::Periodic(periodic) => periodic.on_shutdown,
            TaskKind::Blocking(blocking) => match blocking.on_shutdown {
                Some(BlockingOnShutdown::Finish) => Some(OnShutdown::Finish),
                Some(BlockingOnShutdown::Fail) => Some(OnShutdown::Fail),
                None => None,
            },
        }
    }

    /// Whether its failure for good begins shutdown. A failed tick is followed by the next one, so it never does.
    pub(crate) const fn is_critical(&self) -> bool {
        match &self.kind {
            TaskKind::Plain(Plain { critical, .. }) | TaskKind::Blocking(Blocking { critical, .. }) => *critical,
            TaskKind::Periodic(_) => false,
        }
    }

    /// Whether its failure changes the exit code. A periodic task fails only if it was cut, and says that this counts.
    pub(crate) const fn failure_counts(&self) -> bool {
        match &self.kind {
            TaskKind::Plain(Plain { critical, .. }) | TaskKind::Blocking(Blocking { critical, .. }) => *critical,
            TaskKind::Periodic(Periodic { critical, on_shutdown, .. }) => {
                *critical && matches!(on_shutdown, Some(OnShutdown::Fail))
            }
        }
    }

    /// How it is run again after its end. What runs by ticks does not end by itself.
    pub(crate) const fn restart(&self) -> Option<RestartPolicy> {
        match &self.kind {
            TaskKind::Plain(Plain { restart, .. }) | TaskKind::Blocking(Blocking { restart, .. }) => *restart,
            TaskKind::Periodic(_) => None,
        }
    }

    /// Of a monitor, how many failed ticks in a row are too many.
    pub(crate) fn monitor(&self) -> Option<u32> {
        self.periodic()?.monitor
    }
}
