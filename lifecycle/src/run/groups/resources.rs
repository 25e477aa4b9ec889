//! Resources are closed and opened by the coordinator, which knows what is open whatever comes in between.

use crate::decide::Event;
use crate::plan::{Id, Node};
use crate::run::record::book::{Doing, Record};
use crate::words::counted::counted;
use crate::words::duration::show;
use crate::words::outcome::Outcome;
use crate::words::report::HandleReport;

use super::change::Change;
use super::error::GroupError;

impl Change<'_> {
    /// All of them, even if one does not close well.
    pub(super) async fn close(&self, ids: &[Id]) -> Result<(), GroupError> {
        let before = self.reach.ledger.book().handles.len();
        self.ask(ids, Event::CloseSome(ids.to_vec())).await?;
        let errors: Vec<_> =
            ids.iter().filter_map(|id| Some((self.name(*id), self.closed_badly(*id, before)?))).collect();
        if errors.is_empty() { Ok(()) } else { Err(GroupError::NotClosed(errors)) }
    }

    pub(super) async fn open(&mut self, ids: &[Id]) -> Result<(), GroupError> {
        self.ask(ids, Event::OpenSome(ids.to_vec())).await?;
        let (open, closed): (Vec<Id>, Vec<Id>) = ids.iter().partition(|id| self.reach.ledger.is_open(**id));
        self.causes.retain(|id, _| !open.contains(id));
        let why = |id: Id| {
            self.reach.ledger.book().records[id].error.clone().unwrap_or_else(|| "it was not opened".to_owned())
        };
        let errors: Vec<_> = closed.into_iter().map(|id| (self.name(id), why(id))).collect();
        if errors.is_empty() { Ok(()) } else { Err(GroupError::NotOpened(errors)) }
    }

    async fn ask(&self, ids: &[Id], event: Event) -> Result<(), GroupError> {
        if ids.is_empty() {
            return Ok(());
        }
        let (control, change_lock) = (&self.reach.control, &self.reach.change_lock);
        change_lock.expect(ids);
        control.send(event);
        change_lock.until_settled().await;
        if change_lock.is_closed() { Err(GroupError::ShuttingDown) } else { Ok(()) }
    }

    /// What went wrong. Handles that were left `before` are others'.
    fn closed_badly(&self, id: Id, before: usize) -> Option<String> {
        let (record, left) = {
            let book = self.reach.ledger.book();
            let name = &self.plan().parts[id].name;
            let left = book.handles[before..].iter().filter(|handle| handle.resource == *name).map(holding);
            (book.records[id].clone(), left.collect::<Vec<_>>().join(", "))
        };
        let error = self.close_error(id, record);
        match (error, left.is_empty()) {
            (None, true) => None,
            (None, false) => Some(format!("closed, but {left}")),
            (Some(error), true) => Some(error),
            (Some(error), false) => Some(format!("{error}; {left}")),
        }
    }

    fn close_error(&self, id: Id, record: Record) -> Option<String> {
        match record.outcome {
            Some(Outcome::Stopped) => None,
            None if record.doing == Doing::Open => Some("still in use".to_owned()),
            Some(Outcome::Aborted) => Some(format!("its close took longer than {}, and was aborted", self.bound(id))),
            outcome => Some(record.error.unwrap_or_else(|| match outcome {
                Some(Outcome::Leaked) => format!("its close took longer than {}, and still runs", self.bound(id)),
                _ => "it did not come to the end of its close".to_owned(),
            })),
        }
    }

    fn bound(&self, id: Id) -> String {
        match &self.plan().nodes[id] {
            Node::Resource(node) => show(node.close_timeout),
            Node::Task(_) | Node::Hook(_) => String::new(),
        }
    }
}

fn holding(handle: &HandleReport) -> String {
    format!("`{}` still holds {}", handle.holder, counted(handle.count, "handle", "handles"))
}
