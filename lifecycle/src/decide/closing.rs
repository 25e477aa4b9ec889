//! Resources close: users before what they use, higher priorities first, each with its fair share.

use crate::plan::{Id, Node};
use crate::words::phase::Phase;
use crate::words::reason::State;
use crate::words::report::PhaseEnd;

use super::bounds::fair;
use super::{Action, Machine, Moment, Stage, Status};

impl Machine {
    /// After *force_cleanup*'s aborts, or directly when a start is taken back.
    pub(super) fn begin_closing(&mut self, now: Moment, out: &mut Vec<Action>) {
        self.look_at(self.stage_ends);
        self.stage = Stage::Closing;
        // A close that was begun while the App ran may have been given more time than there is now.
        self.tighten(now);
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
        let until = now.saturating_add(node.close_timeout).min(self.close_share_ends(now, id));
        self.begin_close(id, until, out);
    }

    pub(super) fn begin_close(&mut self, id: Id, until: Moment, out: &mut Vec<Action>) {
        self.set(id, Status::Closing);
        self.bind(id, until);
        out.push(Action::Close { id, until });
    }

    /// The fair share of a close: what is left, by the steps that are left. A tenth of it is kept back for the
    /// end of a close that has to be aborted.
    pub(super) fn close_share_ends(&self, now: Moment, id: Id) -> Moment {
        let share = fair(self.stage_ends.saturating_sub(now), self.steps_left(id));
        now.saturating_add(share - share / 10)
    }

    /// Steps of *force_cleanup* until all is over, counted from that of `id`: the hooks are one, before the
    /// resources.
    pub(super) fn steps_left(&self, id: Id) -> usize {
        match &self.plan.nodes[id] {
            Node::Resource(node) => self.plan.close_stages - node.close_stage,
            Node::Hook(_) | Node::Task(_) => self.plan.close_stages + 1,
        }
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
