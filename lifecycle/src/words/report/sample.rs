//! Reports for tests to begin with: all is clean, and each changes what it is about.

use std::time::Duration;

use super::super::component::Kind;
use super::super::outcome::{ExitCode, Outcome};
use super::super::place::Place;
use super::super::reason::{Reason, State};
use super::super::settings::Source;
use super::{ComponentReport, RequestsReport, ShutdownReport, TotalReport};

pub(crate) fn report(components: Vec<ComponentReport>) -> ShutdownReport {
    ShutdownReport {
        reason: Reason::AllTasksEnded,
        called_off: 0,
        state: State::Stopped,
        exit_code: ExitCode::CLEAN,
        total: TotalReport::new(Duration::from_secs(30), Duration::ZERO, Source::Default),
        phases: Vec::new(),
        components,
        requests: RequestsReport::default(),
        handles: Vec::new(),
        leaks: Vec::new(),
        blocking_threads: 0,
        critical_path: Vec::new(),
        notes: Vec::new(),
    }
}

pub(crate) fn component(name: &str, kind: Kind, outcome: Outcome) -> ComponentReport {
    ComponentReport {
        name: name.to_owned(),
        kind,
        place: Place::new("src/it.rs", 1, 1),
        priority: 0,
        tags: Vec::new(),
        outcome: Some(outcome),
        error: None,
        asked: Some(Duration::ZERO),
        ended: Some(Duration::ZERO),
        runs: 1,
        failures: 0,
        restarts: 0,
        last_seen: None,
        place_in_order: None,
    }
}
