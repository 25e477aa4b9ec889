//! Failures beside the signal that has begun the shutdown.

use std::fmt;

use crate::decide::Moment;
use crate::decide::beside::is_explained;
use crate::plan::Node;
use crate::words::outcome::Outcome;
use crate::words::reason::{Reason, Signal};

use crate::run::record::book::Book;
use crate::run::record::report::ReportBuilder;

/// A task that failed, or `main`.
pub(super) struct Failure {
    pub(super) task: String,
    signal: Signal,
    /// It leaves the exit code as it is.
    pub(super) is_explained: bool,
}

impl ReportBuilder {
    /// The failures that the signal explains, and those that came just before it and do not say that they are its doing.
    pub(super) fn failures_beside_a_signal(
        &self,
        book: &Book,
        reason: &Reason,
        requested: Option<Moment>,
    ) -> Vec<Failure> {
        let (Reason::Signal { signal }, Some(requested)) = (reason, requested) else { return Vec::new() };
        let plan = &self.ledger.plan;
        let all = plan.parts.iter().zip(&plan.nodes).zip(&book.records);
        all.filter_map(|((part, node), record)| {
            let (Node::Task(task), Some(ended)) = (node, record.ended) else { return None };
            let failed = task.failure_counts && record.outcome.is_some_and(Outcome::is_failure);
            let error = record.error.as_deref().unwrap_or_default();
            let is_explained = is_explained(*signal, task, error, ended, requested);
            let is_beside = failed && (is_explained || ended <= requested);
            is_beside.then(|| Failure { task: part.name.clone(), signal: *signal, is_explained })
        })
        .collect()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { task, signal, is_explained } = self;
        let counts = if *is_explained { "does not change" } else { "changes" };
        write!(
            f,
            "`{task}` failed beside {signal}, which child processes may get as well; that {counts} the exit code. Give \
             child processes a group of their own: `Command::process_group(0)`"
        )
    }
}
