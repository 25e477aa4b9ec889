//! Runs a task: once, or once per tick. This is the only loop; it is compiled once, whatever the number of
//! tasks.

use std::future::{Future, poll_fn};
use std::hash::{BuildHasher, RandomState};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::decide::Ending;
use crate::run::inject::Context;
use crate::words::component::Missed;
use crate::words::duration::show;
use crate::words::outcome::Outcome;

use super::cell::Flag;
use super::family::End;
use super::poll::{Drove, make_and_drive};
use super::unit::TaskUnit;

/// Runs a task to its end and reports it, even if it is aborted.
pub(crate) async fn run(task: TaskUnit, mut end: End) {
    let ending = match task.settings.interval {
        Some(interval) => periodic(&task, interval).await,
        None => once(&task).await,
    };
    end.report(ending);
}

async fn once(task: &TaskUnit) -> Ending {
    let delay = task.settings.initial_delay;
    if !delay.is_zero() && !wait_until(task, Instant::now() + delay).await {
        return ending(Outcome::Stopped, None);
    }
    match run_body(task).await {
        Drove::Done(Ok(())) if task.unit.cell.has(Flag::Requested) => ending(Outcome::Stopped, None),
        Drove::Done(Ok(())) => ending(Outcome::Finished, None),
        Drove::Cancelled => ending(Outcome::Cancelled, None),
        Drove::Panicked(panic) => ending(Outcome::Panicked, Some(panic)),
        Drove::Done(Err(error)) => ending(Outcome::Failed, Some(describe(error.as_ref()))),
        Drove::TimedOut(bound) => ending(Outcome::Failed, Some(past(bound))),
    }
}

/// Ticks until *stop_new_work* begins; a run in progress then comes to its end, or is dropped in its turn.
async fn periodic(task: &TaskUnit, interval: Duration) -> Ending {
    let mut due = Instant::now() + task.settings.initial_delay;
    let mut spread = Spread::new(task.settings.jitter);
    loop {
        if !wait_until(task, due + spread.next()).await {
            return ending(Outcome::Stopped, None);
        }
        let error = match run_body(task).await {
            Drove::Done(Ok(())) => None,
            Drove::Cancelled => return ending(Outcome::Cancelled, None),
            Drove::Panicked(panic) => Some(panic),
            Drove::Done(Err(error)) => Some(describe(error.as_ref())),
            Drove::TimedOut(bound) => Some(past(bound)),
        };
        match error {
            Some(error) => {
                tracing::warn!(target: "lifecycle", task = &*task.unit.name, error, "a run failed; the next tick comes");
                task.unit.pulse.run_failed(error);
            }
            None => task.unit.pulse.run_went_well(),
        }
        due = next_due(due, Instant::now(), interval, task.settings.missed);
    }
}

/// When the tick after the one at `due` comes, if its run ended at `now`.
fn next_due(due: Instant, now: Instant, interval: Duration, missed: Missed) -> Instant {
    let next = due + interval;
    if next >= now || missed == Missed::Burst {
        return next;
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

async fn run_body(task: &TaskUnit) -> Drove<Result<(), crate::BoxError>> {
    task.unit.pulse.run_begins();
    let context = Context(Arc::clone(&task.scope));
    make_and_drive(&task.unit, || (task.factory)(&context), task.settings.timeout).await
}

/// `false`: *stop_new_work* began first. Both due at once counts as that.
async fn wait_until(task: &TaskUnit, moment: Instant) -> bool {
    let mut sleep = pin!(sleep_until(moment));
    poll_fn(|context| {
        task.unit.cell.adopt(context.waker());
        if task.unit.cell.has(Flag::Draining) {
            return Poll::Ready(false);
        }
        sleep.as_mut().poll(context).map(|()| true)
    })
    .await
}

fn ending(outcome: Outcome, error: Option<String>) -> Ending {
    Ending { outcome, error }
}

fn past(bound: Duration) -> String {
    format!("it ran past its timeout of {}", show(bound))
}

/// An error with its causes, on one line.
pub(crate) fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        // Many errors print their cause themselves.
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

/// Random parts of the jitter, by xorshift64* (Vigna 2016), seeded by the standard library's hasher keys.
struct Spread {
    most: Duration,
    state: u64,
}

impl Spread {
    fn new(most: Duration) -> Self {
        Self { most, state: RandomState::new().hash_one(0) | 1 }
    }

    fn next(&mut self) -> Duration {
        if self.most.is_zero() {
            return Duration::ZERO;
        }
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let fraction = (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64;
        self.most.mul_f64(fraction)
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
            assert_eq!(next_due(start, at(ended), S, Missed::Skip), at(skip), "skip after {ended}");
            assert_eq!(next_due(start, at(ended), S, Missed::Delay), at(delay), "delay after {ended}");
            assert_eq!(next_due(start, at(ended), S, Missed::Burst), at(burst), "burst after {ended}");
        }
    }

    #[test]
    fn jitter_stays_below_its_bound_and_moves() {
        let mut spread = Spread::new(S);
        let drawn: Vec<_> = (0..100).map(|_| spread.next()).collect();
        assert!(drawn.iter().all(|part| *part < S));
        assert!(drawn.iter().any(|part| *part > S / 2) && drawn.iter().any(|part| *part < S / 2));
    }

    #[test]
    fn causes_are_told_once() {
        #[derive(Debug)]
        struct Outer(std::io::Error, bool);
        impl std::fmt::Display for Outer {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                if self.1 { write!(f, "no config: {}", self.0) } else { write!(f, "no config") }
            }
        }
        impl std::error::Error for Outer {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }
        for told in [true, false] {
            assert_eq!(describe(&Outer(std::io::Error::other("gone"), told)), "no config: gone");
        }
    }
}
