//! From the first resource to running tasks, and the way back when that fails.

use crate::plan::{Id, Node};
use crate::words::duration::show;
use crate::words::reason::{Reason, State};

use super::{Action, Clock, Event, Machine, Moment, Stage, Status, Timer};

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

    fn open(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        let Node::Resource(node) = &self.plan.nodes[id] else { return };
        let until = now.saturating_add(node.open_timeout);
        self.set(id, Status::Opening);
        self.wake_at(until, Timer::OpenBound(id));
        out.push(Action::Open(id));
    }

    pub(super) fn opened(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        self.set(id, Status::Up);
        if self.stage != Stage::Opening {
            return;
        }
        let plan = self.plan.clone();
        let Node::Resource(node) = &plan.nodes[id] else { return };
        for user in &node.users {
            let Node::Resource(candidate) = &plan.nodes[*user] else { continue };
            let all_open = candidate.needs.iter().all(|need| self.status[*need] == Status::Up);
            if self.status[*user] == Status::Idle && all_open {
                self.open(now, *user, out);
            }
        }
    }

    pub(super) fn open_bound_over(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        let Node::Resource(node) = &self.plan.nodes[id] else { return };
        if self.status[id] == Status::Opening {
            let error = format!("it did not open within {}", show(node.open_timeout));
            self.open_failed(now, id, error, out);
        }
    }

    /// Only the first failure counts; while the start is taken back, others change nothing.
    pub(super) fn open_failed(&mut self, now: Moment, id: Id, error: String, out: &mut Vec<Action>) {
        if self.stage == Stage::Opening {
            self.start_failed = true;
            let resource = self.plan.parts[id].name.clone();
            out.push(Action::Announce(Reason::StartFailed { resource, error }));
            self.take_back(now, out);
        }
    }

    /// Drops what is opening; what is open closes with a budget of its own.
    pub(super) fn take_back(&mut self, now: Moment, out: &mut Vec<Action>) {
        self.stage = Stage::TakingBack;
        self.clock = Some(Clock { began: now, ends: now + self.plan.budget.reserve(), forced: false });
        self.set_state(State::Stopping, out);
        let grace = self.abort_grace();
        let opening: Vec<Id> =
            (0..self.status.len()).filter(|id| self.status[*id] == Status::Opening).collect();
        for id in opening {
            self.set(id, Status::Aborting);
            out.push(Action::DropOpening(id));
            self.wake_at(now + grace, Timer::GiveUp(id));
        }
    }

    pub(super) fn advance_opening(&mut self, out: &mut Vec<Action>) -> bool {
        let all_open = self.plan.resources().all(|(id, _)| self.status[id] == Status::Up);
        if self.live.openings > 0 || !all_open {
            return false;
        }
        let tasks: Vec<Id> = self.plan.tasks().map(|(id, _)| id).collect();
        tasks.into_iter().for_each(|id| self.set(id, Status::Up));
        self.stage = Stage::Running;
        self.set_state(State::Running, out);
        out.push(Action::RunTasks);
        true
    }

    pub(super) fn advance_taking_back(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        let dropping = self.plan.resources().any(|(id, _)| self.status[id] == Status::Aborting);
        if dropping {
            return false;
        }
        self.begin_closing(now, out);
        true
    }

    pub(super) fn advance_running(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        let mut tasks = self.plan.tasks();
        let some = tasks.next().is_some();
        if !some || self.live.tasks > 0 {
            return false;
        }
        drop(tasks);
        self.take(now, Event::Request(Reason::AllTasksEnded), out);
        true
    }
}
