//! What a [`TaskSpec`](super::TaskSpec) was told, option by option, until it is known which kind of task that makes.

use std::time::Duration;

use crate::words::supervision::{Backoff, Intensity, Restart, RestartPolicy};
use crate::words::task::{Blocking, BlockingOnShutdown, Missed, OnShutdown, Periodic, Plain, TaskKind, TaskSettings};

/// The options that were given. They may contradict each other: then the builder refuses them.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) blocking: bool,
    pub(super) local: bool,
    pub(super) takes_shutdown: bool,
    pub(super) interval: Option<Duration>,
    pub(super) initial_delay: Duration,
    pub(super) jitter: Option<Duration>,
    pub(super) missed: Option<Missed>,
    pub(super) timeout: Option<Duration>,
    pub(super) on_shutdown: Option<OnShutdown>,
    pub(super) stop_timeout: Option<Duration>,
    pub(super) critical: Option<bool>,
    pub(super) restart: Option<Restart>,
    pub(super) backoff: Option<Backoff>,
    pub(super) max_restarts: Option<Intensity>,
    pub(super) failure_threshold: Option<u32>,
    pub(super) instances: Option<usize>,
}

impl Draft {
    /// The settings that it makes. What the kind of task cannot have is left out; it has been refused before.
    pub(super) fn settings(&self) -> TaskSettings {
        let Self { initial_delay, stop_timeout, takes_shutdown, .. } = *self;
        TaskSettings { initial_delay, stop_timeout, takes_shutdown, kind: self.kind() }
    }

    fn kind(&self) -> TaskKind {
        let Self { timeout, on_shutdown, local, .. } = *self;
        let critical = self.critical.unwrap_or(true);
        match self.interval {
            Some(interval) => TaskKind::Periodic(Periodic {
                interval,
                jitter: self.jitter.unwrap_or_default(),
                missed: self.missed.unwrap_or_default(),
                timeout,
                on_shutdown,
                critical,
                monitor: self.failure_threshold,
                local,
            }),
            None if self.blocking => {
                let on_shutdown = match on_shutdown {
                    Some(OnShutdown::Finish) => Some(BlockingOnShutdown::Finish),
                    Some(OnShutdown::Fail) => Some(BlockingOnShutdown::Fail),
                    Some(OnShutdown::Cancel) | None => None,
                };
                TaskKind::Blocking(Blocking { on_shutdown, critical, restart: self.restart() })
            }
            None => TaskKind::Plain(Plain { timeout, on_shutdown, critical, restart: self.restart(), local }),
        }
    }

    fn restart(&self) -> Option<RestartPolicy> {
        let always = match self.restart? {
            Restart::Never => return None,
            Restart::OnFailure => false,
            Restart::Always => true,
        };
        let backoff = self.backoff.unwrap_or(Backoff::DEFAULT);
        let max_restarts = self.max_restarts.unwrap_or(Intensity::DEFAULT);
        Some(RestartPolicy { always, backoff, max_restarts })
    }

    /// What the attribute refuses at compile time has to be refused for values too.
    pub(super) fn fault(&self) -> Option<&'static str> {
        Some(match self {
            _ if self.interval.is_some_and(|interval| interval.is_zero()) => {
                "an interval of zero would never let anything else run; give it a length"
            }
            _ if self.timeout.is_some_and(|timeout| timeout.is_zero()) => {
                "a timeout of zero lets no run begin; give it a length"
            }
            _ if self.interval.is_none() && self.failure_threshold.is_some() => {
                "a monitor counts failed ticks, and it has no interval; give it one"
            }
            _ if self.failure_threshold == Some(0) => {
                "a failure threshold of zero is reached before anything fails; make it at least 1"
            }
            _ if self.instances == Some(0) => "it has no instances; give it at least 1",
            _ if self.backoff.is_some_and(|backoff| is_upside_down(&backoff)) => {
                "its backoff is upside down or begins at zero; give the shorter time first"
            }
            _ if self.blocking && self.timeout.is_some() => {
                "a thread cannot be stopped by a timeout; remove it, and look at `Shutdown::checkpoint` in the body"
            }
            _ if self.blocking && self.interval.is_some() => {
                "a blocking task has no interval; sleep in its body, or call blocking code from an async task"
            }
            _ => return None,
        })
    }
}

fn is_upside_down(backoff: &Backoff) -> bool {
    backoff.shortest.is_zero() || backoff.shortest > backoff.longest
}
