//! Calling a shutdown off: while nothing has been ended that cannot be begun again, there is a way back.

use crate::plan::{Id, Node};
use crate::words::abort::AbortError;
use crate::words::phase::Phase;
use crate::words::reason::{Reason, State};
use crate::words::report::PhaseEnd;

use super::{Action, Machine, Moment, Stage, Status, Timer};

impl Machine {
    pub(super) fn call_off(&mut self, out: &mut Vec<Action>) {
        match (self.refusal(), &self.stage) {
            (None, Stage::Phase(phase)) => self.go_back(*phase, out),
            (refusal, _) => out.push(Action::Refuse(refusal.unwrap_or(AbortError::NotRequested))),
        }
    }

    fn refusal(&self) -> Option<AbortError> {
        let Some(reason) = &self.reason else { return Some(AbortError::NotRequested) };
        if self.clock.is_some_and(|clock| clock.forced) {
            return Some(AbortError::Forced);
        }
        if !matches!(reason, Reason::Signal { .. } | Reason::Requested { .. }) {
            return Some(AbortError::NothingToReturnTo(reason.clone()));
        }
        match self.stage {
            Stage::Phase(Phase::Announce | Phase::StopNewWork) => {
                self.lost.clone().or_else(|| self.nobody_left()).map(AbortError::NothingToReturnTo)
            }
            Stage::Phase(phase) => Some(AbortError::TooLate(phase)),
            _ if self.ran => Some(AbortError::TooLate(Phase::ForceCleanup)),
            _ => Some(AbortError::Starting),
        }
    }

    /// An App whose tasks have all ended would only begin to stop again.
    fn nobody_left(&self) -> Option<Reason> {
        let mut tasks = self.plan.tasks();
        let goes_on = |id: Id| self.is_live(id) || self.ended_since[id] == Some(true);
        (self.plan.tasks().next().is_some() && !tasks.any(|(id, _)| goes_on(id))).then_some(Reason::AllTasksEnded)
    }

    /// Back to where it was before the request. What runs for the shutdown, a hook or an abort, keeps its bound and comes
    /// to its end on its own.
    fn go_back(&mut self, phase: Phase, out: &mut Vec<Action>) {
        if phase != Phase::Announce || !self.is_silent(phase) {
            out.push(Action::Leave { phase, end: PhaseEnd::CalledOff });
        }
        let plan = self.plan.clone();
        let tasks: Vec<Id> = plan.tasks().map(|(id, _)| id).collect();
        let ended = tasks.iter().copied().filter(|id| self.ended_since[*id] == Some(false)).collect();
        out.push(Action::CallOff { ended });
        self.forget_the_request();
        self.stage = Stage::Running;
        self.set_state(State::Running, out);
        for id in tasks {
            if self.ended_since[id] == Some(true) {
                self.run_again(id, out);
            } else if matches!(self.status[id], Status::Up | Status::Cancelling) {
                self.set(id, Status::Up);
            }
        }
    }

    fn forget_the_request(&mut self) {
        self.reason = None;
        self.clock = None;
        self.stage_ends = Moment::MAX;
        self.hook_groups.clear();
        self.hook_group.clear();
        self.hooks_end = Moment::MAX;
        self.acceptors_gone = false;
        self.requests_done = false;
        self.hold = None;
        self.timers.retain(|(_, timer)| *timer != Timer::Look);
    }

    pub(super) fn run_again(&mut self, id: Id, out: &mut Vec<Action>) {
        debug_assert!(matches!(self.plan.nodes[id], Node::Task(_)), "tasks alone return");
        self.set(id, Status::Up);
        out.push(Action::RunAgain(id));
    }
}
