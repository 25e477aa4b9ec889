//! When a periodic task's next tick comes.

use std::time::Duration;

use tokio::time::Instant;

use crate::words::task::Missed;

/// When the tick comes that was due then, if it can come at `now` at the earliest.
pub(super) fn caught_up(due: Instant, now: Instant, interval: Duration, missed: Missed) -> Instant {
    if due >= now || missed == Missed::Burst {
        return due;
    }
    match missed {
        Missed::Delay => now,
        _ => {
            let late = (now - due).as_nanos() % interval.as_nanos();
            let rest = interval.as_nanos() - late;
            now + Duration::from_nanos(u64::try_from(rest).unwrap_or(u64::MAX))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    #[test]
    fn ticks_keep_their_grid_and_late_ones_follow_the_option() {
        let start = Instant::now();
        let at = |tenths: u32| start + S * tenths / 10;
        for (ended, skip, delay, burst) in [(5, 10, 10, 10), (10, 10, 10, 10), (25, 30, 25, 10), (30, 40, 30, 10)] {
            let next = |missed| caught_up(start + S, at(ended), S, missed);
            assert_eq!(next(Missed::Skip), at(skip), "skip after {ended}");
            assert_eq!(next(Missed::Delay), at(delay), "delay after {ended}");
            assert_eq!(next(Missed::Burst), at(burst), "burst after {ended}");
        }
    }
}
