//! When a task comes back after its end, and when it has come back too often.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::words::supervision::{Backoff, Intensity, RestartPolicy};

use crate::run::task::random::Random;

/// The restarts of one task so far.
#[derive(Debug)]
pub(crate) struct Restarts {
    /// `None`: it is never run again.
    policy: Option<RestartPolicy>,
    /// When the latest were, no more than are allowed.
    latest: VecDeque<Instant>,
    /// How many came after each other without a run that lasted.
    in_a_row: u32,
    random: Random,
}

impl Restarts {
    pub(crate) fn new(policy: Option<RestartPolicy>) -> Self {
        Self { policy, latest: VecDeque::new(), in_a_row: 0, random: Random::new() }
    }

    /// How the task is run again after such an end; `None`: it is not.
    pub(crate) fn after(&self, failed: bool) -> Option<RestartPolicy> {
        self.policy.filter(|policy| policy.always || failed)
    }

    /// How long to wait before the next run; `None`: it was restarted too often. `lasted`: the run that ended now.
    pub(crate) fn next(&mut self, policy: &RestartPolicy, now: Instant, lasted: Duration) -> Option<Duration> {
        let Intensity { restarts, within } = policy.max_restarts;
        while self.latest.front().is_some_and(|first| now.duration_since(*first) >= within) {
            self.latest.pop_front();
        }
        if self.latest.len() >= usize::try_from(restarts).unwrap_or(usize::MAX) {
            return None;
        }
        if lasted >= policy.backoff.longest {
            self.in_a_row = 0;
        }
        let delay = self.delay(policy.backoff);
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.latest.push_back(now);
        Some(delay)
    }

    fn delay(&mut self, Backoff { shortest, longest }: Backoff) -> Duration {
        let doubled = 2_u32.checked_pow(self.in_a_row).and_then(|factor| shortest.checked_mul(factor));
        let full = doubled.unwrap_or(longest).min(longest);
        full.saturating_sub(self.random.part_of(full / 2)).max(shortest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn restarts(restarts: u32, within: Duration) -> (Restarts, RestartPolicy) {
        let max_restarts = Intensity { restarts, within };
        let policy = RestartPolicy { always: false, backoff: Backoff::DEFAULT, max_restarts };
        (Restarts::new(Some(policy)), policy)
    }

    #[test]
    fn the_delay_doubles_up_to_the_longest_and_is_spread() {
        let (mut restarts, policy) = restarts(100, S);
        let start = Instant::now();
        let mut full = Duration::from_millis(100);
        for count in 0..40 {
            let delay = restarts.next(&policy, start + S * count, Duration::ZERO).unwrap();
            assert!(delay <= full && delay >= (full / 2).max(Duration::from_millis(100)), "{count}: {delay:?}");
            full = (full * 2).min(S * 30);
        }
    }

    #[test]
    fn a_run_that_lasted_begins_anew() {
        let (mut restarts, policy) = restarts(100, S);
        let start = Instant::now();
        (0..10).for_each(|count| assert!(restarts.next(&policy, start + S * count, Duration::ZERO).is_some()));
        assert_eq!(restarts.next(&policy, start + S * 100, S * 30), Some(Duration::from_millis(100)));
    }

    #[test]
    fn too_many_within_the_window_are_the_end_and_the_window_slides() {
        let (mut restarts, policy) = restarts(2, S * 60);
        let start = Instant::now();
        let mut next = |seconds: u32| restarts.next(&policy, start + S * seconds, Duration::ZERO).is_some();
        assert!(next(0) && next(30));
        assert!(!next(59));
        assert!(next(60), "the first is a minute old");
        assert!(!next(89));
        assert!(next(90));
    }

    #[test]
    fn no_restart_is_allowed_if_none_is() {
        let (mut restarts, policy) = restarts(0, S);
        assert_eq!(restarts.next(&policy, Instant::now(), S), None);
    }
}
