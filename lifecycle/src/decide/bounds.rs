//! What has only so much time: bounds, what is done to a component that has used up its own, aborts and giving up.

use std::time::Duration;

use crate::plan::{Id, Node};
use crate::words::phase::Phase;

use super::{Action, Machine, Moment, Stage, Status, Timer};

/// Longest wait for something that was aborted: it ends at its next `.await`, or is blocking its thread.
const ABORT_GRACE: Duration = Duration::from_secs(1);
/// The same after a repeated SIGINT.
const FORCED_ABORT_GRACE: Duration = Duration::from_millis(250);

impl Machine {
    pub(super) fn fire_timers(&mut self, now: Moment, out: &mut Vec<Action>) {
        while let Some((moment, timer)) = self.timers.first().copied() {
            if moment > now {
                return;
            }
            match timer {
                Timer::Look => {
                    self.timers.pop_first();
                }
                Timer::Bound(id) => {
                    self.unbind(id);
                    self.bound_over(now, id, out);
                }
            }
        }
    }

    pub(super) fn look_at(&mut self, moment: Moment) {
        self.timers.insert((moment, Timer::Look));
    }

    /// Gives a component until `moment` for what it is doing now, instead of what it had.
    pub(super) fn bind(&mut self, id: Id, moment: Moment) {
        self.unbind(id);
        self.bounds[id] = Some(moment);
        self.timers.insert((moment, Timer::Bound(id)));
    }

    pub(super) fn unbind(&mut self, id: Id) {
        if let Some(moment) = self.bounds[id].take() {
            self.timers.remove(&(moment, Timer::Bound(id)));
        }
    }

    fn bound_over(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        match (self.status[id], &self.plan.nodes[id]) {
            (Status::Opening, _) if self.stage == Stage::Running => self.opening_is_late(now, id, out),
            (Status::Opening, _) => self.opens_too_late(now, id, out),
            (Status::Cancelling, Node::Resource(_)) => self.drop_opening(now, id, out),
            // Not its turn yet: it is cancelled first, so that it can end by itself.
            (Status::Up, Node::Task(_)) => {
                let until = now.saturating_add(self.grace(now, id));
                self.set(id, Status::Cancelling);
                self.bind(id, until);
                out.push(Action::Cancel { id, until });
            }
            (Status::Up | Status::Cancelling | Status::Closing, _) => self.abort(now, id, out),
            (Status::Aborting, _) if self.may_outlast_its_drop(id) => self.outlasts_its_drop(id, out),
            (Status::Aborting, _) => self.given_up(id, out),
            (Status::Idle | Status::Ended, _) => {}
        }
    }

    pub(super) fn abort(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        if matches!(self.status[id], Status::Up | Status::Cancelling | Status::Closing) {
            self.set(id, Status::Aborting);
            self.bind(id, now.saturating_add(self.grace(now, id)));
            out.push(Action::Abort(id));
        }
    }

    /// How long something that is aborted may take to end. In the steps of *force_cleanup* that come one after
    /// the other, that is the tenth that was kept back, so that the steps to come lose nothing.
    pub(super) fn grace(&self, now: Moment, id: Id) -> Duration {
        let Some(clock) = self.clock else { return ABORT_GRACE };
        let most = if clock.forced { FORCED_ABORT_GRACE } else { ABORT_GRACE };
        let left = clock.ends.saturating_sub(now);
        let part = match (&self.stage, &self.plan.nodes[id]) {
            (Stage::Phase(Phase::ForceCleanup), Node::Hook(_)) | (Stage::Closing, Node::Resource(_)) => {
                // When a step has used nine tenths of its share, its last one and ten for each other step are left.
                fair(left, self.steps_left(id) * 10 - 9)
            }
            (Stage::TakingBack, Node::Resource(node)) if node.hears => {
                fair(left, (self.plan.close_stages + 1) * 10 - 9)
            }
            _ => left,
        };
        most.min(self.plan.budget.reserve() / 5).min(part)
    }

    /// In *force_cleanup*, and after a repeated SIGINT, no component keeps more time than the end allows.
    pub(super) fn tighten(&mut self, now: Moment) {
        for id in 0..self.status.len() {
            let Some(bound) = self.bounds[id] else { continue };
            let latest = match (self.status[id], &self.plan.nodes[id]) {
                (Status::Up, Node::Hook(_)) => self.hook_share_ends(now, self.hook_groups.len() + 1),
                (Status::Closing, _) => self.close_share_ends(now, id),
                (Status::Cancelling, Node::Resource(_)) => self.opening_share_ends(now, id),
                (Status::Aborting, _) => now.saturating_add(self.grace(now, id)),
                _ => continue,
            };
            self.bind(id, bound.min(latest));
        }
    }
}

/// One of so many equal parts.
pub(super) fn fair(time: Duration, parts: usize) -> Duration {
    time / u32::try_from(parts).unwrap_or(u32::MAX)
}
