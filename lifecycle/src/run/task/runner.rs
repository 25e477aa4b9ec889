//! Runs a task: once, or once per tick. This is the only loop; it is compiled once, whatever the number of
//! tasks.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::BoxError;
use crate::decide::{Cause, Ending};
use crate::words::duration::show;
use crate::words::outcome::Outcome;
use crate::words::supervision::Intensity;
use crate::words::task::{Missed, OnShutdown, Periodic, TaskSettings};
use crate::words::text::{MOST, bounded, shown};

use crate::run::record::metrics;
use crate::run::stop::cancelled::Cancelled;
use crate::run::stop::flags::Flag;
use crate::run::stop::pause::RunState;
use crate::run::task::kept::Course;
use crate::run::task::own_thread::drive_on_own_thread;
use crate::run::task::poll::{Drove, make_and_drive};
use crate::run::task::random::Random;
use crate::run::task::tree::End;
use crate::run::task::unit::{TaskUnit, Unit};
use crate::sys::panics;

/// How a task ended, and why.
struct Over {
    ending: Ending,
    cause: Cause,
    /// How the shutdown kept it from its own end, if it did.
    cut: Option<&'static str>,
}

/// What a shutdown did to a body that ran.
const DROPPED: &str = "the shutdown dropped it before its end";
const CANCELLED: &str = "the shutdown cancelled it before its end";
/// What it did to a task between two runs.
const NOT_BEGUN: &str = "the shutdown came before it had begun";
const NOT_AGAIN: &str = "the shutdown came before it was run again";

impl Over {
    fn told(ending: Ending) -> Self {
        Self { ending, cause: Cause::Told { returns: true }, cut: None }
    }

    fn cut(self, cut: Option<&'static str>) -> Self {
        Self { cut, ..self }
    }

    /// It does not come back, whether or not it was told to end.
    fn for_good(ending: Ending) -> Self {
        let told = matches!(ending.outcome, Outcome::Stopped | Outcome::Cancelled);
        Self { ending, cause: if told { Cause::Told { returns: false } } else { Cause::Own }, cut: None }
    }

    /// What is reported: a task may say that it has failed if it was cut.
    fn settled(self, settings: &TaskSettings) -> Ending {
        match self.cut.filter(|_| settings.on_shutdown() == Some(OnShutdown::Fail)) {
            Some(cut) => ending(Outcome::Failed, Some(cut.to_owned())),
            None => self.ending,
        }
    }
}

/// Runs a task to its end and reports it, even if it is aborted.
pub(crate) async fn run(task: TaskUnit, mut end: End) {
    // A thread cannot be dropped.
    end.leaks_when_dropped(task.settings.is_blocking());
    let mut course = task.kept.take(&task.settings);
    end.because(Cause::Told { returns: task.settings.is_periodic() || course.restarts.after(false).is_some() });
    let over = match task.settings.periodic() {
        // It was paused already, and runs again after a shutdown that was called off.
        _ if task.pause.is_requested() && !paused(&task).await => Over::told(ending(Outcome::Stopped, None)),
        Some(ticks) => periodic(&task, ticks, &mut course).await,
        None => once(&task, &mut course).await,
    };
    drop(course);
    end.because(over.cause);
    end.report(over.settled(&task.settings));
}

/// Runs the body until it is over for good; a group that is stopped and started begins anew.
async fn once(task: &TaskUnit, course: &mut Course) -> Over {
    let control = &task.control;
    let waits = Instant::now() < course.due;
    if waits && !wait_until(task, course.due, Flag::Draining).await && !paused(task).await {
        return Over::told(ending(Outcome::Stopped, None)).cut(Some(NOT_BEGUN));
    }
    loop {
        let began = Instant::now();
        let drove = run_body(task).await;
        let is_paused = task.pause.is_requested();
        // One whose group was stopped before was cut by that.
        let cut = how_cut(&drove).filter(|_| !is_paused);
        let end = ended(&task.unit, drove);
        if is_paused && paused(task).await {
            continue;
        }
        let policy = course.restarts.after(end.outcome.is_failure());
        if control.broadcast.has(Flag::Requested) {
            return if policy.is_some() || is_paused { Over::told(end) } else { Over::for_good(end) }.cut(cut);
        }
        let Some(policy) = policy else { return Over::for_good(end).cut(cut) };
        match end.outcome {
            Outcome::Cancelled => return Over::told(end).cut(cut),
            // Told by what was taken back meanwhile: that is no end to be counted.
            Outcome::Stopped if task.unit.flags.was_told() && control.broadcast.lower(&task.unit.flags) => continue,
            _ => {}
        }
        let now = Instant::now();
        let Some(delay) = course.restarts.next(&policy, now, now - began) else {
            return Over::for_good(too_often(task, end, policy.max_restarts));
        };
        if !back_off(task, &end, delay).await && !paused(task).await {
            return Over::told(ending(Outcome::Stopped, None)).cut(Some(NOT_AGAIN));
        }
    }
}

/// Pauses, if the task is to. `true`: it goes on, as if it had never been told to stop.
async fn paused(task: &TaskUnit) -> bool {
    let (pause, control) = (&task.pause, &task.control);
    if !pause.is_requested() || control.broadcast.has(Flag::Requested) {
        return false;
    }
    task.tree.drop_children();
    pause.set(RunState::Paused);
    loop {
        poll_fn(|context| {
            // To resume it is to wake its flags; the shutdown of the App raises one more of them.
            task.unit.flags.adopt(context.waker());
            let goes_on = !pause.is_requested() || control.broadcast.has(Flag::Requested);
            if goes_on { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        if !control.broadcast.lower(&task.unit.flags) {
            return false;
        }
        // It may have to pause still, if a shutdown was called off as soon as this heard of it.
        if !pause.is_requested() {
            pause.set(RunState::Running);
            return true;
        }
    }
}

/// What became of a body, of a task's or of a child's.
pub(crate) fn ended(unit: &Unit, drove: Drove<Result<(), BoxError>>) -> Ending {
    match drove {
        Drove::Done(Ok(())) if unit.flags.has(Flag::Requested) || unit.flags.was_told() => {
            ending(Outcome::Stopped, None)
        }
        Drove::Done(Ok(())) => ending(Outcome::Finished, None),
        Drove::Cancelled => ending(Outcome::Cancelled, None),
        Drove::Panicked(panic) => ending(Outcome::Panicked, Some(panic)),
        Drove::Done(Err(error)) if is_cancelled(error.as_ref()) => ending(Outcome::Stopped, None),
        Drove::Done(Err(error)) => ending(Outcome::Failed, Some(text_of(error))),
        Drove::TimedOut(bound) => ending(Outcome::Failed, Some(past(bound))),
    }
}

/// How the shutdown has kept a body from its own end, if it has.
fn how_cut(drove: &Drove<Result<(), BoxError>>) -> Option<&'static str> {
    match drove {
        Drove::Cancelled => Some(DROPPED),
        Drove::Done(Err(error)) if is_cancelled(error.as_ref()) => Some(CANCELLED),
        _ => None,
    }
}

/// Its body has said, by `?`, that it ended because it was told to.
fn is_cancelled(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut errors = std::iter::successors(Some(error), |error| error.source());
    errors.any(|error| error.is::<Cancelled>())
}

/// It has failed for good. One that came to its end too often has, too.
fn too_often(task: &TaskUnit, end: Ending, most: Intensity) -> Ending {
    if let Some(error) = &end.error {
        task.unit.pulse.run_failed(error.clone());
    }
    let Intensity { restarts, within } = most;
    let error = end.error.unwrap_or_else(|| "it came to its end".to_owned());
    let text = format!("{error} (not restarted again: {restarts} restarts within {} are the most)", show(within));
    let outcome = if end.outcome.is_failure() { end.outcome } else { Outcome::Failed };
    ending(outcome, Some(text))
}

/// `false`: shutdown was asked for meanwhile.
async fn back_off(task: &TaskUnit, end: &Ending, delay: Duration) -> bool {
    let error = end.error.as_deref().unwrap_or("it came to its end");
    tracing::warn!(target: "lifecycle", task = &*task.unit.name, error, ?delay, "a task ended; it is restarted");
    if let Some(error) = &end.error {
        task.unit.pulse.run_failed(error.clone());
    }
    metrics::restart(&task.unit.name);
    // What it spawned served the run that is over.
    task.tree.drop_children();
    task.unit.pulse.backs_off(task.control.now() + delay);
    let comes_back = wait_until(task, Instant::now() + delay, Flag::Requested).await;
    task.unit.pulse.is_back();
    comes_back
}

/// Ticks until *stop_new_work* begins; a run in progress then comes to its end, or is dropped in its turn.
async fn periodic(task: &TaskUnit, ticks: &Periodic, course: &mut Course) -> Over {
    let (Periodic { interval, jitter, missed, .. }, pause) = (*ticks, &task.pause);
    let mut random = Random::new();
    if !std::mem::replace(&mut course.is_new, false) {
        course.due = caught_up(course.due, Instant::now(), interval, missed);
    }
    let mut cut = None;
    loop {
        if !wait_until(task, course.due + random.part_of(jitter), Flag::Draining).await {
            if !paused(task).await {
                return Over::told(ending(Outcome::Stopped, None)).cut(cut);
            }
            course.due = caught_up(course.due, Instant::now(), interval, missed);
            continue;
        }
        let drove = run_body(task).await;
        cut = how_cut(&drove).filter(|_| !pause.is_requested());
        let end = ended(&task.unit, drove);
        match (end.outcome, end.error) {
            (Outcome::Cancelled, _) if pause.is_requested() => {}
            (Outcome::Cancelled, _) => return Over::told(ending(Outcome::Cancelled, None)).cut(cut),
            (_, Some(error)) => {
                tracing::warn!(target: "lifecycle", task = &*task.unit.name, error, "a run failed; the next tick comes");
                task.unit.pulse.run_failed(error);
            }
            (_, None) => task.unit.pulse.run_went_well(),
        }
        if !course.watch.look(task).await && !pause.is_requested() {
            return Over::told(ending(Outcome::Cancelled, None)).cut(cut);
        }
        course.due = caught_up(course.due + interval, Instant::now(), interval, missed);
    }
}

/// When the tick comes that was due then, if it can come at `now` at the earliest.
fn caught_up(due: Instant, now: Instant, interval: Duration, missed: Missed) -> Instant {
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

async fn run_body(task: &TaskUnit) -> Drove<Result<(), BoxError>> {
    let began = Instant::now();
    let drove = drive_body(task).await;
    metrics::run(&task.unit.name, !matches!(drove, Drove::Done(Ok(())) | Drove::Cancelled), began.elapsed());
    drove
}

async fn drive_body(task: &TaskUnit) -> Drove<Result<(), BoxError>> {
    task.unit.flags.run_begins();
    task.unit.pulse.run_begins();
    if !task.settings.is_blocking() {
        return make_and_drive(&task.unit, || (task.start)(), task.settings.timeout()).await;
    }
    match panics::catch(|| (task.start)()) {
        Ok(body) => {
            let drove = drive_on_own_thread(task.unit.name.to_string(), task.unit.share(), body).await;
            drove.unwrap_or_else(|error| Drove::Done(Err(format!("no thread for it: {error}").into())))
        }
        Err(panic) => Drove::Panicked(panic),
    }
}

/// `false`: the flag was raised first. Both due at once counts as that.
async fn wait_until(task: &TaskUnit, moment: Instant, flag: Flag) -> bool {
    let mut sleep = pin!(sleep_until(moment));
    poll_fn(|context| {
        task.unit.flags.adopt(context.waker());
        if task.unit.flags.has(flag) {
            return Poll::Ready(false);
        }
        sleep.as_mut().poll(context).map(|()| true)
    })
    .await
}

fn ending(outcome: Outcome, error: Option<String>) -> Ending {
    Ending { outcome, error }
}

pub(crate) fn past(bound: Duration) -> String {
    format!("it ran past its timeout of {}", show(bound))
}

/// What an error that is done with says. Its `Display` and its `Drop` are the user's code: a panic there must not end the
/// task that is about to report how the body ended.
pub(crate) fn text_of(error: BoxError) -> String {
    let text = panics::catch(|| describe(error.as_ref()));
    let dropped = panics::catch(|| drop(error));
    match (text, dropped) {
        (Ok(text), Ok(())) => text,
        (Ok(text), Err(panic)) => bounded(format!("{text} (and when it was dropped: {panic})")),
        (Err(panic), _) => bounded(format!("an error that cannot be shown: {panic}")),
    }
}

/// An error with its causes, on one line. No more of it is made than is kept.
pub(crate) fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = shown(error);
    let mut cause = error.source();
    while let Some(error) = cause.filter(|_| text.len() < MOST) {
        let next = shown(error);
        // Many errors print their cause themselves.
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    bounded(text)
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

    /// Regression: an error whose `Display` or `Drop` panics took the task with it, which then counted as aborted.
    #[test]
    fn an_error_that_panics_when_it_is_shown_or_dropped_is_still_told() {
        #[derive(Debug)]
        struct Bad {
            shows: bool,
        }
        impl std::fmt::Display for Bad {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                if self.shows { write!(f, "no disk") } else { panic!("cannot say") }
            }
        }
        impl std::error::Error for Bad {}
        impl Drop for Bad {
            fn drop(&mut self) {
                if self.shows {
                    panic!("cannot go");
                }
            }
        }
        let (cannot_show, cannot_drop) = (text_of(Bad { shows: false }.into()), text_of(Bad { shows: true }.into()));
        assert!(cannot_show.starts_with("an error that cannot be shown: panicked"), "{cannot_show}");
        assert!(cannot_drop.starts_with("no disk (and when it was dropped: panicked"), "{cannot_drop}");
    }
}
