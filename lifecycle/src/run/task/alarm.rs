//! Calls the actions of a monitor.

use std::time::Duration;

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
    tracing::warn!(target: "lifecycle", task = &*task.unit.name, failures, call = name, "a monitor calls");
    match action {
        Some(action) => act(task, action, name).await,
        None => true,
    }
}

/// Its own failure is told and no more: the monitor ticks on.
async fn act(task: &TaskUnit, action: &Start, name: &str) -> bool {
    let bound = task.settings.timeout().unwrap_or(ACTION);
    let error = match make_and_drive(&task.unit, || action(), Some(bound)).await {
        Drove::Done(Ok(())) => return true,
        Drove::Cancelled | Drove::WaitsForInput => return false,
        Drove::Done(Err(error)) => text_of(error),
        Drove::Panicked(panic) => panic,
        Drove::TimedOut(bound) => past(bound),
    };
    tracing::error!(target: "lifecycle", task = &*task.unit.name, error, call = name, "the action of a monitor failed");
    task.unit.pulse.note(format!("{name}: {error}"));
    true
}
