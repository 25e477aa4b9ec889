//! What an App is doing right now, as data: for probes.

use std::sync::Arc;

use crate::decide::Moment;
use crate::plan::Id;
use crate::plan::parts::Part;
use crate::words::reason::State;
use crate::words::status::{ChildStatus, ServiceStatus, Status, StatusReport};

use crate::run::record::ledger::Ledger;
use crate::run::record::pulse::Beat;
use crate::run::record::report::{ReportBuilder, last_seen};
use crate::run::record::view::View;

impl ReportBuilder {
    /// How far the App is. A request counts from the very moment at which it was made.
    #[cfg(feature = "axum")]
    pub(crate) fn status(&self) -> Status {
        status_of(self.app_state(&self.ledger.book()))
    }

    /// Whether all tasks run, or have run.
    #[cfg(feature = "axum")]
    pub(crate) fn has_started(&self) -> bool {
        self.ledger.book().started.is_some()
    }

    /// Whether a component of that name is not well. `None`: there is none of that name.
    #[cfg(feature = "axum")]
    pub(crate) fn is_degraded(&self, name: &str) -> Option<bool> {
        let id = self.ledger.plan.parts.iter().position(|part| part.name == name)?;
        let view = self.ledger.view(&self.ledger.book(), id);
        Some(self.ledger.is_degraded(id, &view))
    }

    /// All of it, but for the program's version.
    pub(crate) fn status_report(&self) -> StatusReport {
        let (control, ledger) = (&self.control, &self.ledger);
        let now = control.now();
        let (state, views) = self.views();
        let services = ledger.plan.parts.iter().zip(views).enumerate();
        let services =
            services.map(|(id, (part, view))| (part.name.clone(), service(ledger, id, part, view, now))).collect();
        // Once it is over no phase runs, and no time is left or missing.
        let goes_on = control.request.is_made() && !state.is_over();
        let phase_time_left = control.phase_ends().map(|ends| ends.saturating_sub(now));
        StatusReport {
            status: status_of(state),
            version: None,
            uptime: control.real_now(),
            in_flight_requests: control.requests.in_flight(),
            requests: control.requests.by_name().into_iter().collect(),
            oldest_request: control.requests.oldest(),
            services,
            reason: control.request.reason(),
            phase: control.phase().filter(|_| goes_on),
            phase_time_left: phase_time_left.filter(|_| goes_on),
            time_left: control.time_left().filter(|_| goes_on),
        }
    }
}

fn status_of(state: State) -> Status {
    match state {
        State::Initializing | State::Starting => Status::Starting,
        State::Running => Status::Ready,
        State::Draining => Status::Draining,
        State::Stopping => Status::Stopping,
        State::Stopped | State::Failed => Status::Stopped,
    }
}

fn service(ledger: &Ledger, id: Id, part: &Part, view: View, now: Moment) -> ServiceStatus {
    let degraded = ledger.is_degraded(id, &view);
    let error = view.error().map(str::to_owned);
    // What has ended stands nowhere any more, and what is open needs not.
    let seen = last_seen(part.place, view.beat.unwrap_or_default());
    let running = ledger.children(id);
    let counts = view.counts;
    ServiceStatus {
        kind: part.kind(),
        state: view.state,
        awaits: seen.awaits,
        branches: seen.branches,
        waiting: seen.waiting,
        in_poll: seen.in_poll,
        in_poll_for: seen.in_poll_for,
        last_polled: seen.last_polled,
        woken_not_polled: seen.woken_not_polled,
        polls_since_asked: seen.polls_since_asked,
        children_running: running.len(),
        children: children(part, running),
        degraded,
        runs: counts.runs,
        failures: counts.failures,
        restarts: counts.restarts,
        next_try: counts.next_try.map(|next| next.saturating_sub(now)),
        error,
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
