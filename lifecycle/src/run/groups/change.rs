//! One change: which components have to stop or to start, whether that is allowed, and in which order.

use std::collections::BTreeSet;

use tokio::sync::MutexGuard;

use crate::plan::parts::{Part, Sort};
use crate::plan::{Id, Plan};
use crate::run::stop::pause::RunState;

use super::change_lock::{Cause, Causes};
use super::error::GroupError;
use super::reach::Reach;

/// No other change is made as long as this exists.
pub(super) struct Change<'a> {
    pub(super) reach: &'a Reach,
    pub(super) causes: MutexGuard<'a, Causes>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    Tag(&'a str),
    Name(&'a str),
}

impl Change<'_> {
    pub(super) async fn halt(mut self, target: Target<'_>) -> Result<Vec<String>, GroupError> {
        let asked = self.select(target)?;
        let going = self.going(&asked)?;
        self.mark(&asked, &going);
        let (resources, tasks): (Vec<Id>, Vec<Id>) = going.iter().partition(|id| self.is_resource(**id));
        let mut stopped = self.halt_tasks(&tasks).await?;
        self.close(&resources).await?;
        stopped.extend(resources);
        Ok(self.names(stopped))
    }

    pub(super) async fn go(mut self, target: Target<'_>) -> Result<Vec<String>, GroupError> {
        let asked = self.select(target)?;
        let coming = if self.reach.cascades { self.coming_with_all(&asked) } else { self.coming(&asked)? };
        let (resources, tasks): (Vec<Id>, Vec<Id>) = coming.iter().partition(|id| self.is_resource(**id));
        self.open(&resources).await?;
        let mut started = self.let_run(&tasks).await;
        started.extend(resources);
        Ok(self.names(started))
    }

    fn select(&self, target: Target<'_>) -> Result<BTreeSet<Id>, GroupError> {
        let parts = || self.plan().parts.iter().enumerate();
        let moves = |part: &Part| matches!(part.sort, Sort::Task(_) | Sort::Resource { .. });
        match target {
            Target::Tag(tag) => {
                let tagged = parts().filter(|(_, part)| moves(part) && part.tags.contains(&tag));
                let tagged: BTreeSet<Id> = tagged.map(|(id, _)| id).collect();
                if tagged.is_empty() { Err(GroupError::NoSuchTag(tag.to_owned())) } else { Ok(tagged) }
            }
            Target::Name(name) => {
                let mut named = parts().filter(|(_, part)| is_named(part, name)).peekable();
                match named.peek() {
                    None => Err(GroupError::NoSuchName(name.to_owned())),
                    Some((_, part)) if !moves(part) => {
                        Err(GroupError::Fixed { name: part.name.clone(), kind: part.kind() })
                    }
                    Some(_) => Ok(named.map(|(id, _)| id).collect()),
                }
            }
        }
    }

    /// All that is to be stopped and is not.
    fn going(&self, asked: &BTreeSet<Id>) -> Result<BTreeSet<Id>, GroupError> {
        let mut going: BTreeSet<Id> = asked.iter().copied().filter(|id| self.is_up(*id)).collect();
        if self.reach.cascades {
            let dependents = self.plan().dependents(&going);
            going.extend(dependents.into_iter().filter(|id| self.is_up(*id)));
        }
        for id in &going {
            let stays = |user: &Id| self.is_up(*user) && (!going.contains(user) || self.is_main(*user));
            let users: Vec<Id> = self.plan().users(*id).filter(stays).collect();
            if !users.is_empty() {
                return Err(GroupError::InUse { name: self.name(*id), users: self.names(users) });
            }
        }
        match self.reach.caller.as_ref().map(|tree| tree.id()) {
            Some(caller) if going.contains(&caller) => Err(GroupError::Caller(self.name(caller))),
            _ => Ok(going),
        }
    }

    /// One that was named stays marked so, even if it is stopped as a dependent later.
    fn mark(&mut self, asked: &BTreeSet<Id>, going: &BTreeSet<Id>) {
        for id in going.difference(asked) {
            let is_told = !self.is_resource(*id) && self.reach.ledger.pause(*id).is_requested();
            if !is_told {
                self.causes.insert(*id, Cause::Dependency);
            }
        }
        self.causes.extend(asked.iter().map(|id| (*id, Cause::Named)));
    }

    /// All of these that are stopped.
    fn coming(&self, asked: &BTreeSet<Id>) -> Result<BTreeSet<Id>, GroupError> {
        let coming: BTreeSet<Id> = asked.iter().copied().filter(|id| self.is_stopped(*id)).collect();
        for id in &coming {
            let closed = self.plan().needs[*id].iter().copied().filter(|need| !self.will_be_open(*need, &coming));
            let stopped: Vec<Id> = closed.collect();
            if !stopped.is_empty() {
                return Err(GroupError::Needs { name: self.name(*id), stopped: self.names(stopped) });
            }
        }
        Ok(coming)
    }

    /// These, what they need, and what was taken along with one of them.
    fn coming_with_all(&self, asked: &BTreeSet<Id>) -> BTreeSet<Id> {
        let base = &self.plan().requirements(asked) | asked;
        let mut coming: BTreeSet<Id> = base.iter().copied().filter(|id| self.is_stopped(*id)).collect();
        let mut taken = self.plan().dependents(&base);
        taken.retain(|id| self.causes.get(id) == Some(&Cause::Dependency) && self.is_stopped(*id));
        loop {
            let has_all = |id: &Id| self.plan().needs[*id].iter().all(|need| self.will_be_open(*need, &coming));
            let Some(id) = taken.iter().copied().find(has_all) else { return coming };
            taken.remove(&id);
            coming.insert(id);
        }
    }

    fn will_be_open(&self, id: Id, coming: &BTreeSet<Id>) -> bool {
        coming.contains(&id) || self.reach.ledger.is_open(id)
    }

    /// Open, or running. A task that is told to stop runs until it has stopped; one that was let go runs already.
    fn is_up(&self, id: Id) -> bool {
        if self.is_resource(id) {
            return self.reach.ledger.is_open(id);
        }
        let pause = self.reach.ledger.pause(id);
        match pause.state() {
            RunState::Running => true,
            RunState::Paused => !pause.is_requested(),
            RunState::Ended => false,
        }
    }

    /// Closed, or told to stop.
    fn is_stopped(&self, id: Id) -> bool {
        if self.is_resource(id) {
            return !self.reach.ledger.is_open(id);
        }
        let pause = self.reach.ledger.pause(id);
        pause.is_requested() && pause.state() != RunState::Ended
    }

    fn is_main(&self, id: Id) -> bool {
        matches!(self.plan().parts[id].sort, Sort::Main { .. })
    }

    fn is_resource(&self, id: Id) -> bool {
        matches!(self.plan().parts[id].sort, Sort::Resource { .. })
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.reach.ledger.plan
    }

    pub(super) fn name(&self, id: Id) -> String {
        self.plan().parts[id].name.clone()
    }

    /// In order of registration.
    pub(super) fn names(&self, mut ids: Vec<Id>) -> Vec<String> {
        ids.sort_unstable();
        ids.into_iter().map(|id| self.name(id)).collect()
    }
}

/// The copies of a task go by its plain name too.
fn is_named(part: &Part, name: &str) -> bool {
    let is_copy = |rest: &str| rest.starts_with('[') && matches!(part.sort, Sort::Task(_));
    part.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || is_copy(rest))
}
