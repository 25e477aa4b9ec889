//! Tasks stop as in a shutdown, but pause instead of ending.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::plan::Id;
use crate::plan::parts::Sort;
use crate::run::record::ledger::Ledger;
use crate::run::stop::control::Control;
use crate::run::stop::flags::Flag;
use crate::run::stop::pause::{Pause, RunState};
use crate::run::task::tree::TaskTree;
use crate::words::phase::Phase;
use crate::words::task::TaskSettings;

use super::change::Change;
use super::error::GroupError;

/// How long a task may take to be dropped: until the end of the poll that it is in.
const DROPPED: Duration = Duration::from_secs(1);

impl Change<'_> {
    /// Those that are paused now.
    pub(super) async fn halt_tasks(&self, ids: &[Id]) -> Result<Vec<Id>, GroupError> {
        let members: Vec<Member> = ids.iter().map(|id| self.member(*id)).collect();
        // All are told before any is waited for.
        members.iter().for_each(Member::ask);
        let ends = all(members.iter().map(|member| async { (member.id, member.halt().await) })).await;
        let of = |wanted: RunState| ends.iter().filter(move |(_, state)| *state == wanted).map(|(id, _)| *id);
        let stuck: Vec<Id> = of(RunState::Running).collect();
        if stuck.is_empty() {
            Ok(of(RunState::Paused).collect())
        } else {
            Err(GroupError::StillRunning(self.names(stuck)))
        }
    }

    /// Those that did not run before.
    pub(super) async fn let_run(&mut self, ids: &[Id]) -> Vec<Id> {
        let members: Vec<Member> = ids.iter().map(|id| self.member(*id)).collect();
        let started: Vec<&Member> = members.iter().filter(|member| member.let_go()).collect();
        self.causes.retain(|id, _| !ids.contains(id));
        for member in &started {
            member.pause().until(|state| state != RunState::Paused).await;
        }
        started.into_iter().map(|member| member.id).collect()
    }

    fn member(&self, id: Id) -> Member {
        let tree = self.reach.change_lock.tree(id);
        Member { control: self.reach.control.clone(), ledger: self.reach.ledger.clone(), tree, id }
    }
}

/// All at once. Dropped, they are dropped with it, so that none goes on to force a task.
async fn all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut futures: Vec<Pin<Box<F>>> = futures.map(Box::pin).collect();
    let mut outputs = Vec::new();
    poll_fn(|context| {
        futures.retain_mut(|future| match future.as_mut().poll(context) {
            Poll::Ready(output) => {
                outputs.push(output);
                false
            }
            Poll::Pending => true,
        });
        if futures.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs
}

/// A task of a group.
struct Member {
    control: Arc<Control>,
    ledger: Arc<Ledger>,
    /// Gone once the App is over.
    tree: Weak<TaskTree>,
    id: Id,
}

impl Member {
    fn pause(&self) -> &Pause {
        self.ledger.pause(self.id)
    }

    fn ask(&self) {
        if self.pause().request(true) {
            self.tell(Flag::Draining, self.control.now() + self.share(Phase::CompleteCurrent));
        }
    }

    /// What the task does in the end.
    async fn halt(&self) -> RunState {
        for (flag, time) in self.steps() {
            if let Some(flag) = flag {
                self.tell(flag, self.control.now() + time);
            }
            let at_rest = self.pause().until(|state| state != RunState::Running);
            if let Ok(state) = timeout_at(Instant::now() + time, at_rest).await {
                return state;
            }
        }
        RunState::Running
    }

    /// What it is told, one after the other, and how much time each gives it.
    fn steps(&self) -> [(Option<Flag>, Duration); 3] {
        let settings = self.settings();
        let draining = match (settings.is_periodic(), settings.takes_shutdown) {
            (true, _) => self.share(Phase::CompleteCurrent),
            (false, true) => self.share(Phase::StopNewWork),
            // It hears nothing, so there is nothing to wait for.
            (false, false) => Duration::ZERO,
        };
        let cancelling = settings.stop_timeout.unwrap_or_else(|| self.share(Phase::CancelTasks));
        [(None, draining), (Some(Flag::Cancelled), cancelling), (Some(Flag::Dropped), DROPPED)]
    }

    /// `false`: it was not paused.
    fn let_go(&self) -> bool {
        let was_paused = self.pause().request(false);
        if was_paused {
            // A flag that is raised already wakes no task, so its runner is woken here.
            self.ledger.flags(self.id).wake();
        }
        was_paused
    }

    fn tell(&self, flag: Flag, until: Duration) {
        if let Some(tree) = self.tree.upgrade() {
            tree.tell(flag, until);
        }
    }

    fn share(&self, phase: Phase) -> Duration {
        self.control.stage.budget.share(phase).planned
    }

    fn settings(&self) -> &TaskSettings {
        match &self.ledger.plan.parts[self.id].sort {
            Sort::Task(settings) => settings,
            _ => unreachable!("neither `main` nor resources come here"),
        }
    }
}
