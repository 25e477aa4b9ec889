//! Runs a task: once, or once per tick. This is the only loop; it is compiled once, whatever the number of
//! tasks.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tracing::Level;

use crate::BoxError;
use crate::decide::{Cause, Ending};
use crate::words::duration::show;
use crate::words::outcome::Outcome;
use crate::words::supervision::Intensity;
use crate::words::task::Periodic;

use crate::run::record::metrics;
use crate::run::stop::flags::Flag;
use crate::run::stop::pause::RunState;
use crate::run::task::alarm;
use crate::run::task::end::End;
use crate::run::task::ending::{NOT_AGAIN, NOT_BEGUN, Over, ended, ending, how_cut};
use crate::run::task::kept::Course;
use crate::run::task::own_thread::OwnThread;
use crate::run::task::poll::{Drove, make_and_drive};
use crate::run::task::random::Random;
use crate::run::task::task_unit::TaskUnit;
use crate::run::task::ticks::caught_up;
use crate::sys::panics;
use crate::sys::repeats;

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
        let (end, cut) = run_body(task).await;
        let is_paused = task.pause.is_requested();
        // One whose group was stopped before was cut by that.
        let cut = cut.filter(|_| !is_paused);
        if is_paused && paused(task).await {
            continue;
        }
        let policy = course.restarts.after(end.outcome.is_failure());
        if control.has(Flag::Requested) {
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
            return Over::for_good(too_often(end, policy.max_restarts));
        };
        if !back_off(task, &end, delay).await && !paused(task).await {
            return Over::told(ending(Outcome::Stopped, None)).cut(Some(NOT_AGAIN));
        }
    }
}

/// Pauses, if the task is to. `true`: it goes on, as if it had never been told to stop.
async fn paused(task: &TaskUnit) -> bool {
    let (pause, control) = (&task.pause, &task.control);
    if !pause.is_requested() || control.has(Flag::Requested) {
        return false;
    }
    task.tree.drop_children();
    pause.set(RunState::Paused, control.calls());
    loop {
        poll_fn(|context| {
            // To resume it is to wake its flags; the shutdown of the App raises one more of them.
            task.unit.flags.adopt(context.waker());
            let goes_on = !pause.is_requested() || control.has(Flag::Requested);
            if goes_on { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        if !control.broadcast.lower(&task.unit.flags) {
            return false;
        }
        // It may have to pause still, if a shutdown was called off as soon as this heard of it.
        if !pause.is_requested() {
            pause.set(RunState::Running, control.calls());
            return true;
        }
    }
}

/// It has failed for good. One that came to its end too often has, too.
fn too_often(end: Ending, most: Intensity) -> Ending {
    let Intensity { restarts, within } = most;
    let error = end.error.unwrap_or_else(|| "it came to its end".to_owned());
    let text = format!("{error} (not restarted again: {restarts} restarts within {} are the most)", show(within));
    let outcome = if end.outcome.is_failure() { end.outcome } else { Outcome::Failed };
    ending(outcome, Some(text))
}

/// `false`: shutdown was asked for meanwhile.
async fn back_off(task: &TaskUnit, end: &Ending, delay: Duration) -> bool {
    let (name, error) = (task.unit.name.clone(), end.error.clone().unwrap_or_else(|| "it came to its end".to_owned()));
    let calls = task.control.calls();
    calls.event(Level::WARN, move |_| {
        tracing::warn!(target: "lifecycle", task = &*name, error, delay = %show(delay), "a task ended; it is restarted");
    });
    metrics::restart(calls, &task.unit.name);
    // What it spawned served the run that is over.
    task.tree.drop_children();
    task.unit.pulse.count(|counts| counts.backs_off(task.control.now() + delay));
    let comes_back = wait_until(task, Instant::now() + delay, Flag::Requested).await;
    task.unit.pulse.count(|counts| counts.next_try = None);
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
        let (end, how) = run_body(task).await;
        cut = how.filter(|_| !pause.is_requested());
        match (end.outcome, end.error) {
            (Outcome::Cancelled, _) if pause.is_requested() => {}
            (Outcome::Cancelled, _) => return Over::told(ending(Outcome::Cancelled, None)).cut(cut),
            (_, Some(error)) => tell_of_failure(task, error),
            (_, None) => {}
        }
        if !alarm::after_run(&mut course.watch, task).await && !pause.is_requested() {
            return Over::told(ending(Outcome::Cancelled, None)).cut(cut);
        }
        course.due = caught_up(course.due + interval, Instant::now(), interval, missed);
    }
}

/// The next tick comes. One that fails alike at each tick is told ever more seldom.
fn tell_of_failure(task: &TaskUnit, error: String) {
    let (name, alike) = (task.unit.name.clone(), task.unit.pulse.counts().failures_alike);
    if repeats::is_told(alike) {
        task.control.calls().event(Level::WARN, move |_| {
            tracing::warn!(target: "lifecycle", task = &*name, error, alike, "a run failed; the next tick comes");
        });
    } else {
        task.control.calls().event(Level::DEBUG, move |_| {
            tracing::debug!(target: "lifecycle", task = &*name, error, alike, "a run failed as the one before");
        });
    }
}

/// One run: how it ended, and how the shutdown has kept it from its own end, if it has. It is counted here, whatever
/// becomes of the task.
async fn run_body(task: &TaskUnit) -> (Ending, Option<&'static str>) {
    let began = Instant::now();
    let drove = drive_body(task).await;
    if matches!(drove, Drove::WaitsForInput) {
        task.tree.waits_for_input(None);
    }
    let cut = how_cut(&drove);
    let end = ended(&task.unit, drove);
    if end.outcome != Outcome::Cancelled {
        let failure = end.error.as_deref().filter(|_| end.outcome.is_failure());
        task.unit.pulse.count(|counts| counts.run_ended(failure));
    }
    metrics::run(task.control.calls(), &task.unit.name, end.outcome, began.elapsed());
    (end, cut)
}

async fn drive_body(task: &TaskUnit) -> Drove<Result<(), BoxError>> {
    task.unit.flags.run_begins();
    task.unit.pulse.run_begins();
    if !task.settings.is_blocking() {
        return make_and_drive(&task.unit, || (task.start)(), task.settings.timeout()).await;
    }
    match panics::catch(|| (task.start)()) {
        Ok(body) => match OwnThread::start(task.main_thread.as_ref(), task.unit.share(), body) {
            Ok(thread) => thread.end(&task.unit.flags).await,
            Err(error) => Drove::Done(Err(format!("no thread for it: {error}").into())),
        },
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
