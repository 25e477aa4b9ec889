//! Resources: how each opens and closes, and what is told of those that do so while the App runs.

use std::time::Duration;

use tracing::Level;

use crate::decide::Moment;
use crate::plan::Id;
use crate::plan::parts::Sort;
use crate::run::drive::assembly::Work;
use crate::run::record::book::Doing;
use crate::run::resource::code::Closing;
use crate::run::resource::effects::{self, Close, Opening};
use crate::run::stop::flags::Flag;
use crate::run::task::end::End;

use super::Driver;

impl Driver {
    pub(super) fn open(&mut self, id: Id) {
        self.begin_anew(id);
        self.ledger.doing(id, Doing::Opening);
        let component = &self.assembly.components[id];
        component.flags.set_bound(Some(self.plan.opening_share(Duration::MAX)));
        let (Work::Resource { opener, .. }, Some(slot)) = (&component.work, &component.slot) else { return };
        let name = component.name.clone();
        self.calls().event(Level::DEBUG, move |_| tracing::debug!(target: "lifecycle", resource = &*name, "opens"));
        let (control, ledger) = (self.control.clone(), self.ledger.clone());
        let opening = Opening::new(component.name.clone(), component.tree.clone(), control, ledger);
        let opening = effects::open(opening, component.unit(false), opener.clone(), slot.clone());
        self.openings.insert(id, tokio::spawn(opening).abort_handle());
    }

    /// It takes a `Shutdown`: it is told, and may end by itself until then.
    pub(super) fn cancel_opening(&self, id: Id, until: Moment) {
        self.ledger.asked(id, self.control.now());
        let flags = &self.assembly.components[id].flags;
        flags.set_until(until);
        flags.raise(Flag::Cancelled);
    }

    pub(super) fn drop_opening(&mut self, id: Id) {
        self.ledger.seen(id);
        if let Some(opening) = self.openings.get(&id) {
            opening.abort();
        }
    }

    pub(super) fn close(&mut self, id: Id, until: Moment) {
        let component = &self.assembly.components[id];
        let (Work::Resource { opener, close }, Some(slot)) = (&component.work, &component.slot) else { return };
        let Sort::Resource { settings, .. } = &self.plan.parts[id].sort else { return };
        let name = component.name.clone();
        self.calls().event(Level::DEBUG, move |spans| {
            tracing::debug!(target: "lifecycle", parent: &spans.phase, resource = &*name, "closes");
        });
        self.ledger.doing(id, Doing::Closing);
        self.ledger.asked(id, self.control.now());
        component.flags.set_until(until);
        component.flags.raise(Flag::Cancelled);
        let close = Close {
            id,
            unit: component.unit(false),
            opener: opener.clone(),
            closing: Closing::clone(close),
            blocking: settings.blocking,
            slot: slot.clone(),
            ledger: self.ledger.clone(),
            until: self.control.time.instant(until),
        };
        let end = End::root(component.tree.clone());
        effects::begin_close(close, end, &component.tree);
    }

    /// Before it opens again: nothing of its last life is left but in the report.
    fn begin_anew(&self, id: Id) {
        if self.ledger.book().records[id].outcome.is_none() {
            return;
        }
        let component = &self.assembly.components[id];
        component.tree.begin_anew();
        self.control.broadcast.lower(component.tree.flags());
        self.ledger.anew(id, Doing::Nothing);
    }

    pub(super) fn reopened(&self, id: Id) {
        let name = self.name(id).to_owned();
        self.calls().event(Level::INFO, move |_| tracing::info!(target: "lifecycle", resource = name, "open again"));
        // It may have been told to end, because it was late.
        self.control.broadcast.lower(self.assembly.components[id].tree.flags());
        self.ledger.reopened(id);
    }

    pub(super) fn not_reopened(&self, id: Id, error: String) {
        let (name, told) = (self.name(id).to_owned(), error.clone());
        self.calls().event(Level::WARN, move |_| {
            tracing::warn!(target: "lifecycle", resource = name, error = told, "did not open again");
        });
        if self.ledger.not_reopened(id, error) {
            let tree = &self.assembly.components[id].tree;
            tree.refuse();
            tree.drop_children();
        }
    }

    /// What it takes was closed while the App ran, and not opened again.
    pub(super) fn skip_hook(&self, id: Id) {
        let closed = self.plan.needs[id].iter().filter(|need| !self.ledger.is_open(**need));
        let names: Vec<&str> = closed.map(|need| self.name(*need)).collect();
        let why = format!("not run: `{}`, which it takes, is stopped", names.join("`, `"));
        let (name, told) = (self.name(id).to_owned(), why.clone());
        self.calls().event(Level::WARN, move |spans| {
            tracing::warn!(target: "lifecycle", parent: &spans.phase, hook = name, why = told, "a hook is left out");
        });
        self.ledger.skipped(id, why);
    }

    /// The caller goes on. A close that went wrong stays in the report, though the resource may open again.
    pub(super) fn settled(&self, id: Id) {
        self.ledger.note_bad_close(id);
        self.assembly.shared.change_lock.settled(id, self.calls());
    }

    fn name(&self, id: Id) -> &str {
        &self.plan.parts[id].name
    }
}
