//! What is measured, for exporters of the `metrics` facade: the one place where names and labels stand. They are told
//! in `docs/metrics.md`. No recorder is called here: that is left to [`Calls`]. Without the feature every function is empty.

use std::time::Duration;

use crate::run::calls::Calls;
use crate::words::component::Kind;
use crate::words::outcome::Outcome;
use crate::words::phase::Phase;

#[cfg(feature = "metrics")]
mod on {
    use std::sync::{Arc, Once};

    use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

    use super::{Calls, Duration, Kind, Outcome, Phase};

    /// Tells exporters what the names mean. Once for a process: a recorder that is set later has missed it, and goes by
    /// the names alone.
    pub(crate) fn describe(calls: &Calls) {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| calls.measure(describe_all));
    }

    fn describe_all() {
        describe_gauge!(
            "lifecycle_component_state",
            "1 for the state that a component is in, 0 for those that it was in"
        );
        describe_counter!("lifecycle_task_runs_total", "Runs of a task's body that ended");
        describe_histogram!("lifecycle_task_run_seconds", Unit::Seconds, "How long runs of a task's body took");
        describe_counter!("lifecycle_task_restarts_total", "How often a task was restarted after its end");
        describe_gauge!("lifecycle_requests_in_flight", "Requests in flight, by name");
        describe_histogram!("lifecycle_shutdown_phase_seconds", Unit::Seconds, "How long a phase of shutdown took");
        describe_histogram!("lifecycle_shutdown_seconds", Unit::Seconds, "How long a shutdown took");
        describe_counter!("lifecycle_shutdowns_called_off_total", "Shutdowns that were called off");
        describe_counter!("lifecycle_requests_lost_total", "Requests that were cut off by a shutdown");
    }

    pub(crate) fn component(calls: &Calls, kind: Kind, name: &str, before: &'static str, now: &'static str) {
        let name = name.to_owned();
        calls.measure(move || {
            for (state, value) in [(before, 0.0), (now, 1.0)] {
                let name = name.clone();
                gauge!("lifecycle_component_state", "component" => name, "kind" => kind.name(), "state" => state)
                    .set(value);
            }
        });
    }

    pub(crate) fn run(calls: &Calls, task: &Arc<str>, outcome: Outcome, took: Duration) {
        let result = match outcome {
            Outcome::Cancelled => "cancelled",
            outcome if outcome.is_failure() => "failed",
            _ => "ok",
        };
        let task = task.clone();
        calls.measure(move || {
            counter!("lifecycle_task_runs_total", "task" => task.clone(), "result" => result).increment(1);
            histogram!("lifecycle_task_run_seconds", "task" => task).record(took);
        });
    }

    pub(crate) fn restart(calls: &Calls, task: &Arc<str>) {
        let task = task.clone();
        calls.measure(move || counter!("lifecycle_task_restarts_total", "task" => task).increment(1));
    }

    pub(crate) fn in_flight(calls: &Calls, requests: Vec<(&'static str, usize)>) {
        if requests.is_empty() {
            return;
        }
        calls.measure(move || {
            for (name, count) in requests {
                gauge!("lifecycle_requests_in_flight", "name" => name).set(count as f64);
            }
        });
    }

    pub(crate) fn phase(calls: &Calls, phase: Phase, end: &'static str, took: Duration) {
        calls.measure(move || {
            histogram!("lifecycle_shutdown_phase_seconds", "phase" => phase.name(), "end" => end).record(took);
        });
    }

    pub(crate) fn called_off(calls: &Calls) {
        calls.measure(|| counter!("lifecycle_shutdowns_called_off_total").increment(1));
    }

    pub(crate) fn shutdown(calls: &Calls, exit_code: u8, lost: usize, took: Duration) {
        calls.measure(move || {
            histogram!("lifecycle_shutdown_seconds", "exit_code" => exit_code.to_string()).record(took);
            counter!("lifecycle_requests_lost_total").increment(lost as u64);
        });
    }
}

#[cfg(feature = "metrics")]
pub(crate) use on::*;

#[cfg(not(feature = "metrics"))]
pub(crate) use off::*;

#[cfg(not(feature = "metrics"))]
mod off {
    use std::sync::Arc;

    use super::{Calls, Duration, Kind, Outcome, Phase};

    #[inline]
    pub(crate) fn describe(_: &Calls) {}

    #[inline]
    pub(crate) fn component(_: &Calls, _: Kind, _: &str, _: &'static str, _: &'static str) {}

    #[inline]
    pub(crate) fn run(_: &Calls, _: &Arc<str>, _: Outcome, _: Duration) {}

    #[inline]
    pub(crate) fn restart(_: &Calls, _: &Arc<str>) {}

    #[inline]
    pub(crate) fn in_flight(_: &Calls, _: Vec<(&'static str, usize)>) {}

    #[inline]
    pub(crate) fn phase(_: &Calls, _: Phase, _: &'static str, _: Duration) {}

    #[inline]
    pub(crate) fn called_off(_: &Calls) {}

    #[inline]
    pub(crate) fn shutdown(_: &Calls, _: u8, _: usize, _: Duration) {}
}
