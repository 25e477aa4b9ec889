//! Resources that close and open again while the App runs.

use crate::plan::Id;

use super::{Doing, Driver};

impl Driver {
    /// Before it opens again: nothing of its last life is left but in the report.
    pub(super) fn begin_anew(&self, id: Id) {
        if self.ledger.book().records[id].outcome.is_none() {
            return;
        }
        let component = &self.assembly.components[id];
        component.family.begin_anew();
        self.control.lower(component.family.cell());
        self.ledger.anew(id, Doing::Nothing);
    }

    pub(super) fn reopened(&self, id: Id) {
        tracing::info!(target: "lifecycle", resource = self.name(id), "open again");
        self.ledger.anew(id, Doing::Open);
    }

    pub(super) fn not_reopened(&self, id: Id, error: String) {
        tracing::warn!(target: "lifecycle", resource = self.name(id), error, "did not open again");
        let family = &self.assembly.components[id].family;
        family.refuse();
        family.drop_children();
        self.ledger.not_reopened(id, error);
    }

    /// What it takes was closed while the App ran, and not opened again.
    pub(super) fn skip_hook(&self, id: Id) {
        let closed = self.plan.needs[id].iter().filter(|need| !self.ledger.is_open(**need));
        let names: Vec<&str> = closed.map(|need| self.name(*need)).collect();
        let why = format!("not run: `{}`, which it takes, is stopped", names.join("`, `"));
        tracing::warn!(target: "lifecycle", parent: &self.phase, hook = self.name(id), why, "a hook is left out");
        self.ledger.skipped(id, why);
    }

    /// Whoever asked goes on. A close that went wrong stays in the report, though the resource may open again.
    pub(super) fn settled(&self, id: Id) {
        self.ledger.note_bad_close(id);
        self.control.desk.settled(id);
    }

    fn name(&self, id: Id) -> &str {
        &self.plan.parts[id].name
    }
}
