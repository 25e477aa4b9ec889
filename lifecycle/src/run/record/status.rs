//! What an App is doing right now, as data: for probes.

use std::sync::Arc;

use crate::decide::Moment;
use crate::plan::Id;
use crate::plan::parts::{Part, Sort};
use crate::words::reason::State;
use crate::words::status::{ChildStatus, ServiceStatus, Status, StatusReport};

use crate::run::record::ledger::{Ledger, Record};
use crate::run::record::pulse::{Beat, Pulse};
use crate::run::record::report::{ReportBuilder, last_seen};
use crate::run::stop::pause::{Pause, RunState};

impl ReportBuilder {
    /// How far the App is. The request counts from the very moment at which it was made.
    pub(crate) fn status(&self) -> Status {
        match self.ledger.book().state {
            State::Stopping | State::Stopped | State::Failed => Status::Stopping,
            _ if self.control.request.is_made() => Status::Draining,
            State::Initializing | State::Starting => Status::Starting,
            State::Running => Status::Ready,
            State::Draining => Status::Draining,
        }
    }

    /// Whether a component of that name is not well. `None`: there is none of that name.
    #[cfg(feature = "axum")]
    pub(crate) fn is_degraded(&self, name: &str) -> Option<bool> {
        let id = self.ledger.plan.parts.iter().position(|part| part.name == name)?;
        let record = self.ledger.book().records[id].clone();
        Some(is_degraded(&self.ledger, id, &record))
    }

    /// All of it, but for the program's version.
    pub(crate) fn status_report(&self) -> StatusReport {
        let (control, ledger) = (&self.control, &self.ledger);
        let now = control.now();
        let records = ledger.book().records.clone();
        let services = ledger.plan.parts.iter().zip(&records).enumerate();
        let services =
            services.map(|(id, (part, record))| (part.name.clone(), service(ledger, id, part, record, now))).collect();
        let is_requested = control.request.is_made();
        let phase_time_left = control.phase_ends().map(|ends| ends.saturating_sub(now));
        StatusReport {
            status: self.status(),
            version: None,
            uptime: control.real_now(),
            in_flight_requests: control.requests.in_flight(),
            requests: control.requests.by_name().into_iter().collect(),
            oldest_request: control.requests.oldest(),
            services,
            reason: control.request.reason(),
            phase: control.phase(),
            phase_time_left: phase_time_left.filter(|_| is_requested),
            time_left: control.time_left().filter(|_| is_requested),
        }
    }
}

fn service(ledger: &Ledger, id: Id, part: &Part, record: &Record, now: Moment) -> ServiceStatus {
    let pulse = ledger.pulse(id);
    // What has ended stands nowhere any more, and what is open needs not.
    let beat = if record.is_busy() { ledger.look(id) } else { Beat::default() };
    let seen = last_seen(part.place, beat);
    let running = ledger.children(id);
    ServiceStatus {
        kind: part.kind(),
        state: state(pulse, ledger.pause(id), record),
        awaits: seen.awaits,
        waiting: seen.waiting,
        in_poll: seen.in_poll,
        in_poll_for: seen.in_poll_for,
        last_polled: seen.last_polled,
        woken_not_polled: seen.woken_not_polled,
        polls_since_asked: seen.polls_since_asked,
        children_running: running.len(),
        children: children(part, running),
        degraded: is_degraded(ledger, id, record),
        runs: pulse.runs(),
        failures: pulse.failures(),
        restarts: pulse.restarts(),
        next_try: pulse.next_try().map(|next| next.saturating_sub(now)),
        error: record.error.clone().or_else(|| pulse.last_error()),
        tags: part.tags.iter().map(|tag| tag.to_string()).collect(),
    }
}

/// Children that are told of one by one.
const MOST_CHILDREN: usize = 20;

/// Those that stand still for the longest time: a server has one for each connection.
fn children(part: &Part, mut running: Vec<(Arc<str>, Beat)>) -> Vec<ChildStatus> {
    let stands = |beat: &Beat| beat.waiting.or(beat.since_poll).unwrap_or_default();
    running.sort_by_key(|(_, beat)| std::cmp::Reverse(stands(beat)));
    running.truncate(MOST_CHILDREN);
    running.into_iter().map(|(name, beat)| ChildStatus::new(name.to_string(), last_seen(part.place, beat))).collect()
}

fn state(pulse: &Pulse, pause: &Pause, record: &Record) -> &'static str {
    match record.outcome {
        Some(outcome) => outcome.name(),
        None if pause.state() == RunState::Paused => "paused",
        None if pulse.next_try().is_some() => "backing off",
        None => record.doing.name(),
    }
}

fn is_degraded(ledger: &Ledger, id: Id, record: &Record) -> bool {
    let pulse = ledger.pulse(id);
    let is_failing = match &ledger.plan.parts[id].sort {
        Sort::Task(settings) if settings.monitor().is_some() => pulse.is_alarmed(),
        Sort::Task(_) => pulse.failures_in_a_row() > 0,
        _ => false,
    };
    is_failing || record.outcome.is_some_and(|outcome| outcome.is_failure())
}
