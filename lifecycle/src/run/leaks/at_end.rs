//! What goes with the process or outlives it, where leaks were not asked for: cheap to see, and told in a note.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::run::record::ledger::Ledger;
use crate::words::leak::Leak;
use crate::words::outcome::Outcome;

use super::proc;

/// Most child processes that are named.
const MOST: usize = 10;

/// How long what was dropped a moment ago may take to be gone.
const GONE: Duration = Duration::from_millis(2);

/// What there was before the App began.
#[derive(Debug)]
pub(super) struct AtEnd {
    ledger: Arc<Ledger>,
    children: BTreeSet<u32>,
    tasks: usize,
}

impl AtEnd {
    pub(super) fn start(ledger: Arc<Ledger>) -> Self {
        // Only a process that is an App's knows whose they are.
        let children = if proc::is_main_thread() { proc::children() } else { BTreeSet::new() };
        Self { ledger, children, tasks: tasks() }
    }

    /// Notes what is there that was not.
    pub(super) async fn note(&self, owns_runtime: bool) {
        if !proc::is_main_thread() {
            return;
        }
        let mut cut = self.cut(owns_runtime);
        if !cut.is_empty() {
            tokio::time::sleep(GONE).await;
            cut = self.cut(owns_runtime);
        }
        self.ledger.book().cut = cut;
    }

    fn cut(&self, owns_runtime: bool) -> Vec<String> {
        let new = proc::children().into_iter().filter(|pid| !self.children.contains(pid));
        let lives = new.filter_map(proc::process).filter(|leak| matches!(leak, Leak::Process { ended: false, .. }));
        let mut cut: Vec<String> = lives.map(|leak| format!("{leak}; it outlives the program")).collect();
        if cut.len() > MOST {
            let more = cut.len() - MOST;
            cut.truncate(MOST);
            cut.push(format!("{more} more child processes still run"));
        }
        match if owns_runtime { self.bare_tasks() } else { 0 } {
            0 => {}
            1 => cut.push("1 task that was not spawned through `Tasks` was cut off at the end".to_owned()),
            count => cut.push(format!("{count} tasks that were not spawned through `Tasks` were cut off at the end")),
        }
        cut
    }

    /// Tasks of the runtime that are no component's. Where a component was left behind, it cannot be told which those are.
    fn bare_tasks(&self) -> usize {
        let left_behind = self.ledger.book().records.iter().any(|record| record.outcome == Some(Outcome::Leaked));
        let known = self.ledger.running_children().len();
        if left_behind { 0 } else { tasks().saturating_sub(self.tasks + known) }
    }
}

fn tasks() -> usize {
    Handle::try_current().map_or(0, |runtime| runtime.metrics().num_alive_tasks())
}
