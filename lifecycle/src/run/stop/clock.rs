//! Moments that are noted at every poll: cheap to take, exact to the tick of the system; by a test's paused clock, exact.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use crate::sys::coarse;

/// What the stamps of one App are made with.
#[derive(Debug)]
pub(crate) struct Clock {
    began: tokio::time::Instant,
    /// Time is the runtime's: it stands still, but for a test that moves it.
    paused: AtomicBool,
}

/// In that time the system's clock has moved, and a paused one has not.
const MOVES: Duration = Duration::from_micros(1);

impl Clock {
    pub(crate) fn new() -> Self {
        Self { began: tokio::time::Instant::now(), paused: AtomicBool::new(false) }
    }

    /// Finds out whether the runtime's clock is paused: tokio does not tell. To be called in it, before the first stamp.
    pub(crate) fn follow_runtime(&self) {
        let (before, now) = (tokio::time::Instant::now(), Instant::now());
        while now.elapsed() < MOVES {}
        self.paused.store(tokio::time::Instant::now() == before, Ordering::Relaxed);
    }

    /// Whether it is a test that moves the time.
    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    #[inline]
    fn now(&self) -> u64 {
        if self.is_paused() { self.runtime_now() } else { coarse::nanos() }
    }

    #[cold]
    fn runtime_now(&self) -> u64 {
        // From one on: zero stands for "never".
        u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// Whether this thread has the clock that the stamps were made with. A paused one is only in its runtime.
    fn is_here(&self) -> bool {
        !self.is_paused() || Handle::try_current().is_ok()
    }
}

/// When something was last so. Written by one thread, read by any.
#[derive(Debug, Default)]
pub(crate) struct Stamp(AtomicU64);

impl Stamp {
    #[inline]
    pub(crate) fn set(&self, clock: &Clock) {
        self.0.store(clock.now(), Ordering::Relaxed);
    }

    /// How long ago that is; `None`: it never was, or this thread cannot know.
    pub(crate) fn age(&self, clock: &Clock) -> Option<Duration> {
        let stamp = self.0.load(Ordering::Relaxed);
        (stamp != 0 && clock.is_here()).then(|| Duration::from_nanos(clock.now().saturating_sub(stamp)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_paused_clock_is_noticed_and_gives_exact_ages() {
        let (clock, stamp) = (Clock::new(), Stamp::default());
        clock.follow_runtime();
        assert_eq!(stamp.age(&clock), None);
        stamp.set(&clock);
        assert_eq!(stamp.age(&clock), Some(Duration::ZERO));
        tokio::time::advance(Duration::from_micros(1_234_567)).await;
        assert_eq!(stamp.age(&clock), Some(Duration::from_micros(1_234_567)));
    }

    #[tokio::test(start_paused = true)]
    async fn outside_of_its_runtime_nobody_knows_what_a_paused_clock_says() {
        let (clock, stamp) = (Clock::new(), Stamp::default());
        clock.follow_runtime();
        stamp.set(&clock);
        let elsewhere = std::thread::scope(|scope| scope.spawn(|| stamp.age(&clock)).join().expect("no panic"));
        assert_eq!(elsewhere, None);
    }

    #[tokio::test]
    async fn otherwise_ages_are_the_systems() {
        let (clock, stamp) = (Clock::new(), Stamp::default());
        clock.follow_runtime();
        let before = Instant::now();
        stamp.set(&clock);
        let age = loop {
            let age = stamp.age(&clock).expect("it is set");
            if age > Duration::from_millis(20) {
                break age;
            }
            assert!(before.elapsed() < Duration::from_secs(20), "it stands still");
            std::thread::yield_now();
        };
        assert!(age <= before.elapsed() + Duration::from_millis(20));
    }
}
