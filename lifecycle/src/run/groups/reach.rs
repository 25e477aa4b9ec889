//! What a change works on, and for which component.

use std::sync::Arc;

use crate::run::record::ledger::Ledger;
use crate::run::stop::control::Control;
use crate::run::task::tree::TaskTree;

use super::change_lock::ChangeLock;

#[derive(Clone)]
pub(super) struct Reach {
    pub(super) control: Arc<Control>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) change_lock: Arc<ChangeLock>,
    /// The component that asks for the change.
    pub(super) caller: Option<Arc<TaskTree>>,
    /// What depends on one another is taken along.
    pub(super) cascades: bool,
}
