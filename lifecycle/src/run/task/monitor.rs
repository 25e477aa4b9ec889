//! A monitor: too many failed ticks in a row call its action, once; the next good one calls the other.

use std::time::Duration;

use crate::run::task::poll::{Drove, make_and_drive};
use crate::run::task::runner::{past, text_of};
use crate::run::task::unit::{Start, TaskUnit};

/// Bound on an action when the monitor has no `timeout` of its own: actions restart and reconnect things, which takes
/// longer than to look at them, and no tick comes meanwhile.
const ACTION: Duration = Duration::from_secs(30);

/// What a monitor has seen so far.
#[derive(Debug)]
pub(crate) struct Watch {
    threshold: Option<u32>,
    /// From the call of the one action to that of the other.
    episode: bool,
}

/// What is to be called.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    Failure,
    Recovery,
}

impl Watch {
    pub(crate) fn new(threshold: Option<u32>) -> Self {
        Self { threshold, episode: false }
    }

    /// After a run: calls what is to be called. `false`: the task was cancelled meanwhile.
    pub(crate) async fn look(&mut self, task: &TaskUnit) -> bool {
        let Some(call) = self.after(task.unit.pulse.failures_in_a_row()) else { return true };
        task.unit.pulse.set_alarmed(self.episode);
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

    fn after(&mut self, failures_in_a_row: u64) -> Option<Call> {
        let too_many = failures_in_a_row >= u64::from(self.threshold?);
        match (self.episode, too_many, failures_in_a_row) {
            (false, true, _) => {
                self.episode = true;
                Some(Call::Failure)
            }
            (true, _, 0) => {
                self.episode = false;
                Some(Call::Recovery)
            }
            _ => None,
        }
    }
}

/// Its own failure is told and no more: the monitor ticks on.
async fn act(task: &TaskUnit, action: &Start, name: &str) -> bool {
    let bound = task.settings.timeout().unwrap_or(ACTION);
    let error = match make_and_drive(&task.unit, || action(), Some(bound)).await {
        Drove::Done(Ok(())) => return true,
        Drove::Cancelled => return false,
        Drove::Done(Err(error)) => text_of(error),
        Drove::Panicked(panic) => panic,
        Drove::TimedOut(bound) => past(bound),
    };
    tracing::error!(target: "lifecycle", task = &*task.unit.name, error, call = name, "the action of a monitor failed");
    task.unit.pulse.note(format!("{name}: {error}"));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_calls_once_per_episode() {
        let mut watch = Watch::new(Some(3));
        let calls: Vec<_> = [1, 2, 3, 4, 5, 0, 0, 1, 0, 1, 2, 3, 0].map(|row| watch.after(row)).into();
        let expected = [(2, Call::Failure), (5, Call::Recovery), (11, Call::Failure), (12, Call::Recovery)];
        for (at, call) in calls.iter().enumerate() {
            let wanted = expected.iter().find(|(when, _)| *when == at).map(|(_, call)| *call);
            assert_eq!(*call, wanted, "at {at}");
        }
    }

    #[test]
    fn without_a_threshold_it_calls_nothing() {
        let mut watch = Watch::new(None);
        assert!((0..10).all(|failures| watch.after(failures).is_none()));
    }
}
