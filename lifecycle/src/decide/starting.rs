//! From the first resource to running tasks, and the way back when that fails.

use crate::plan::{Id, Node};
use crate::words::phase::Phase;
use crate::words::reason::{Reason, State};

use super::{Action, Clock, Event, Machine, Moment, Stage, Status};

impl Machine {
    pub(super) fn begin(&mut self, now: Moment, out: &mut Vec<Action>) {
        if self.stage != Stage::Idle {
            return;
        }
        self.stage = Stage::Opening;
        self.set_state(State::Starting, out);
        let ready: Vec<Id> =
            self.plan.resources().filter(|(_, node)| node.needs.is_empty()).map(|(id, _)| id).collect();
        ready.into_iter().for_each(|id| self.open(now, id, out));
    }

    pub(super) fn open(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        let Node::Resource(node) = &self.plan.nodes[id] else { return };
        let until = now.saturating_add(node.open_timeout);
        self.set(id, Status::Opening);
        self.bind(id, until);
        out.push(Action::Open(id));
    }

    /// What was told to end, or dropped, and opens all the same closes in its turn; what was given up stays left behind.
    pub(super) fn opened(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        if !matches!(self.status[id], Status::Opening | Status::Cancelling | Status::Aborting) && !self.comes_back(id) {
            return;
        }
        self.set(id, Status::Up);
        if self.stage != Stage::Opening {
            return self.reopened(id, out);
        }
        let plan = self.plan.clone();
        let Node::Resource(node) = &plan.nodes[id] else { return };
        for user in &node.users {
            let Node::Resource(candidate) = &plan.nodes[*user] else { continue };
            let all_open = candidate.needs.iter().all(|need| self.status[*need] == Status::Up);
            if self.status[*user] == Status::Idle && all_open && !self.start_is_failing() {
                self.open(now, *user, out);
            }
        }
    }

    pub(super) fn not_opened(&mut self, now: Moment, id: Id, error: String, out: &mut Vec<Action>) {
        self.set(id, Status::Ended);
        if self.stage == Stage::Opening {
            let reason = self.start_failed(id, error.clone());
            self.begin_because(now, reason, out);
        }
        self.not_reopened(id, error, out);
    }

    /// No signal explains that. The first failure is the reason all the same; while the start is taken back, others change
    /// nothing.
    pub(super) fn opens_too_late(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        if self.stage == Stage::Opening {
            let late = self.start_failed(id, self.too_late(id));
            self.request(now, late, out);
        }
    }

    fn start_failed(&self, id: Id, error: String) -> Reason {
        Reason::StartFailed { resource: self.plan.parts[id].name.clone(), error }
    }

    /// Ends what is opening; what is open closes with a budget of its own. No hook runs: what it takes may
    /// never have opened.
    pub(super) fn take_back(&mut self, now: Moment, reason: Reason, out: &mut Vec<Action>) {
        self.start_failed = matches!(reason, Reason::StartFailed { .. });
        self.reason = Some(reason.clone());
        out.push(Action::Announce(reason));
        let ends = now.saturating_add(self.plan.budget.reserve());
        self.stage = Stage::TakingBack;
        self.clock = Some(Clock { began: now, ends, forced: false });
        self.stage_ends = ends;
        self.set_state(State::Stopping, out);
        out.push(Action::Enter { phase: Phase::ForceCleanup, ends });
        let opening: Vec<Id> = (0..self.status.len()).filter(|id| self.status[*id] == Status::Opening).collect();
        opening.into_iter().for_each(|id| self.end_opening(now, id, out));
    }

    /// One that takes a `Shutdown` is told, and dropped only when its share is over. Any other is dropped at once.
    pub(super) fn end_opening(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        if !self.hears(id) {
            return self.drop_opening(now, id, out);
        }
        let until = self.opening_share_ends(now, id);
        self.set(id, Status::Cancelling);
        self.bind(id, until);
        out.push(Action::CancelOpening { id, until });
    }

    fn hears(&self, id: Id) -> bool {
        matches!(&self.plan.nodes[id], Node::Resource(node) if node.hears)
    }

    pub(super) fn opening_share_ends(&self, now: Moment, id: Id) -> Moment {
        if self.stage == Stage::Closing {
            return self.close_share_ends(now, id);
        }
        let left = self.clock.map_or(Moment::MAX, |clock| clock.ends.saturating_sub(now));
        now.saturating_add(self.plan.opening_share(left))
    }

    pub(super) fn drop_opening(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        self.set(id, Status::Aborting);
        self.bind(id, now.saturating_add(self.grace(now, id)));
        out.push(Action::DropOpening(id));
    }

    pub(super) fn advance_opening(&mut self, out: &mut Vec<Action>) -> bool {
        if self.live.openings > 0 || self.plan.resources().any(|(id, _)| self.status[id] != Status::Up) {
            return false;
        }
        let tasks: Vec<Id> = self.plan.tasks().map(|(id, _)| id).collect();
        tasks.into_iter().for_each(|id| self.set(id, Status::Up));
        self.stage = Stage::Running;
        self.ran = true;
        self.set_state(State::Running, out);
        out.push(Action::RunTasks);
        true
    }

    pub(super) fn advance_taking_back(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        let ending = |id: Id| matches!(self.status[id], Status::Cancelling | Status::Aborting);
        if self.plan.resources().any(|(id, _)| ending(id)) {
            return false;
        }
        self.begin_closing(now, out);
        true
    }

    pub(super) fn advance_running(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        if self.advance_meanwhile(now, out) {
            return true;
        }
        if self.live.tasks > 0 || self.failure.is_some() || self.plan.tasks().next().is_none() {
            return false;
        }
        self.take(now, Event::Request(Reason::AllTasksEnded), out);
        true
    }
}
