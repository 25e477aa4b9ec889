//! Reports for tests to begin with: all is clean, and each changes what it is about.

use std::time::Duration;

use super::super::component::Kind;
use super::super::outcome::{ExitCode, Outcome};
use super::super::place::Place;
use super::super::reason::{Reason, State};
use super::super::settings::Source;
use super::{ComponentReport, ShutdownReport, StartEnd, StartReport, TotalReport};

pub(crate) fn report(components: Vec<ComponentReport>) -> ShutdownReport {
    let total = TotalReport::new(Duration::from_secs(30), Duration::ZERO, Source::Default);
    let report = ShutdownReport::of_nothing(Reason::AllTasksEnded, State::Stopped, ExitCode::CLEAN, total);
    let start = StartReport::new(StartEnd::Completed, Duration::ZERO);
    ShutdownReport { components, start, ..report }
}

pub(crate) fn component(name: &str, kind: Kind, outcome: Outcome) -> ComponentReport {
    ComponentReport {
        name: name.to_owned(),
        kind,
        place: Place::new("src/it.rs", 1, 1),
        priority: 0,
        tags: Vec::new(),
        outcome: Some(outcome),
        state: outcome.name(),
        error: None,
        asked: Some(Duration::ZERO),
        ended: Some(Duration::ZERO),
        runs: 1,
        failures: 0,
        restarts: 0,
        last_seen: None,
        place_in_order: None,
        was_open: kind == Kind::Resource,
    }
}
