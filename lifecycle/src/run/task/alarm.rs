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
    let (call, failures) = task.unit.pulse.count(|counts| {
        let call = watch.after(counts.failures_in_a_row);
        counts.is_alarmed = watch.is_alarmed();
        (call, counts.failures_in_a_row)
    });
    let name = task.unit.name.clone();
    match call {
        None => true,
        Some(Call::Failure) => {
            task.control.calls().event(Level::WARN, move |_| {
                tracing::warn!(target: "lifecycle", task = &*name, failures, "a monitor is alarmed: its runs failed");
            });
            act(task, task.actions.failure.as_ref(), "on_failure").await
        }
        Some(Call::Recovery) => {
            task.control.calls().event(Level::INFO, move |_| {
                tracing::info!(target: "lifecycle", task = &*name, "a monitor is well again");
            });
            act(task, task.actions.recovery.as_ref(), "on_recovery").await
        }
    }
}

/// Its own failure is told and no more: the monitor ticks on.
async fn act(task: &TaskUnit, action: Option<&Start>, name: &'static str) -> bool {
    let Some(action) = action else { return true };
    let monitor = task.unit.name.clone();
    task.control.calls().event(Level::DEBUG, move |_| {
        tracing::debug!(target: "lifecycle", task = &*monitor, call = name, "a monitor calls");
    });
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
