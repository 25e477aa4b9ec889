//! What has happened so far. Written as it happens, so that the guard can tell it at any moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};

use crate::decide::{Ending, Moment};
use crate::plan::parts::Part;
use crate::plan::{Id, Plan};
use crate::sys::locks::lock;
use crate::words::outcome::Outcome;
use crate::words::phase::Phase;
use crate::words::reason::State;
use crate::words::report::{HandleReport, PhaseEnd};

use crate::run::calls::Calls;
use crate::run::record::book::{Book, Doing, PhaseRow, Record};
use crate::run::record::metrics;
use crate::run::record::pulse::{Beat, Pulse};
use crate::run::stop::clock::Clock;
use crate::run::stop::flags::Flags;
use crate::run::stop::pause::Pause;

/// The children of one component. The ledger asks for them and does not own them: what runs refers to the ledger, so a
/// reference back would keep both for ever.
pub(crate) trait Children: std::fmt::Debug + Send + Sync {
    /// Those that have not ended, by name.
    fn running(&self) -> Vec<(Arc<str>, Beat)>;
}

#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) plan: Arc<Plan>,
    pub(crate) calls: Arc<Calls>,
    pulses: Vec<Arc<Pulse>>,
    pauses: Vec<Arc<Pause>>,
    flags: Vec<Arc<Flags>>,
    children: OnceLock<Vec<Weak<dyn Children>>>,
    book: Mutex<Book>,
}

impl Ledger {
    /// `flags`: what each component hears.
    pub(crate) fn new(plan: Arc<Plan>, flags: Vec<Arc<Flags>>, clock: &Arc<Clock>, calls: Arc<Calls>) -> Arc<Self> {
        let count = plan.parts.len();
        let book = Book {
            state: State::Initializing,
            started: None,
            records: vec![Record::default(); count],
            children: Vec::new(),
            children_left_out: 0,
            phases: Vec::new(),
            handles: Vec::new(),
            leaks: Vec::new(),
            leaks_note: None,
            bad_closes: Vec::new(),
            closed_last: Vec::new(),
            waiting_for_input: Vec::new(),
            in_flight_at_drain: Vec::new(),
            refused_before: Vec::new(),
            cut: Vec::new(),
            requests_cut: Vec::new(),
            seen_children: HashMap::new(),
            ends: 0,
        };
        let pulse = |part: &Part| Arc::new(Pulse::new(part.name.as_str().into(), clock.clone()));
        let pulses = plan.parts.iter().map(pulse).collect();
        let pauses = (0..count).map(|_| Arc::default()).collect();
        Arc::new(Self { plan, calls, pulses, pauses, flags, children: OnceLock::new(), book: Mutex::new(book) })
    }

    /// No user code runs under this lock, so it is held for a short time only.
    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        lock(&self.book)
    }

    pub(crate) fn pulse(&self, id: Id) -> &Arc<Pulse> {
        &self.pulses[id]
    }

    pub(crate) fn pause(&self, id: Id) -> &Arc<Pause> {
        &self.pauses[id]
    }

    pub(crate) fn flags(&self, id: Id) -> &Arc<Flags> {
        &self.flags[id]
    }

    /// Where each component's children are found, in the order of the plan. The first call counts.
    pub(crate) fn set_children(&self, children: Vec<Weak<dyn Children>>) {
        let _ = self.children.set(children);
    }

    /// A component's children that have not ended.
    pub(crate) fn children(&self, id: Id) -> Vec<(Arc<str>, Beat)> {
        let children = self.children.get().and_then(|children| children[id].upgrade());
        children.map_or_else(Vec::new, |children| children.running())
    }

    /// Children that have not ended, with the component to which they belong.
    pub(crate) fn running_children(&self) -> Vec<(Id, Arc<str>, Beat)> {
        let of = |id: Id| self.children(id).into_iter().map(move |(name, beat)| (id, name, beat));
        (0..self.plan.parts.len()).flat_map(of).collect()
    }

    /// What was left behind and is inside a poll even now, on whatever thread, by name.
    pub(crate) fn left_in_poll(&self) -> Vec<String> {
        let left = |id: &Id| self.book().records[*id].outcome == Some(Outcome::Leaked) && self.look(*id).in_poll;
        let name = |id: Id| self.plan.parts[id].name.clone();
        let mut names: Vec<String> = (0..self.plan.parts.len()).filter(left).map(name).collect();
        let children = self.running_children().into_iter().filter(|(_, _, beat)| beat.in_poll);
        names.extend(children.map(|(owner, child, _)| format!("{}/{child}", name(owner))));
        names
    }

    pub(crate) fn set_state(&self, state: State) {
        self.book().state = state;
    }

    /// All is open, and the tasks begin.
    pub(crate) fn started(&self, now: Moment) {
        self.book().started = Some(now);
    }

    pub(crate) fn doing(&self, id: Id, doing: Doing) {
        let before = std::mem::replace(&mut self.book().records[id].doing, doing);
        self.measure(id, before.name(), doing.name());
    }

    /// A resource is open from now on. One that was given up meanwhile stays left behind.
    pub(crate) fn opened(&self, id: Id) {
        let mut book = self.book();
        let record = &mut book.records[id];
        if record.outcome.is_some() || record.doing != Doing::Opening {
            return;
        }
        (record.doing, record.was_open) = (Doing::Open, true);
        // It was to be dropped, and was done first.
        record.seen = None;
        drop(book);
        self.measure(id, Doing::Opening.name(), Doing::Open.name());
    }

    /// The same of one that was opened while the App ran, whatever was noted of it since.
    pub(crate) fn reopened(&self, id: Id) {
        let open = Record { doing: Doing::Open, was_open: true, ..Record::default() };
        let before = std::mem::replace(&mut self.book().records[id], open);
        let before = before.outcome.map_or(before.doing.name(), Outcome::name);
        if before != Doing::Open.name() {
            self.measure(id, before, Doing::Open.name());
        }
    }

    /// The first time counts.
    pub(crate) fn asked(&self, id: Id, now: Moment) {
        self.flags[id].ask(self.pulses[id].polls());
        self.book().records[id].asked.get_or_insert(now);
    }

    /// Where a component is, and since when.
    pub(crate) fn look(&self, id: Id) -> Beat {
        self.pulses[id].look(&self.flags[id])
    }

    /// Notes where a component is that has to be forced.
    pub(crate) fn seen(&self, id: Id) {
        let beat = self.look(id);
        let mut book = self.book();
        let record = &mut book.records[id];
        if record.outcome.is_none() {
            // An open resource has nothing that would be polled.
            record.seen = record.is_busy().then_some(beat);
        }
    }

    /// The first ending counts: what was left behind stays so, even if it ends later.
    pub(crate) fn ended(&self, id: Id, ending: Ending, now: Moment) {
        let outcome = ending.outcome;
        let before = self.note_end(id, ending, now);
        self.measure_end(id, before, outcome);
    }

    /// The same, to be measured later; with what it did before.
    pub(crate) fn note_end(&self, id: Id, ending: Ending, now: Moment) -> Option<Doing> {
        let mut book = self.book();
        // What cannot be dropped is said to be left behind, and goes on.
        book.records[id].is_over |= ending.outcome != Outcome::Leaked;
        if book.records[id].outcome.is_some() {
            return None;
        }
        let place_in_order = book.next_end();
        let record = &mut book.records[id];
        record.place_in_order = Some(place_in_order);
        record.outcome = Some(ending.outcome);
        record.error = ending.error;
        record.ended = Some(now);
        Some(std::mem::replace(&mut record.doing, Doing::Ended))
    }

    pub(crate) fn measure_end(&self, id: Id, before: Option<Doing>, outcome: Outcome) {
        if let Some(before) = before {
            self.measure(id, before.name(), outcome.name());
        }
    }

    /// It begins anew, or is as if it had never begun.
    pub(crate) fn anew(&self, id: Id, doing: Doing) {
        let before = std::mem::replace(&mut self.book().records[id], Record { doing, ..Record::default() });
        self.measure(id, before.outcome.map_or(before.doing.name(), Outcome::name), doing.name());
    }

    /// What was noted for the report of a shutdown that was called off is forgotten. `refused`: requests so far.
    pub(crate) fn called_off(&self, refused: Vec<(&'static str, usize)>) {
        let mut book = self.book();
        book.phases.clear();
        book.children.retain(|child| child.record.outcome.is_some_and(Outcome::is_failure));
        book.children_left_out = 0;
        book.in_flight_at_drain.clear();
        book.refused_before = refused;
        for record in book.records.iter_mut().filter(|record| record.outcome.is_none()) {
            // A close that goes on was asked for by a group; a hook that was left out was not begun.
            let (asked, error) = (record.asked.take(), record.error.take());
            record.asked = asked.filter(|_| record.doing == Doing::Closing);
            record.error = error.filter(|_| record.doing != Doing::Nothing);
            record.seen = None;
        }
    }

    /// Whether a resource can be used.
    pub(crate) fn is_open(&self, id: Id) -> bool {
        let record = &self.book().records[id];
        record.doing == Doing::Open && record.outcome.is_none()
    }

    /// One that was dropped has failed. One that cannot be dropped goes on: `false`.
    pub(crate) fn not_reopened(&self, id: Id, error: String) -> bool {
        let mut book = self.book();
        let record = &mut book.records[id];
        if matches!(record.outcome, Some(Outcome::Cancelled | Outcome::Aborted)) {
            record.outcome = Some(Outcome::Failed);
        }
        record.error = Some(error);
        record.outcome.is_some()
    }

    pub(crate) fn skipped(&self, id: Id, why: String) {
        self.book().records[id].error = Some(why);
    }

    /// Of a resource that was open: what became of an opening is told by who asked for it.
    pub(crate) fn note_bad_close(&self, id: Id) {
        let mut book = self.book();
        let record = &book.records[id];
        let outcome = record.outcome.filter(|outcome| record.was_open && *outcome != Outcome::Stopped);
        let Some(outcome) = outcome else { return };
        let error = record.error.as_deref().map(|error| format!(": {error}")).unwrap_or_default();
        let name = &self.plan.parts[id].name;
        book.bad_closes
            .push(format!("`{name}` was closed while the App ran, and did not close well: {outcome}{error}"));
    }

    fn measure(&self, id: Id, before: &'static str, now: &'static str) {
        let part = &self.plan.parts[id];
        metrics::component(&self.calls, part.kind(), &part.name, before, now);
    }

    /// It is closed without the runtime.
    pub(crate) fn closes_last(&self, id: Id) {
        let name = self.plan.parts[id].name.clone();
        self.book().closed_last.push(name);
    }

    /// The component, or its child of this name, is left behind in a read that nothing can end.
    pub(crate) fn waits_for_input(&self, id: Id, child: Option<&str>) {
        let owner = &self.plan.parts[id].name;
        let name = child.map_or_else(|| owner.clone(), |child| format!("{owner}/{child}"));
        self.book().waiting_for_input.push(name);
    }

    pub(crate) fn phase_begins(&self, phase: Phase, now: Moment) {
        self.book().phases.push(PhaseRow { phase, began: now, ended: None });
    }

    pub(crate) fn phase_ends(&self, phase: Phase, now: Moment, end: PhaseEnd) {
        let mut book = self.book();
        if let Some(row) = book.phases.iter_mut().rev().find(|row| row.phase == phase) {
            row.ended.get_or_insert((now, end));
            let took = now.saturating_sub(row.began);
            drop(book);
            metrics::phase(&self.calls, phase, end.name(), took);
        }
    }

    pub(crate) fn handles_left(&self, id: Id, holders: Vec<(Arc<str>, usize)>) {
        let resource = &self.plan.parts[id].name;
        let mut book = self.book();
        let reports =
            holders.into_iter().map(|(holder, count)| HandleReport::new(resource.clone(), holder.to_string(), count));
        book.handles.extend(reports);
    }
}
