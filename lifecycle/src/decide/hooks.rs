//! Hooks: when their phase begins, by priority, each group with its fair share.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::plan::{Id, Node};
use crate::words::phase::Phase;

use super::{Action, Machine, Moment, Stage, Status, Timer};

impl Machine {
    /// What an earlier phase left over keeps its turn before these.
    pub(super) fn queue_hooks(&mut self, phase: Phase) {
        let mut groups: BTreeMap<Reverse<i32>, Vec<Id>> = BTreeMap::new();
        for (id, hook) in self.plan.hooks().filter(|(_, hook)| hook.phase == phase) {
            groups.entry(Reverse(hook.priority)).or_default().push(id);
        }
        self.hook_groups.extend(groups.into_values());
    }

    /// Starts the next group once the one before is over or has been told to end.
    pub(super) fn advance_hooks(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        let busy = self.hook_group.iter().any(|id| self.status[*id] == Status::Up);
        if busy || self.hook_groups.is_empty() {
            return false;
        }
        let left = u32::try_from(self.hook_groups.len()).unwrap_or(u32::MAX);
        let share = self.hooks_end(now).saturating_sub(now) / left;
        self.hook_group = self.hook_groups.pop_front().unwrap_or_default();
        for id in self.hook_group.clone() {
            let Node::Hook(hook) = &self.plan.nodes[id] else { continue };
            let until = now + hook.timeout.unwrap_or(share).min(share);
            self.set(id, Status::Up);
            self.wake_at(until, Timer::Bound(id));
            out.push(Action::RunHook { id, until });
        }
        true
    }

    /// No hook waits for its turn, and none runs. One that is being aborted is not waited for here.
    pub(super) fn hooks_done(&self) -> bool {
        self.hook_groups.is_empty() && self.hook_group.iter().all(|id| self.status[*id] != Status::Up)
    }

    /// Hooks share their phase; those of *force_cleanup* leave the resources their part, and those of an
    /// *announce* that has no time of its own run into *stop_new_work*.
    fn hooks_end(&self, now: Moment) -> Moment {
        let Some(clock) = self.clock else { return self.stage_ends };
        match self.stage {
            Stage::Phase(Phase::ForceCleanup) => {
                let parts = u32::try_from(self.plan.close_stages + 1).unwrap_or(u32::MAX);
                now + self.stage_ends.saturating_sub(now) / parts
            }
            Stage::Phase(Phase::Announce) if self.stage_ends <= now => {
                clock.began + self.plan.budget.deadline(Phase::StopNewWork)
            }
            _ => self.stage_ends,
        }
    }
}
