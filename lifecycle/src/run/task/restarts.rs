//! When a task comes back after its end, and when it has come back too often.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::words::supervision::{Backoff, Intensity, Restart, Supervision};

use crate::run::task::random::Random;

/// The restarts of one task so far.
#[derive(Debug)]
pub(crate) struct Restarts {
    restart: Restart,
    backoff: Backoff,
    intensity: Intensity,
    /// When the latest were, no more than are allowed.
    latest: VecDeque<Instant>,
    /// How many came after each other without a run that lasted.
    in_a_row: u32,
    random: Random,
}

impl Restarts {
    pub(crate) fn new(supervision: &Supervision) -> Self {
        Self {
            restart: supervision.restart,
            backoff: supervision.backoff,
            intensity: supervision.max_restarts,
            latest: VecDeque::new(),
            in_a_row: 0,
            random: Random::new(),
        }
    }

    /// Whether it comes back after such an end at all.
    pub(crate) fn apply_to(&self, failed: bool) -> bool {
        match self.restart {
            Restart::Never => false,
            Restart::OnFailure => failed,
            Restart::Always => true,
        }
    }

    /// How long to wait before the next run; `None`: it has come back too often. `lasted`: the run that ended now.
    pub(crate) fn next(&mut self, now: Instant, lasted: Duration) -> Option<Duration> {
        while self.latest.front().is_some_and(|first| now.duration_since(*first) >= self.intensity.within) {
            self.latest.pop_front();
        }
        if self.latest.len() >= usize::try_from(self.intensity.restarts).unwrap_or(usize::MAX) {
            return None;
        }
        if lasted >= self.backoff.longest {
            self.in_a_row = 0;
        }
        let delay = self.delay();
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.latest.push_back(now);
        Some(delay)
    }

    fn delay(&mut self) -> Duration {
        let Backoff { shortest, longest } = self.backoff;
        let doubled = 2_u32.checked_pow(self.in_a_row).and_then(|factor| shortest.checked_mul(factor));
        let full = doubled.unwrap_or(longest).min(longest);
        full.saturating_sub(self.random.part_of(full / 2)).max(shortest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn restarts(restarts: u32, within: Duration) -> Restarts {
        let max_restarts = Intensity { restarts, within };
        Restarts::new(&Supervision { restart: Restart::OnFailure, max_restarts, ..Supervision::DEFAULT })
    }

    #[test]
    fn the_delay_doubles_up_to_the_longest_and_is_spread() {
        let mut restarts = restarts(100, S);
        let start = Instant::now();
        let mut full = Duration::from_millis(100);
        for count in 0..40 {
            let delay = restarts.next(start + S * count, Duration::ZERO).unwrap();
            assert!(delay <= full && delay >= (full / 2).max(Duration::from_millis(100)), "{count}: {delay:?}");
            full = (full * 2).min(S * 30);
        }
    }

    #[test]
    fn a_run_that_lasted_begins_anew() {
        let mut restarts = restarts(100, S);
        let start = Instant::now();
        (0..10).for_each(|count| assert!(restarts.next(start + S * count, Duration::ZERO).is_some()));
        assert_eq!(restarts.next(start + S * 100, S * 30), Some(Duration::from_millis(100)));
    }

    #[test]
    fn too_many_within_the_window_are_the_end_and_the_window_slides() {
        let mut restarts = restarts(2, S * 60);
        let start = Instant::now();
        let mut next = |seconds: u32| restarts.next(start + S * seconds, Duration::ZERO).is_some();
        assert!(next(0) && next(30));
        assert!(!next(59));
        assert!(next(60), "the first is a minute old");
        assert!(!next(89));
        assert!(next(90));
    }

    #[test]
    fn no_restart_is_allowed_if_none_is() {
        assert_eq!(restarts(0, S).next(Instant::now(), S), None);
    }
}
