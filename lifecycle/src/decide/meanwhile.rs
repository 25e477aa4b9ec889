//! Resources that close and open again while the App runs: what a start and a shutdown do with all of them, done with
//! a few. The caller makes sure that no task runs that uses one of them.

use crate::plan::{Id, Node};
use crate::words::duration::show;

use super::{Action, Machine, Meanwhile, Moment, Stage, Status};

impl Machine {
    pub(super) fn close_some(&mut self, ids: Vec<Id>, out: &mut Vec<Action>) {
        for id in ids {
            if self.stage == Stage::Running && self.status[id] == Status::Up {
                self.meanwhile.to_close.insert(id);
            } else {
                out.push(Action::Settled(id));
            }
        }
    }

    pub(super) fn open_some(&mut self, ids: Vec<Id>, out: &mut Vec<Action>) {
        for id in ids {
            let left_behind = self.meanwhile.left_behind.contains(&id);
            match self.status[id] {
                _ if self.stage != Stage::Running => out.push(Action::Settled(id)),
                Status::Up => out.push(Action::Settled(id)),
                Status::Idle | Status::Ended if !left_behind => {
                    self.meanwhile.to_open.insert(id);
                }
                Status::Idle | Status::Ended => {
                    self.refuse_to_open(id, "its last close or opening was left behind, and still runs", out)
                }
                _ => self.refuse_to_open(id, "it is still busy with its last opening or close", out),
            }
        }
    }

    fn refuse_to_open(&mut self, id: Id, why: &str, out: &mut Vec<Action>) {
        out.push(Action::NotReopened { id, error: why.to_owned() });
        out.push(Action::Settled(id));
    }

    pub(super) fn advance_meanwhile(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        self.refuse_closes(out)
            || self.close_ready_ones(now, out)
            || self.refuse_opens(out)
            || self.open_ready_ones(now, out)
    }

    /// One with a user that stays open stays open too.
    fn refuse_closes(&mut self, out: &mut Vec<Action>) -> bool {
        let goes = |id: Id| self.meanwhile.to_close.contains(&id) || self.meanwhile.under_way.contains(&id);
        let stays = |id: &Id| self.users_of(*id).iter().any(|user| self.is_live(*user) && !goes(*user));
        let Some(id) = self.meanwhile.to_close.iter().copied().find(stays) else { return false };
        self.meanwhile.to_close.remove(&id);
        out.push(Action::Settled(id));
        true
    }

    /// Users before what they use, a higher priority before a lower one, as in a shutdown.
    fn close_ready_ones(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        let going = self.meanwhile.to_close.iter().chain(&self.meanwhile.under_way);
        let highest = going.map(|id| self.plan.parts[*id].priority).max();
        let is_ready = |id: &Id| {
            Some(self.plan.parts[*id].priority) == highest && self.users_of(*id).iter().all(|user| !self.is_live(*user))
        };
        let Some(id) = self.meanwhile.to_close.iter().copied().find(is_ready) else { return false };
        let Node::Resource(node) = &self.plan.nodes[id] else { return false };
        let until = now.saturating_add(node.close_timeout);
        self.meanwhile.to_close.remove(&id);
        self.begin_close(id, until, out);
        self.meanwhile.under_way.insert(id);
        true
    }

    /// One that needs what will not be open is not opened either.
    fn refuse_opens(&mut self, out: &mut Vec<Action>) -> bool {
        let comes =
            |id: Id| matches!(self.status[id], Status::Up | Status::Opening) || self.meanwhile.to_open.contains(&id);
        let missing = |id: Id| self.plan.needs[id].iter().copied().find(|need| !comes(*need));
        let mut lost = self.meanwhile.to_open.iter().filter_map(|id| Some((*id, missing(*id)?)));
        let Some((id, need)) = lost.next() else { return false };
        drop(lost);
        let why = format!("`{}`, which it takes, is not open", self.plan.parts[need].name);
        self.meanwhile.to_open.remove(&id);
        self.refuse_to_open(id, &why, out);
        true
    }

    fn open_ready_ones(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        let is_ready = |id: &Id| self.plan.needs[*id].iter().all(|need| self.status[*need] == Status::Up);
        let Some(id) = self.meanwhile.to_open.iter().copied().find(is_ready) else { return false };
        self.meanwhile.to_open.remove(&id);
        self.meanwhile.under_way.insert(id);
        self.open(now, id, out);
        true
    }

    fn users_of(&self, id: Id) -> &[Id] {
        match &self.plan.nodes[id] {
            Node::Resource(node) => &node.users,
            _ => &[],
        }
    }

    /// An opening has had its time. The App runs on: nothing is given up before it ends.
    pub(super) fn opening_is_late(&mut self, now: Moment, id: Id, out: &mut Vec<Action>) {
        self.meanwhile.dropped.insert(id, self.too_late(id));
        self.end_opening(now, id, out);
    }

    /// Whether this is an opening that is not given up.
    pub(super) fn may_outlast_its_drop(&self, id: Id) -> bool {
        self.stage == Stage::Running && self.meanwhile.dropped.contains_key(&id)
    }

    /// It did not even end when it was dropped.
    pub(super) fn outlasts_its_drop(&mut self, id: Id, out: &mut Vec<Action>) {
        let why = self.meanwhile.dropped.get(&id).map_or("", String::as_str);
        let error = format!("{why}, and cannot be dropped: it is inside a poll");
        self.told_not_open(id, error, out);
    }

    pub(super) fn too_late(&self, id: Id) -> String {
        match &self.plan.nodes[id] {
            Node::Resource(node) => format!("it did not open within {}", show(node.open_timeout)),
            _ => String::new(),
        }
    }

    /// Whether an opening that was given up counts all the same: only if the shutdown was called off since.
    pub(super) fn comes_back(&mut self, id: Id) -> bool {
        self.stage == Stage::Running && self.meanwhile.left_behind.remove(&id)
    }

    /// One that was late, and is open all the same, is open.
    pub(super) fn reopened(&mut self, id: Id, out: &mut Vec<Action>) {
        self.meanwhile.dropped.remove(&id);
        if self.stage != Stage::TakingBack {
            out.push(Action::Reopened(id));
            self.settle(id, out);
        }
    }

    pub(super) fn not_reopened(&mut self, id: Id, error: String, out: &mut Vec<Action>) {
        self.meanwhile.left_behind.remove(&id);
        if let Some(error) = self.meanwhile.dropped.remove(&id) {
            if !self.meanwhile.under_way.contains(&id) {
                // The caller has been told, but the ledger has to know how it ended.
                return out.push(Action::NotReopened { id, error });
            }
            return self.told_not_open(id, error, out);
        }
        self.told_not_open(id, error, out);
    }

    fn told_not_open(&mut self, id: Id, error: String, out: &mut Vec<Action>) {
        if self.meanwhile.under_way.remove(&id) {
            out.push(Action::NotReopened { id, error });
            out.push(Action::Settled(id));
        }
    }

    /// What ended by itself: a close too, that was left behind before.
    pub(super) fn ended(&mut self, id: Id, out: &mut Vec<Action>) {
        self.set(id, Status::Ended);
        self.meanwhile.left_behind.remove(&id);
        self.settle(id, out);
    }

    /// What did not.
    pub(super) fn given_up(&mut self, id: Id, out: &mut Vec<Action>) {
        self.set(id, Status::Ended);
        self.ended_since[id] = Some(false);
        out.push(Action::GiveUp(id));
        self.meanwhile.left_behind.insert(id);
        self.settle(id, out);
    }

    fn settle(&mut self, id: Id, out: &mut Vec<Action>) {
        if self.meanwhile.under_way.remove(&id) {
            out.push(Action::Settled(id));
        }
    }

    /// Shutdown was asked for: what has not begun does not begin, what opens is to end, what closes goes on.
    pub(super) fn meanwhile_is_over(&mut self, now: Moment, out: &mut Vec<Action>) {
        let Meanwhile { to_close, to_open, .. } = &mut self.meanwhile;
        out.extend(std::mem::take(to_close).into_iter().chain(std::mem::take(to_open)).map(Action::Settled));
        for id in self.plan.clone().resources().map(|(id, _)| id) {
            if self.status[id] == Status::Opening {
                self.meanwhile.dropped.insert(id, "shutdown was asked for while it opened".to_owned());
                self.end_opening(now, id, out);
            } else if self.status[id] == Status::Aborting && self.meanwhile.dropped.contains_key(&id) {
                self.bind(id, now.saturating_add(self.grace(now, id)));
            }
        }
    }
}
