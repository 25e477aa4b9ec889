//! A moment that may not be known yet, in one atomic word.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::decide::Moment;

/// In microseconds; the greatest number stands for "none".
#[derive(Debug)]
pub(crate) struct AtomicMoment(AtomicU64);

const NONE: u64 = u64::MAX;

impl Default for AtomicMoment {
    fn default() -> Self {
        Self(AtomicU64::new(NONE))
    }
}

impl AtomicMoment {
    pub(crate) fn get(&self) -> Option<Moment> {
        moment(self.0.load(Ordering::Acquire))
    }

    pub(crate) fn set(&self, new: Option<Moment>) {
        self.0.store(micros(new), Ordering::Release);
    }

    /// Sets it and gives what it was.
    pub(crate) fn replace(&self, new: Option<Moment>) -> Option<Moment> {
        moment(self.0.swap(micros(new), Ordering::AcqRel))
    }

    /// Sets it if it is later, or none.
    pub(crate) fn lower(&self, new: Moment) {
        self.0.fetch_min(micros(Some(new)), Ordering::AcqRel);
    }
}

fn moment(micros: u64) -> Option<Moment> {
    (micros != NONE).then(|| Duration::from_micros(micros))
}

fn micros(moment: Option<Moment>) -> u64 {
    moment.map_or(NONE, |moment| u64::try_from(moment.as_micros()).unwrap_or(NONE))
}
