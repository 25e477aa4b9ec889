//! What a [`TaskSpec`](super::TaskSpec) was told, option by option, until it is known which kind of task that makes.

use std::time::Duration;

use lifecycle_rules::Given;

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

    /// What the rules have to know, which the attribute keeps as well.
    pub(super) fn told(&self) -> lifecycle_rules::Task {
        lifecycle_rules::Task {
            interval: self.interval.into(),
            jitter: self.jitter.into(),
            missed: self.missed.map(|_| ()).into(),
            timeout: self.timeout.into(),
            cancels: self.on_shutdown.map(|chosen| chosen == OnShutdown::Cancel).into(),
            critical: self.critical.into(),
            restart: self.restart.map(|restart| restart != Restart::Never).into(),
            backoff: self.backoff.map(|backoff| (backoff.shortest, backoff.longest)).into(),
            max_restarts: self.max_restarts.map(|most| (most.restarts, most.within)).into(),
            failure_threshold: self.failure_threshold.map(|most| usize::try_from(most).unwrap_or(usize::MAX)).into(),
            on_failure: Given::No,
            on_recovery: Given::No,
            blocking: Given::As(self.blocking),
            local: Given::As(self.local),
            instances: self.instances.into(),
        }
    }
}
