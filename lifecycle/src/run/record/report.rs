//! Makes the report out of the ledger: at the end, or at the moment when the guard has to end the process.

use std::sync::Arc;
use std::time::Duration;

use crate::decide::{Moment, exit_code};
use crate::plan::Node;
use crate::words::component::Kind;
use crate::words::duration::show;
use crate::words::outcome::{ExitCode, Outcome};
use crate::words::phase::Phase;
use crate::words::place::{AwaitPlace, Place};
use crate::words::reason::{Reason, Signal, State};
use crate::words::report::{
    ComponentReport, LastSeen, NamedRequests, PhaseEnd, PhaseReport, RequestsReport, ShutdownReport, StartEnd,
    StartReport, TotalReport,
};

use crate::run::record::book::{Book, ChildRecord, Doing, Record};
use crate::run::record::critical::critical_path;
use crate::run::record::ledger::Ledger;
use crate::run::record::pulse::Beat;
use crate::run::record::view::View;
use crate::run::signals::Waker;
use crate::run::stop::control::Control;
use crate::run::work::gate::Busy;

/// Who gave what the report is made of.
#[derive(Clone, Debug)]
pub(crate) struct ReportBuilder {
    pub(crate) control: Arc<Control>,
    pub(crate) ledger: Arc<Ledger>,
}

impl ReportBuilder {
    /// How many of the runtime's workers are inside a poll of something that was left behind.
    pub(crate) fn blocked_workers(&self) -> usize {
        self.ledger.book().blocked_workers()
    }

    fn replaced_handlers(&self) -> impl Iterator<Item = String> {
        let replaced = self.control.deadline.signals().map(Waker::replaced).unwrap_or_default();
        replaced.into_iter().map(|replaced| replaced.to_string())
    }

    /// The report as things stand. The threads that were left behind are known only once the runtime has been
    /// shut down.
    pub(crate) fn report(&self, threads: &[Option<String>]) -> ShutdownReport {
        let requested = self.control.request.moment();
        // A paused clock runs ahead of the system's, a stopped one behind.
        let by_clock = requested.map(|requested| self.control.now().saturating_sub(requested));
        let actual = by_clock.max(self.control.request.age()).unwrap_or_default();
        let budget = &self.control.stage.budget;
        let book = self.ledger.book();
        let start = self.start(&book, requested);
        // A start is taken back with the reserve, and no more.
        let (planned, source) = match start.ended {
            StartEnd::Failed | StartEnd::Interrupted => (budget.reserve(), budget.share(Phase::ForceCleanup).source),
            _ => (budget.total, budget.source),
        };
        let mut components: Vec<ComponentReport> =
            (0..book.records.len()).map(|id| self.component(id, self.ledger.view(&book, id), requested)).collect();
        components.extend(book.children.iter().map(|child| self.child(child, requested)));
        let mut report = ShutdownReport {
            reason: self.control.request.reason().unwrap_or_else(|| self.why_stuck(&book)),
            called_off: self.control.request.called_off(),
            state: self.app_state(&book),
            start,
            // A paused clock runs ahead of the system's.
            uptime: self.control.real_now().max(self.control.now()),
            was_requested: requested.is_some(),
            exit_code: ExitCode::CLEAN,
            total: TotalReport::new(planned, actual, source),
            phases: phases(&book, self.control.now(), |phase| budget.share(phase)),
            critical_path: Vec::new(),
            components,
            requests: self.requests(&book),
            handles: book.handles.clone(),
            leaks: book.leaks.clone(),
            blocking_threads: 0,
            notes: notes(&book).chain(self.replaced_handlers()).collect(),
        };
        let (blocked, closed_badly) = (book.blocked_workers(), !book.bad_closes.is_empty());
        let beside = self.failures_beside_a_signal(&book, &report.reason, requested);
        drop(book);
        report.notes.extend(beside.iter().map(ToString::to_string));
        report.notes.extend(self.ledger.calls.notes());
        report.notes.extend(tight(&report.total, &report.phases));
        report.critical_path = critical_path(&report);
        left_behind(&mut report, threads, blocked);
        report.exit_code = exit_code::of(&report, closed_badly, |task| {
            let is_explained = beside.iter().any(|failure| failure.is_explained && failure.task == task.name);
            !is_explained && self.failure_counts(&task.name)
        });
        report
    }

    /// The report of a process that the guard has to end: what has not ended is left behind, and what is
    /// inside a poll is named.
    pub(crate) fn last_report(&self, exit_code: ExitCode, note: String) -> ShutdownReport {
        (0..self.ledger.plan.parts.len()).for_each(|id| self.ledger.seen(id));
        let mut report = self.report(&[]);
        let requested = self.control.request.moment();
        if requested.is_none() && exit_code == ExitCode::QUIT {
            report.reason = Reason::Signal { signal: Signal::Quit };
        }
        for (owner, name, beat) in self.ledger.running_children() {
            let record = Record { doing: Doing::Running, seen: Some(beat), ..Record::default() };
            report.components.push(self.child(&ChildRecord { owner, name, record, thread: None }, requested));
        }
        report.exit_code = exit_code;
        report.notes.push(note);
        for component in &mut report.components {
            let Some(seen) = component.last_seen.as_ref().filter(|seen| seen.blocks()) else { continue };
            if component.outcome.is_none() {
                component.outcome = Some(Outcome::Leaked);
                component.state = Outcome::Leaked.name();
                let time = seen.in_poll_for.map_or_else(String::new, |time| format!(" for {}", show(time)));
                report.notes.push(format!(
                    "{} `{}` ({}) blocks its thread: it has been inside one poll{time}",
                    component.kind, component.name, component.place
                ));
            }
        }
        report
    }

    /// How the start went, and how long it took.
    fn start(&self, book: &Book, requested: Option<Moment>) -> StartReport {
        if let Some(started) = book.started {
            return StartReport::new(StartEnd::Completed, started);
        }
        match (requested, self.control.request.reason()) {
            (Some(requested), _) if book.state == State::Failed => StartReport::new(StartEnd::Failed, requested),
            (Some(requested), Some(Reason::StartFailed { .. })) => StartReport::new(StartEnd::Failed, requested),
            (Some(requested), _) => StartReport::new(StartEnd::Interrupted, requested),
            (None, _) => StartReport::new(StartEnd::Unfinished, self.control.real_now()),
        }
    }

    /// Why the guard ends a process that was never asked to shut down: its start does not come to its end.
    fn why_stuck(&self, book: &Book) -> Reason {
        let opening = book.records.iter().position(|record| record.doing == Doing::Opening && record.outcome.is_none());
        let error = "the process was ended while it opened: the runtime did not answer".to_owned();
        match opening {
            Some(id) => Reason::StartFailed { resource: self.ledger.plan.parts[id].name.clone(), error },
            None => Reason::AllTasksEnded,
        }
    }

    /// Lost is what was cut off, or what is still there where nothing was cut off yet.
    fn requests(&self, book: &Book) -> RequestsReport {
        let requests = &self.control.requests;
        let (in_flight, refused) = (requests.by_name(), requests.refused_by_name());
        let cut: Vec<_> = book.requests_cut.iter().map(|busy| (busy.name, busy.count)).collect();
        let mut names: Vec<&'static str> = Vec::new();
        for (name, _) in book.in_flight_at_drain.iter().chain(&cut).chain(&in_flight).chain(&refused) {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let by_name = names.into_iter().map(|name| {
            let lost = count_of(&cut, name).max(count_of(&in_flight, name));
            NamedRequests {
                name,
                drained: count_of(&book.in_flight_at_drain, name).saturating_sub(lost),
                lost,
                refused: count_of(&refused, name).saturating_sub(count_of(&book.refused_before, name)) as u64,
            }
        });
        let by_name: Vec<_> = by_name.filter(|of| of.drained + of.lost > 0 || of.refused > 0).collect();
        let lost = by_name.iter().map(|of| of.lost).sum();
        let oldest = Busy::oldest(&book.requests_cut).map(|busy| busy.oldest_request());
        RequestsReport {
            drained: by_name.iter().map(|of| of.drained).sum(),
            lost,
            refused: by_name.iter().map(|of| of.refused).sum(),
            oldest: oldest.or_else(|| requests.oldest()).filter(|_| lost > 0),
            by_name,
        }
    }

    fn failure_counts(&self, name: &str) -> bool {
        let plan = &self.ledger.plan;
        plan.parts.iter().zip(&plan.nodes).any(|(part, node)| match node {
            Node::Task(task) => part.name == name && task.failure_counts,
            _ => false,
        })
    }

    fn component(&self, id: usize, view: View, requested: Option<Moment>) -> ComponentReport {
        let part = &self.ledger.plan.parts[id];
        let error = view.error().map(str::to_owned);
        let View { record, counts, state, .. } = view;
        ComponentReport {
            name: part.name.clone(),
            kind: part.kind(),
            place: part.place,
            priority: part.priority,
            tags: part.tags.to_vec(),
            outcome: record.outcome,
            state,
            error,
            asked: since(record.asked, requested),
            ended: since(record.ended, requested),
            runs: counts.runs,
            failures: counts.failures,
            restarts: counts.restarts,
            last_seen: record.seen.map(|beat| last_seen(part.place, beat)),
            place_in_order: record.place_in_order,
            was_open: record.was_open,
        }
    }

    fn child(&self, child: &ChildRecord, requested: Option<Moment>) -> ComponentReport {
        let part = &self.ledger.plan.parts[child.owner];
        ComponentReport {
            name: format!("{}/{}", part.name, child.name),
            kind: Kind::Child,
            place: part.place,
            priority: part.priority,
            tags: part.tags.to_vec(),
            outcome: child.record.outcome,
            state: child.record.outcome.map_or(child.record.doing.name(), Outcome::name),
            error: child.record.error.clone(),
            asked: since(child.record.asked, requested),
            ended: since(child.record.ended, requested),
            runs: 1,
            failures: u64::from(child.record.outcome.is_some_and(Outcome::is_failure)),
            restarts: 0,
            last_seen: child.record.seen.map(|beat| last_seen(part.place, beat)),
            place_in_order: child.record.place_in_order,
            was_open: false,
        }
    }
}

/// A component inside a poll holds a thread of the runtime as well: that one is told of already.
fn left_behind(report: &mut ShutdownReport, threads: &[Option<String>], blocked: usize) {
    report.blocking_threads = threads.len().saturating_sub(blocked);
    let mut starters: Vec<&str> = threads.iter().flatten().map(String::as_str).collect();
    starters.sort_unstable();
    for starter in starters {
        report.notes.push(format!("a blocking thread that `{starter}` started still runs"));
    }
}

/// Of many blocks at one place, one is told.
fn distinct(places: impl IntoIterator<Item = Option<AwaitPlace>>) -> Vec<AwaitPlace> {
    let mut distinct = Vec::new();
    for place in places.into_iter().flatten() {
        if !distinct.contains(&place) {
            distinct.push(place);
        }
    }
    distinct
}

fn count_of(counts: &[(&'static str, usize)], name: &str) -> usize {
    counts.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count)
}

/// A look in the words of reports.
pub(super) fn last_seen(place: Place, beat: Beat) -> LastSeen {
    LastSeen {
        place,
        in_poll: beat.in_poll,
        in_poll_for: beat.since_poll.filter(|_| beat.in_poll),
        waiting: beat.waiting,
        last_polled: beat.since_poll.filter(|_| !beat.in_poll),
        woken_not_polled: beat.unheard,
        on_own_thread: beat.on_own_thread,
        polls: beat.polls,
        polls_since_asked: beat.polls_since_asked,
        awaits: beat.awaits.into_iter().flatten().collect(),
        branches: distinct(beat.branches),
        more_branches: beat.more_branches,
    }
}

/// `None` for what happened before the request.
fn since(moment: Option<Moment>, requested: Option<Moment>) -> Option<Duration> {
    moment?.checked_sub(requested?)
}

fn phases(book: &Book, now: Moment, share: impl Fn(Phase) -> crate::words::settings::Share) -> Vec<PhaseReport> {
    let row = |row: &crate::run::record::book::PhaseRow| {
        let (ended, end) = row.ended.unwrap_or((now, PhaseEnd::Unfinished));
        let share = share(row.phase);
        PhaseReport::new(row.phase, share.planned, share.source, ended.saturating_sub(row.began), end)
    };
    book.phases.iter().map(row).collect()
}

fn notes(book: &Book) -> impl Iterator<Item = String> {
    let cut = book.requests_cut.iter().map(|busy| format!("requests lost: {} of `{}`", busy.count, busy.name));
    let left_out = book.children_left_out;
    let left_out = (left_out > 0).then(|| format!("{left_out} more children ended during the shutdown"));
    let waiting = book.waiting_for_input.iter();
    let waiting = waiting.map(|name| format!("`{name}` was left waiting for input from stdin, which nothing can end"));
    let last = (!book.closed_last.is_empty())
        .then(|| format!("closed without the runtime, at the last moment: `{}`", book.closed_last.join("`, `")));
    let cut = cut.chain(book.cut.clone());
    cut.chain(left_out).chain(waiting).chain(last).chain(book.leaks_note.clone()).chain(book.bad_closes.clone())
}

/// A budget that was used up to this part will be too short one day.
const NEARLY: f64 = 0.8;

/// What was nearly not enough. (What was not enough at all stands in the table.)
fn tight(total: &TotalReport, phases: &[PhaseReport]) -> Vec<String> {
    let part = |actual: Duration, planned: Duration| actual.as_secs_f64() / planned.as_secs_f64().max(f64::EPSILON);
    let is_tight = |phase: &&PhaseReport| {
        let waits = phase.phase != Phase::Announce && phase.ended == PhaseEnd::Completed;
        waits && (NEARLY..=1.0).contains(&part(phase.actual, phase.planned))
    };
    let mut notes: Vec<String> = phases
        .iter()
        .filter(is_tight)
        .map(|phase| {
            let percent = part(phase.actual, phase.planned) * 100.0;
            format!("{} used {percent:.0} % of its {}; give it more time", phase.phase, show(phase.planned))
        })
        .collect();
    if (NEARLY..=1.0).contains(&part(total.actual, total.planned)) {
        let percent = part(total.actual, total.planned) * 100.0;
        let planned = show(total.planned);
        notes.push(format!("the shutdown used {percent:.0} % of its {planned}; give it more time, or its phases less"));
    }
    notes
}
