//! Resources close: users before what they use, higher priorities first, each with its fair share.

use std::time::Duration;

use crate::plan::{Id, Node};
use crate::words::phase::Phase;
use crate::words::reason::State;
use crate::words::report::PhaseEnd;

use super::{Action, Machine, Moment, Stage, Status, Timer};

impl Machine {
    /// After *force_cleanup*'s aborts, or directly when a start is taken back.
    pub(super) fn begin_closing(&mut self, now: Moment, out: &mut Vec<Action>) {
        let Some(clock) = self.clock else { return };
        self.stage_ends = clock.ends;
        self.wake_at(clock.ends, Timer::Look);
        if self.stage == Stage::TakingBack {
            out.push(Action::Enter { phase: Phase::ForceCleanup, ends: clock.ends });
        }
        self.stage = Stage::Closing;
        self.close_ready(now, out);
    }

    fn close_ready(&mut self, now: Moment, out: &mut Vec<Action>) {
        let plan = self.plan.clone();
        let highest = plan.resources().filter(|(id, _)| self.is_live(*id)).map(|(_, node)| node.priority).max();
        for (id, node) in plan.resources() {
            let users_gone = node.users.iter().all(|user| !self.is_live(*user));
            if self.status[id] == Status::Up && Some(node.priority) == highest && users_gone {
                self.close(now, id, out);
            }
        }
    }

    fn close(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        let Node::Resource(node) = &self.plan.nodes[id] else { return };
        let left = self.plan.close_stages - node.close_stage;
        let share = self.stage_ends.saturating_sub(now) / u32::try_from(left).unwrap_or(u32::MAX);
        // A tenth is kept back for the end of a close that has to be aborted.
        let until = now + node.close_timeout.min(share - share / 10);
        self.set(id, Status::Closing);
        self.wake_at(until, Timer::Bound(id));
        out.push(Action::Close { id, until });
    }

    pub(super) fn close_grace(&self, now: Moment) -> Duration {
        (self.stage_ends.saturating_sub(now) / 10).min(self.abort_grace())
    }

    pub(super) fn advance_closing(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        if self.live.open > 0 {
            let before = out.len();
            self.close_ready(now, out);
            return out.len() > before;
        }
        let phase = Phase::ForceCleanup;
        let end = if now > self.stage_ends { PhaseEnd::TimedOut } else { PhaseEnd::Completed };
        out.push(Action::Leave { phase, end });
        let state = if self.start_failed { State::Failed } else { State::Stopped };
        self.stage = Stage::Over;
        self.timers.clear();
        self.set_state(state, out);
        out.push(Action::Finish(state));
        true
    }
}
