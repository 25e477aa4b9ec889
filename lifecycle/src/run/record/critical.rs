//! The critical path: whose ends, one after the other, determined how long a shutdown took.

use std::time::Duration;

use crate::words::phase::Phase;
use crate::words::report::{ComponentReport, ShutdownReport};

/// What is shorter than this explains nothing.
const NOTEWORTHY: Duration = Duration::from_millis(1);

/// Walks back from the end: the one that ended last before the one that was being waited for, had begun to be
/// waited for. What no component accounts for is the wait of a phase for listeners or requests.
pub(super) fn critical_path(report: &ShutdownReport) -> Vec<String> {
    let mut path = Vec::new();
    let mut before = Duration::MAX;
    loop {
        let waited = |component: &&ComponentReport| {
            let (Some(asked), Some(ended)) = (component.asked, component.ended) else { return false };
            ended <= before && ended.saturating_sub(asked) >= NOTEWORTHY && !path.contains(&component.name)
        };
        let Some(last) = report.components.iter().filter(waited).max_by_key(|component| component.ended) else { break };
        path.push(last.name.clone());
        before = last.asked.unwrap_or_default();
        if before < NOTEWORTHY {
            break;
        }
    }
    path.extend(phase_waits(report, before));
    path.reverse();
    path
}

/// The phases that were over when what comes next in the path was asked to stop, the last one first. A path without
/// components is phases alone.
fn phase_waits(report: &ShutdownReport, before: Duration) -> Vec<String> {
    let mut waits = Vec::new();
    let mut end = Duration::ZERO;
    for phase in report.phases.iter().filter(|_| before >= NOTEWORTHY) {
        let Some(name) = waited_for(report, phase.phase) else { break };
        // What is asked at the end of a phase is asked a little later.
        end += phase.actual;
        if phase.actual >= NOTEWORTHY && end <= before {
            waits.insert(0, name.to_owned());
        }
    }
    waits
}

/// What a phase waits for beside components.
fn waited_for(report: &ShutdownReport, phase: Phase) -> Option<&'static str> {
    match phase {
        Phase::Announce => Some("announce"),
        Phase::StopNewWork => Some("listeners"),
        Phase::CompleteCurrent if report.requests.drained + report.requests.lost > 0 => Some("requests"),
        Phase::CompleteCurrent => Some("complete_current"),
        Phase::CancelTasks | Phase::ForceCleanup => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::component::Kind;
    use crate::words::outcome::Outcome;
    use crate::words::report::sample::{self, report};
    use crate::words::report::{PhaseEnd, PhaseReport};
    use crate::words::settings::Source;

    const MS: Duration = Duration::from_millis(1);

    fn component(name: &str, asked: u32, ended: u32) -> ComponentReport {
        let task = sample::component(name, Kind::Task, Outcome::Stopped);
        ComponentReport { asked: Some(asked * MS), ended: Some(ended * MS), ..task }
    }

    /// With phases that took so many milliseconds, *stop_new_work* first.
    fn stopped(phases: [u32; 4], lost: usize, components: Vec<ComponentReport>) -> Vec<String> {
        let mut report = report(components);
        report.requests.lost = lost;
        let phases = Phase::ALL[1..].iter().zip(phases);
        report.phases = phases
            .map(|(phase, took)| PhaseReport::new(*phase, 300 * MS, Source::Default, took * MS, PhaseEnd::Completed))
            .collect();
        critical_path(&report)
    }

    /// Regression: without a task that took its time as well, the requests were left out.
    #[test]
    fn requests_that_ran_out_of_time_are_the_path_though_nothing_waited_for_them() {
        assert_eq!(stopped([0, 300, 0, 0], 1, vec![component("quick", 300, 300)]), ["requests"]);
        assert_eq!(stopped([40, 300, 0, 0], 1, Vec::new()), ["listeners", "requests"]);
    }

    /// Regression: it had to be asked within a millisecond after the phase.
    #[test]
    fn what_was_asked_a_little_after_the_phase_has_waited_for_it() {
        assert_eq!(stopped([0, 300, 100, 0], 1, vec![component("slow", 304, 400)]), ["requests", "slow"]);
    }

    #[test]
    fn without_requests_none_is_in_the_path() {
        assert_eq!(stopped([0, 300, 0, 0], 0, Vec::new()), ["complete_current"]);
        let draw = component("draw", 0, 300);
        assert_eq!(stopped([0, 300, 0, 0], 0, vec![draw]), ["draw"]);
        assert_eq!(stopped([0, 0, 0, 0], 0, Vec::new()), [""; 0]);
    }
}
