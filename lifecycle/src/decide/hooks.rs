//! Hooks: when their phase begins, by priority, each group with its fair share.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::plan::{Id, Node};
use crate::words::phase::Phase;

use super::bounds::fair;
use super::{Action, Machine, Moment, Stage, Status};

impl Machine {
    /// What an earlier phase left over keeps its turn before these.
    pub(super) fn queue_hooks(&mut self, phase: Phase, now: Moment) {
        let mut groups: BTreeMap<Reverse<i32>, Vec<Id>> = BTreeMap::new();
        for (id, hook) in self.plan.hooks().filter(|(_, hook)| hook.phase == phase) {
            groups.entry(Reverse(hook.priority)).or_default().push(id);
        }
        self.hook_groups.extend(groups.into_values());
        self.hooks_wait = phase == Phase::ForceCleanup;
        self.hooks_end = self.end_of_hooks(phase, now);
        if self.hook_groups.iter().flatten().any(|id| self.is_live(*id)) {
            // A group has bounds of its own, but only once it runs.
            self.look_at(self.hooks_end);
        }
    }

    /// Starts the next group once the one before is over or has been told to end. A phase that has no time for
    /// it leaves it to the next one; only the last has to run it in any case.
    pub(super) fn advance_hooks(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        if self.waits_for_aborted(now) {
            return false;
        }
        let busy = self.hook_group.iter().any(|id| self.status[*id] == Status::Up) || self.next_still_runs();
        let too_late = now >= self.hooks_end && self.stage != Stage::Phase(Phase::ForceCleanup);
        if busy || too_late || self.hook_groups.is_empty() {
            return false;
        }
        let share_ends = self.hook_share_ends(now, self.hook_groups.len());
        self.hook_group = self.hook_groups.pop_front().unwrap_or_default();
        for id in self.hook_group.clone() {
            let Node::Hook(hook) = &self.plan.nodes[id] else { continue };
            if self.plan.needs[id].iter().any(|need| self.status[*need] != Status::Up) {
                out.push(Action::SkipHook(id));
                continue;
            }
            let until = hook.timeout.map_or(share_ends, |own| now.saturating_add(own).min(share_ends));
            self.set(id, Status::Up);
            self.bind(id, until);
            out.push(Action::RunHook { id, until });
        }
        true
    }

    /// In *force_cleanup* a hook may hand over what only one process may hold: it begins when what was aborted has ended
    /// or was given up, so that it can be told what still runs. Its time counts from then.
    fn waits_for_aborted(&mut self, now: Moment) -> bool {
        if !self.hooks_wait {
            return false;
        }
        let is_earlier = |id: &Id| match &self.plan.nodes[*id] {
            Node::Task(_) => true,
            Node::Hook(_) => self.status[*id] == Status::Aborting,
            Node::Resource(_) => false,
        };
        let waits = (0..self.status.len()).any(|id| is_earlier(&id) && self.is_live(id));
        if !waits {
            self.hooks_wait = false;
            self.hooks_end = self.end_of_hooks(Phase::ForceCleanup, now);
        }
        waits
    }

    /// Whether one of the next group still runs, for a shutdown that was called off.
    fn next_still_runs(&self) -> bool {
        self.hook_groups.front().is_some_and(|group| group.iter().any(|id| self.is_live(*id)))
    }

    /// The end of one group's fair share, if `groups` are still to have theirs.
    pub(super) fn hook_share_ends(&self, now: Moment, groups: usize) -> Moment {
        now.saturating_add(fair(self.hooks_end.saturating_sub(now), groups))
    }

    /// No hook waits for its turn, and none runs. One that is being aborted is not waited for here.
    pub(super) fn hooks_done(&self) -> bool {
        self.hook_groups.is_empty() && self.hook_group.iter().all(|id| self.status[*id] != Status::Up)
    }

    /// Hooks share their phase. Those of *force_cleanup* leave the resources their part, and keep a tenth of
    /// their own back for their aborts; those of an *announce* that has no time of its own run into
    /// *stop_new_work*.
    pub(super) fn end_of_hooks(&self, phase: Phase, now: Moment) -> Moment {
        match phase {
            Phase::ForceCleanup => {
                let part = fair(self.stage_ends.saturating_sub(now), self.plan.close_stages + 1);
                now.saturating_add(part - part / 10)
            }
            Phase::Announce if self.stage_ends <= now => {
                now.saturating_add(self.plan.budget.deadline(Phase::StopNewWork))
            }
            _ => self.stage_ends,
        }
    }
}
