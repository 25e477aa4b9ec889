//! What is kept of children that have ended.

use std::sync::Arc;

use crate::decide::{Ending, Moment};
use crate::plan::Id;
use crate::words::outcome::Outcome;

use crate::run::record::book::{ChildRecord, Doing, Record};
use crate::run::record::ledger::Ledger;
use crate::run::record::pulse::{Beat, Pulse};

/// Children kept for the report; more are counted in a note.
const MOST_CHILDREN: usize = 1_000;

/// The end of a child.
#[derive(Debug)]
pub(crate) struct ChildEnd<'a> {
    pub(crate) owner: Id,
    pub(crate) name: &'a Arc<str>,
    pub(crate) ending: Ending,
    /// When it was waited for, if that was after its component had ended.
    pub(crate) asked: Option<Moment>,
    pub(crate) now: Moment,
    /// Shutdown was asked for. The App's state would not do: it changes a little later, when the coordinator comes to
    /// it, and a child may end in between.
    pub(crate) requested: bool,
    /// Its life signs, if it ended by itself.
    pub(crate) pulse: Option<&'a Arc<Pulse>>,
}

impl Ledger {
    pub(crate) fn child_seen(&self, owner: Id, name: &Arc<str>, beat: Beat) {
        self.book().seen_children.insert((owner, name.clone()), beat);
    }

    /// Only what the report has something to say about is kept: a program may spawn millions.
    pub(crate) fn child_ended(&self, end: ChildEnd<'_>) {
        let ChildEnd { owner, name, ending: Ending { outcome, error }, asked, now, requested, pulse } = end;
        if !requested && error.is_none() && !outcome.is_failure() {
            return;
        }
        let mut book = self.book();
        if book.children.len() == MOST_CHILDREN {
            book.children_left_out += 1;
            return;
        }
        let seen = book.seen_children.get(&(owner, name.clone())).copied().filter(|_| outcome.is_forced());
        let thread = pulse.filter(|_| outcome == Outcome::Leaked).cloned();
        let (place_in_order, ended) = (Some(book.next_end()), Some(now));
        let record = Record {
            doing: Doing::Ended,
            outcome: Some(outcome),
            error,
            asked,
            ended,
            seen,
            place_in_order,
            ..Record::default()
        };
        book.children.push(ChildRecord { owner, name: name.clone(), record, thread });
    }
}
