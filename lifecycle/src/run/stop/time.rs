//! The moments of an App: by tokio's clock, by the system's, and in stamps for what is noted at each poll.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::decide::Moment;

use super::clock::Clock;

/// Where the moments of one App count from.
#[derive(Debug)]
pub(crate) struct Time {
    /// Tokio's clock, so that a paused one is followed.
    began: tokio::time::Instant,
    /// The same moment by the system's clock, which no runtime can hold up.
    real_began: Instant,
    /// What the life signs of components are stamped with.
    pub(crate) clock: Arc<Clock>,
}

/// A century ahead stands for "never": adding more could overflow the clock.
const NEVER: Duration = Duration::from_secs(100 * 365 * 86_400);

impl Time {
    pub(super) fn new() -> Self {
        Self { began: tokio::time::Instant::now(), real_began: Instant::now(), clock: Arc::new(Clock::new()) }
    }

    pub(crate) fn now(&self) -> Moment {
        self.began.elapsed()
    }

    pub(crate) fn real_now(&self) -> Moment {
        self.real_began.elapsed()
    }

    pub(crate) fn instant(&self, moment: Moment) -> tokio::time::Instant {
        self.began + moment.min(NEVER)
    }
}
