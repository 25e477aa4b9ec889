//! Calls the actions of a monitor.

use std::time::Duration;

use tracing::Level;

use super::ending::{past, text_of};
use super::monitor::{Call, Watch};
use super::poll::{Drove, make_and_drive};
use super::task_unit::TaskUnit;
use super::unit::Start;

/// Bound on an action when the monitor has no `timeout` of its own: actions restart and reconnect things, which takes
/// longer than to look at them, and no tick comes meanwhile.
const ACTION: Duration = Duration::from_secs(30);

/// After a run: calls what is to be called. `false`: the task was cancelled meanwhile.
pub(super) async fn after_run(watch: &mut Watch, task: &TaskUnit) -> bool {
    let Some(call) = watch.after(task.unit.pulse.failures_in_a_row()) else { return true };
    task.unit.pulse.set_alarmed(watch.is_alarmed());
    let (action, name) = match call {
        Call::Failure => (&task.actions.failure, "on_failure"),
        Call::Recovery => (&task.actions.recovery, "on_recovery"),
    };
    let failures = task.unit.pulse.failures_in_a_row();
    let monitor = task.unit.name.clone();
    task.control.calls().event(Level::WARN, move |_| {
        tracing::warn!(target: "lifecycle", task = &*monitor, failures, call = name, "a monitor calls");
    });
    match action {
        Some(action) => act(task, action, name).await,
        None => true,
    }
}

/// Its own failure is told and no more: the monitor ticks on.
async fn act(task: &TaskUnit, action: &Start, name: &'static str) -> bool {
    let bound = task.settings.timeout().unwrap_or(ACTION);
    let error = match make_and_drive(&task.unit, || action(), Some(bound)).await {
        Drove::Done(Ok(())) => return true,
        Drove::Cancelled | Drove::WaitsForInput => return false,
        Drove::Done(Err(error)) => text_of(error),
        Drove::Panicked(panic) => panic,
        Drove::TimedOut(bound) => past(bound),
    };
    task.unit.pulse.note(format!("{name}: {error}"));
    let monitor = task.unit.name.clone();
    task.control.calls().event(Level::ERROR, move |_| {
        tracing::error!(target: "lifecycle", task = &*monitor, error, call = name, "the action of a monitor failed");
    });
    true
}
