//! The end of a task or of a child, reported exactly once.

use std::sync::Arc;

use crate::decide::{Cause, Ending};
use crate::words::outcome::Outcome;

use super::tree::TaskTree;

/// Reports the end of the root or of a child exactly once: by name, or as aborted when it is dropped.
#[derive(Debug)]
pub(crate) struct End {
    tree: Arc<TaskTree>,
    child: Option<u64>,
    /// Of the root.
    life: u32,
    cause: Cause,
    /// What a drop before the report means.
    dropped: Outcome,
    reported: bool,
}

impl End {
    pub(crate) fn root(tree: Arc<TaskTree>) -> Self {
        Self::new(tree, None)
    }

    pub(crate) fn child(tree: Arc<TaskTree>, key: u64) -> Self {
        Self::new(tree, Some(key))
    }

    fn new(tree: Arc<TaskTree>, child: Option<u64>) -> Self {
        let life = tree.life();
        Self { tree, child, life, cause: Cause::Own, dropped: Outcome::Aborted, reported: false }
    }

    /// From now on a drop leaves something behind that cannot be dropped: a thread, or handles.
    pub(crate) fn leaks_when_dropped(&mut self, leaks: bool) {
        self.dropped = if leaks { Outcome::Leaked } else { Outcome::Aborted };
    }

    /// Why it ends, when it does.
    pub(crate) fn because(&mut self, cause: Cause) {
        self.cause = cause;
    }

    /// The tree whose root or child this is the end of.
    pub(crate) fn tree(&self) -> &Arc<TaskTree> {
        &self.tree
    }

    pub(crate) fn report(&mut self, ending: Ending) {
        if std::mem::replace(&mut self.reported, true) {
            return;
        }
        match self.child {
            Some(key) => self.tree.child_ended(key, ending),
            None => self.tree.root_ended(ending, self.cause, self.life),
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.report(Ending { outcome: self.dropped, error: None });
    }
}
