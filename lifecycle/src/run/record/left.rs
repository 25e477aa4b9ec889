//! What was given up and still runs.

use crate::decide::{Ending, Moment};
use crate::plan::Id;
use crate::words::component::Kind;
use crate::words::left::LeftBehind;
use crate::words::outcome::Outcome;

use crate::run::record::book::{ChildRecord, Record};
use crate::run::record::ledger::Ledger;

impl Ledger {
    /// A component could not be ended in time.
    pub(crate) fn given_up(&self, id: Id, now: Moment) {
        self.ended(id, Ending { outcome: Outcome::Leaked, error: None }, now);
        self.book().records[id].is_given_up = true;
    }

    /// What was given up, or left behind with its thread, and still runs.
    pub(crate) fn left_behind(&self) -> Vec<LeftBehind> {
        let (records, threads) = {
            let book = self.book();
            let threads = book.children.iter().filter(|child| runs_on(child));
            (book.records.clone(), threads.map(|child| (child.owner, child.name.clone())).collect::<Vec<_>>())
        };
        let records = || records.iter().enumerate();
        let roots = records().filter(|(id, record)| self.still_runs(*id, record)).map(|(id, _)| {
            let part = &self.plan.parts[id];
            LeftBehind::new(part.kind(), part.name.clone(), part.place)
        });
        // Not under the lock of the book: the end of a child takes it second.
        let given_up = records().filter(|(_, record)| record.is_given_up);
        let children = given_up.flat_map(|(id, _)| self.children(id).into_iter().map(move |(name, _)| (id, name)));
        let children = children.chain(threads).map(|(owner, name)| {
            let part = &self.plan.parts[owner];
            LeftBehind::new(Kind::Child, format!("{}/{name}", part.name), part.place)
        });
        roots.chain(children).collect()
    }

    /// What was given up is inside a poll, or its destructors run; it reports its end all the same. A thread cannot: it
    /// runs until it returns.
    fn still_runs(&self, id: Id, record: &Record) -> bool {
        match record.is_given_up {
            true => !record.is_over,
            false => record.outcome == Some(Outcome::Leaked) && self.pulse(id).is_in_poll(),
        }
    }
}

/// Whether it is a child whose thread was left behind and has not returned.
fn runs_on(child: &ChildRecord) -> bool {
    child.thread.as_ref().is_some_and(|pulse| pulse.is_in_poll())
}
