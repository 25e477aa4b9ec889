//! Who uses whom, followed as far as it goes: for stopping and starting a part of an App while it runs.

use std::collections::BTreeSet;

use super::{Id, Node, Plan};

impl Plan {
    /// Those that take this resource themselves. Hooks are left out: they run at the end alone.
    pub(crate) fn users(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let uses = move |user: &Id| self.needs[*user].contains(&id) && !matches!(self.nodes[*user], Node::Hook(_));
        (0..self.nodes.len()).filter(uses)
    }

    /// Those that cannot run without one of these, by what they take or by what that takes. These are not among them.
    pub(crate) fn dependents(&self, of: &BTreeSet<Id>) -> BTreeSet<Id> {
        reach(of, |id| self.users(id).collect())
    }

    /// The resources without which these cannot run. These are not among them.
    pub(crate) fn requirements(&self, of: &BTreeSet<Id>) -> BTreeSet<Id> {
        reach(of, |id| self.needs[id].clone())
    }
}

fn reach(from: &BTreeSet<Id>, next: impl Fn(Id) -> Vec<Id>) -> BTreeSet<Id> {
    let mut reached = from.clone();
    let mut open: Vec<Id> = from.iter().copied().collect();
    while let Some(id) = open.pop() {
        open.extend(next(id).into_iter().filter(|next| reached.insert(*next)));
    }
    &reached - from
}
