//! What is told of a component at one moment. Every place that tells it reads it from here: the report, the answer to
//! SIGUSR1, lines of progress, and the status.

use crate::plan::Id;
use crate::plan::parts::Sort;
use crate::words::outcome::Outcome;

use crate::run::record::book::{Book, Record};
use crate::run::record::counts::Counts;
use crate::run::record::ledger::Ledger;
use crate::run::record::pulse::Beat;
use crate::run::stop::pause::RunState;

/// A component at one moment.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) record: Record,
    pub(crate) counts: Counts,
    /// What it is doing, or how it ended.
    pub(crate) state: &'static str,
    /// Where it is, if code of its own is on its way.
    pub(crate) beat: Option<Beat>,
}

impl View {
    /// What it ended with, or else the last error of a run.
    pub(crate) fn error(&self) -> Option<&str> {
        self.record.error.as_deref().or(self.counts.error.as_deref())
    }
}

impl Ledger {
    /// Under the lock of the book, so that what it is doing and what it has done belong together: an end is written down
    /// after the counts that it brought.
    pub(crate) fn view(&self, book: &Book, id: Id) -> View {
        let record = book.records[id].clone();
        let counts = self.pulse(id).counts();
        let is_paused = self.pause(id).state() == RunState::Paused;
        let (state, is_on_its_way) = match record.outcome {
            Some(outcome) => (outcome.name(), false),
            None if is_paused => ("paused", false),
            None if counts.next_try.is_some() => ("backing off", false),
            None => (record.doing.name(), record.is_busy()),
        };
        let beat = is_on_its_way.then(|| self.look(id));
        View { record, counts, state, beat }
    }

    /// Whether a component is not well.
    pub(crate) fn is_degraded(&self, id: Id, view: &View) -> bool {
        let is_failing = match &self.plan.parts[id].sort {
            Sort::Task(settings) if settings.monitor().is_some() => view.counts.is_alarmed,
            Sort::Task(_) => view.counts.failures_in_a_row > 0,
            _ => false,
        };
        is_failing || view.record.outcome.is_some_and(Outcome::is_failure)
    }
}
