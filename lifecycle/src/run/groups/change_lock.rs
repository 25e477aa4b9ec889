//! One change at a time, and what is remembered between them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, Weak};

use tokio::sync::MutexGuard;

use crate::plan::Id;
use crate::run::calls::Calls;
use crate::run::calls::waiters::Bell;
use crate::run::task::tree::TaskTree;
use crate::sys::locks::lock;

/// Held by one change at a time; it waits here for the coordinator's answers too.
#[derive(Debug, Default)]
pub(crate) struct ChangeLock {
    turn: tokio::sync::Mutex<Causes>,
    /// Resources that the coordinator was asked to close or open, and has not yet.
    pending: Mutex<BTreeSet<Id>>,
    settled: Bell,
    closed: AtomicBool,
    /// What can be stopped and started, in the order of the plan.
    trees: OnceLock<Vec<Weak<TaskTree>>>,
}

/// Why each component that is stopped was stopped.
pub(super) type Causes = BTreeMap<Id, Cause>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// It was stopped by its own name or tag.
    Named,
    /// Something that it uses was to be stopped.
    Dependency,
}

impl ChangeLock {
    /// The first call counts.
    pub(crate) fn set_trees(&self, trees: Vec<Weak<TaskTree>>) {
        let _ = self.trees.set(trees);
    }

    pub(super) fn tree(&self, id: Id) -> Weak<TaskTree> {
        self.trees.get().map_or_else(Weak::new, |trees| trees[id].clone())
    }

    /// Waits until no other change is under way, and until what a dropped one had asked for is done. Cancel safe.
    pub(super) async fn turn(&self) -> MutexGuard<'_, Causes> {
        let turn = self.turn.lock().await;
        self.until_settled().await;
        turn
    }

    /// The coordinator is asked to close or open these.
    pub(super) fn expect(&self, ids: &[Id]) {
        lock(&self.pending).extend(ids);
    }

    /// Whether the coordinator has still to close or open it.
    pub(super) fn expects(&self, id: Id) -> bool {
        lock(&self.pending).contains(&id)
    }

    /// The coordinator's answer.
    pub(crate) fn settled(&self, id: Id, calls: &Calls) {
        lock(&self.pending).remove(&id);
        self.settled.ring(calls);
    }

    /// There are no answers any more: the App is over.
    pub(crate) fn close(&self, calls: &Calls) {
        self.closed.store(true, Ordering::Release);
        lock(&self.pending).clear();
        self.settled.ring(calls);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Waits for all answers. Cancel safe.
    pub(super) async fn until_settled(&self) {
        self.settled.until(|| lock(&self.pending).is_empty().then_some(())).await;
    }
}
