//! What all components of an App share, and the Apps that run in this process.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};

use crate::run::groups::Groups;
use crate::run::groups::change_lock::ChangeLock;
use crate::run::record::ledger::Ledger;
use crate::run::record::report::ReportBuilder;
use crate::run::resource::res::Slot;
use crate::run::stop::control::Control;
use crate::run::task::tree::TaskTree;
use crate::sys::locks::lock;
use crate::words::component::TypeKey;
use crate::words::status::StatusReport;

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) control: Arc<Control>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) slots: HashMap<TypeKey, Arc<Slot>>,
    pub(crate) change_lock: Arc<ChangeLock>,
    /// The program's.
    pub(crate) version: OnceLock<Cow<'static, str>>,
}

impl Shared {
    pub(crate) fn reports(&self) -> ReportBuilder {
        ReportBuilder { control: self.control.clone(), ledger: self.ledger.clone() }
    }

    /// What the App is doing right now.
    pub(crate) fn status(&self) -> StatusReport {
        let version = self.version.get().map(|version| version.to_string());
        StatusReport { version, ..self.reports().status_report() }
    }

    /// `caller`: the component that was handed it.
    pub(crate) fn groups(&self, caller: Option<Arc<TaskTree>>) -> Groups {
        Groups::new(self.control.clone(), self.ledger.clone(), self.change_lock.clone(), caller)
    }
}

/// The Apps that run in this process.
static RUNNING: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());

fn running() -> MutexGuard<'static, Vec<Weak<Shared>>> {
    lock(&RUNNING)
}

/// An App runs from now on.
pub(crate) fn enlist(app: Weak<Shared>) {
    let mut running = running();
    running.retain(|app| app.strong_count() > 0);
    running.push(app);
}

/// The App of this process, if there is only one.
#[cfg(feature = "axum")]
pub(crate) fn only_one() -> Option<Arc<Shared>> {
    let running = running();
    let mut alive = running.iter().filter_map(Weak::upgrade);
    let first = alive.next()?;
    alive.next().is_none().then_some(first)
}
