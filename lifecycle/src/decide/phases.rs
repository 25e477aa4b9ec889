//! The phases of a shutdown: how each begins, what it waits for, what comes next.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::plan::{Id, Node};
use crate::words::phase::Phase;
use crate::words::reason::{Reason, State};
use crate::words::report::PhaseEnd;

use super::bounds::fair;
use super::{Action, Cause, Clock, Ending, Machine, Moment, Stage, Status};

impl Machine {
    pub(super) fn request(&mut self, now: Moment, reason: Reason, out: &mut Vec<Action>) {
        match self.stage {
            Stage::Idle | Stage::Opening => {
                let reason = self.reason_of_taking_back(reason);
                self.take_back(now, reason, out);
            }
            Stage::Running => {
                self.reason = Some(reason.clone());
                self.lost = self.failure.take().map(|(_, failure)| failure);
                self.ended_since.fill(None);
                out.push(Action::Announce(reason));
                let ends = now.saturating_add(self.plan.budget.total);
                self.clock = Some(Clock { began: now, ends, forced: false });
                self.meanwhile_is_over(now, out);
                self.enter(Phase::Announce, now, out);
            }
            Stage::TakingBack | Stage::Phase(_) | Stage::Closing | Stage::Over => {}
        }
    }

    /// Jumps to *force_cleanup* with its reserve, or with what is left of the total if that is less.
    pub(super) fn force(&mut self, now: Moment, out: &mut Vec<Action>) {
        let Some(clock) = &mut self.clock else { return };
        clock.forced = true;
        clock.ends = clock.ends.min(now.saturating_add(self.plan.budget.reserve()));
        let ends = clock.ends;
        match self.stage {
            Stage::Phase(Phase::ForceCleanup) | Stage::Closing => {
                self.stage_ends = ends;
                self.look_at(ends);
                self.hooks_end = self.hooks_end.min(self.end_of_hooks(Phase::ForceCleanup, now));
            }
            Stage::Phase(phase) => {
                self.hook_groups.clear();
                out.push(Action::Leave { phase, end: PhaseEnd::Forced });
                self.enter(Phase::ForceCleanup, now, out);
            }
            _ => {}
        }
        self.tighten(now);
    }

    pub(super) fn returned(&mut self, now: Moment, id: Id, ending: Ending, cause: Cause, out: &mut Vec<Action>) {
        let begins = self.begins_shutdown(id, ending, cause);
        match self.stage {
            Stage::Running => match begins {
                Some(reason) => self.begin_because(now, reason, out),
                // Told by a shutdown that has been called off since.
                None if cause == (Cause::Told { returns: true }) => self.run_again(id, out),
                None => {}
            },
            Stage::Phase(Phase::Announce | Phase::StopNewWork) => {
                self.lost = self.lost.take().or(begins);
                self.ended_since[id] = Some(cause == Cause::Told { returns: true });
            }
            _ => {}
        }
    }

    /// The end of a task that was not told to end can be the end of the App.
    fn begins_shutdown(&self, id: Id, ending: Ending, cause: Cause) -> Option<Reason> {
        let Node::Task(task) = &self.plan.nodes[id] else { return None };
        if cause != Cause::Own {
            return None;
        }
        if task.is_main {
            return Some(Reason::MainReturned { error: ending.error });
        }
        let failed = task.critical && ending.outcome.is_failure();
        failed.then(|| {
            let error = ending.error.unwrap_or_else(|| ending.outcome.name().to_owned());
            Reason::TaskFailed { task: self.plan.parts[id].name.clone(), error }
        })
    }

    fn enter(&mut self, phase: Phase, now: Moment, out: &mut Vec<Action>) {
        let Some(clock) = self.clock else { return };
        let ends = clock.began.saturating_add(self.plan.budget.deadline(phase)).min(clock.ends);
        self.stage = Stage::Phase(phase);
        self.stage_ends = ends;
        self.look_at(ends);
        self.set_state(if phase < Phase::CancelTasks { State::Draining } else { State::Stopping }, out);
        if phase != Phase::Announce || !self.is_silent(phase) {
            out.push(Action::Enter { phase, ends });
        }
        match phase {
            Phase::Announce => {}
            Phase::StopNewWork => self.stop_new_work(now, out),
            Phase::CompleteCurrent => out.push(Action::AwaitRequests),
            Phase::CancelTasks => self.group_tasks(out),
            Phase::ForceCleanup => self.abort_all(now, out),
        }
        self.queue_hooks(phase, now);
    }

    /// *announce* is off unless it has time or hooks; then it is not even mentioned.
    pub(super) fn is_silent(&self, phase: Phase) -> bool {
        self.plan.budget.share(phase).planned.is_zero() && self.plan.hooks().all(|(_, hook)| hook.phase != phase)
    }

    fn stop_new_work(&mut self, now: Moment, out: &mut Vec<Action>) {
        out.push(Action::StopNewWork);
        out.push(Action::AwaitAcceptors);
        let plan = self.plan.clone();
        for (id, task) in plan.tasks().filter(|(_, task)| task.completes) {
            if let Some(bound) = task.stop_timeout {
                self.bind(id, now.saturating_add(bound));
            }
        }
    }

    fn group_tasks(&mut self, out: &mut Vec<Action>) {
        out.push(Action::RefuseSpawns);
        let mut groups: BTreeMap<Reverse<i32>, Vec<Id>> = BTreeMap::new();
        for (id, task) in self.plan.tasks().filter(|(id, _)| self.is_live(*id)) {
            groups.entry(Reverse(task.priority)).or_default().push(id);
        }
        self.cancel_groups = groups.into_values().collect();
        self.cancel_group = Vec::new();
    }

    fn abort_all(&mut self, now: Moment, out: &mut Vec<Action>) {
        out.push(Action::RefuseSpawns);
        let running: Vec<Id> = (0..self.status.len())
            .filter(|id| !matches!(self.plan.nodes[*id], Node::Resource(_)) && self.is_live(*id))
            .collect();
        running.into_iter().for_each(|id| self.abort(now, id, out));
        // A hook of a shutdown that was called off may have been aborted when there was more time.
        self.tighten(now);
    }

    pub(super) fn is_live(&self, id: Id) -> bool {
        !matches!(self.status[id], Status::Idle | Status::Ended)
    }

    pub(super) fn advance_phase(&mut self, phase: Phase, now: Moment, out: &mut Vec<Action>) -> bool {
        if phase == Phase::CancelTasks && self.cancel_next_group(now, out) {
            return true;
        }
        let time_is_over = now >= self.stage_ends;
        let hooks_done = self.hooks_done();
        let end = match phase {
            _ if self.hold == Some(phase) && !time_is_over => None,
            Phase::Announce if time_is_over && (hooks_done || now >= self.hooks_end) => Some(PhaseEnd::Completed),
            Phase::Announce => None,
            _ if hooks_done && self.is_done(phase) => Some(PhaseEnd::Completed),
            Phase::ForceCleanup => None,
            _ => time_is_over.then_some(PhaseEnd::TimedOut),
        };
        let Some(end) = end else { return false };
        match phase.next() {
            Some(next) => {
                if phase != Phase::Announce || !self.is_silent(phase) {
                    out.push(Action::Leave { phase, end });
                }
                self.enter(next, now, out);
            }
            None => self.begin_closing(now, out),
        }
        true
    }

    fn is_done(&self, phase: Phase) -> bool {
        match phase {
            Phase::Announce => false,
            Phase::StopNewWork => self.acceptors_gone,
            Phase::CompleteCurrent => self.requests_done && self.live.completing == 0,
            Phase::CancelTasks => self.live.tasks == 0,
            // Aborted hooks and tasks end, or are given up after their grace.
            Phase::ForceCleanup => self.live.tasks == 0 && self.live.hooks == 0,
        }
    }

    /// The next group's turn comes when the one before has ended, or has had its fair share.
    fn cancel_next_group(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        if self.cancel_groups.is_empty() {
            return false;
        }
        // What is over is dropped here, so that no event costs a walk over the whole group.
        while self.cancel_group.last().is_some_and(|id| !self.is_live(*id)) {
            self.cancel_group.pop();
        }
        if now < self.cancel_ends && !self.cancel_group.is_empty() {
            return false;
        }
        self.cancel_ends = now.saturating_add(fair(self.stage_ends.saturating_sub(now), self.cancel_groups.len()));
        self.cancel_group = self.cancel_groups.pop_front().unwrap_or_default();
        self.look_at(self.cancel_ends);
        for id in self.cancel_group.clone() {
            self.cancel(now, id, out);
        }
        true
    }

    /// Its turn in *cancel_tasks*. Its own bound counts from here, unless it runs already.
    fn cancel(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        let Node::Task(task) = &self.plan.nodes[id] else { return };
        if self.status[id] != Status::Up {
            return;
        }
        let bound = self.bounds[id].or(task.stop_timeout.map(|bound| now.saturating_add(bound)));
        self.set(id, Status::Cancelling);
        if let Some(bound) = bound {
            self.bind(id, bound);
        }
        let until = bound.unwrap_or(self.cancel_ends).min(self.stage_ends);
        out.push(Action::Cancel { id, until });
    }
}
