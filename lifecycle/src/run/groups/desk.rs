//! One change at a time, and what is remembered between them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, Weak};

use tokio::sync::{MutexGuard, Notify};

use crate::plan::Id;
use crate::run::task::tree::TaskTree;
use crate::sys::locks::lock;

/// Where stopping and starting wait for their turn, and for the coordinator's answers.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    turn: tokio::sync::Mutex<Marks>,
    /// Resources of which something was asked that has not come to its end.
    pending: Mutex<BTreeSet<Id>>,
    settled: Notify,
    closed: AtomicBool,
    /// What can be stopped and started, in the order of the plan.
    trees: OnceLock<Vec<Weak<TaskTree>>>,
}

/// Why each component that is stopped is so.
pub(super) type Marks = BTreeMap<Id, Why>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Somebody has named it, or its tag.
    Asked,
    /// Something that it uses was to be stopped.
    Taken,
}

impl Desk {
    /// The first call counts.
    pub(crate) fn set_trees(&self, trees: Vec<Weak<TaskTree>>) {
        let _ = self.trees.set(trees);
    }

    pub(super) fn tree(&self, id: Id) -> Weak<TaskTree> {
        self.trees.get().map_or_else(Weak::new, |trees| trees[id].clone())
    }

    /// Waits until nobody else changes anything, and until what others have left behind half-way has come to its end.
    /// Cancel safe.
    pub(super) async fn turn(&self) -> MutexGuard<'_, Marks> {
        let turn = self.turn.lock().await;
        self.until_settled().await;
        turn
    }

    /// Something is asked of these.
    pub(super) fn expect(&self, ids: &[Id]) {
        lock(&self.pending).extend(ids);
    }

    /// Whether something that was asked of it has not come to its end.
    pub(super) fn expects(&self, id: Id) -> bool {
        lock(&self.pending).contains(&id)
    }

    /// The coordinator's answer.
    pub(crate) fn settled(&self, id: Id) {
        lock(&self.pending).remove(&id);
        self.settled.notify_waiters();
    }

    /// Nobody answers any more.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        lock(&self.pending).clear();
        self.settled.notify_waiters();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Waits for all answers. Cancel safe.
    pub(super) async fn until_settled(&self) {
        loop {
            let mut settled = std::pin::pin!(self.settled.notified());
            settled.as_mut().enable();
            if lock(&self.pending).is_empty() {
                return;
            }
            settled.await;
        }
    }
}
