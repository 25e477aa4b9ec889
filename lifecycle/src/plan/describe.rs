//! A plan in words and pictures: what uses what, in which order it starts, and how it stops.

mod dot;
mod facts;
mod json;
mod mermaid;
mod text;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use crate::words::format::Format;
use crate::words::phase::Phase;
use crate::words::settings::Source;

use super::{Id, Node, Plan};

/// All that can be told of a plan, in the order in which it is told.
#[derive(Debug)]
pub(crate) struct Description<'a> {
    plan: &'a Plan,
    /// Of each component, the resources that it uses, in order of registration.
    uses: Vec<Vec<Id>>,
    /// The resources by the step in which they can open at the earliest: those of a step use none of their own step.
    opening: Vec<Vec<Id>>,
    /// Every phase, with what happens in it.
    stopping: [PhasePlan; 5],
}

/// What happens in a phase.
#[derive(Debug)]
struct PhasePlan {
    phase: Phase,
    planned: Duration,
    source: Source,
    /// When it is over at the latest, counted from the request.
    ends: Duration,
    /// Hooks that run at its beginning, one group after the other.
    hooks: Vec<Group>,
    /// Tasks whose run in progress it waits for.
    completes: Vec<Id>,
    /// Tasks that it cancels, one group after the other.
    cancels: Vec<Group>,
    /// Resources that it closes, one step after the other.
    closes: Vec<Vec<Id>>,
}

/// Components whose turn is the same.
#[derive(Debug)]
struct Group {
    priority: i32,
    members: Vec<Id>,
}

impl<'a> Description<'a> {
    pub(crate) fn of(plan: &'a Plan) -> Self {
        let uses = uses(plan);
        let opening = opening(plan, &uses);
        Self { plan, uses, opening, stopping: Phase::ALL.map(|phase| phase_plan(plan, phase)) }
    }

    /// The whole, ending with a line break.
    pub(crate) fn show(&self, format: Format) -> String {
        match format {
            Format::Text => text::show(self),
            Format::Json => json::show(self),
            Format::Mermaid => mermaid::show(self),
            Format::Dot => dot::show(self),
        }
    }

    fn name(&self, id: Id) -> &'a str {
        &self.plan.parts[id].name
    }

    /// Names, separated by commas.
    fn names(&self, ids: &[Id]) -> String {
        let names: Vec<_> = ids.iter().map(|id| self.name(*id)).collect();
        names.join(", ")
    }
}

fn uses(plan: &Plan) -> Vec<Vec<Id>> {
    let provider = |id: &Id| plan.parts[*id].provides();
    let of_part = |needs: &[_]| {
        let resources = plan.resources().map(|(id, _)| id);
        resources.filter(|id| provider(id).is_some_and(|key| needs.contains(&key))).collect()
    };
    plan.parts.iter().map(|part| of_part(&part.needs)).collect()
}

/// Each resource stands one step behind the last of those that it uses.
fn opening(plan: &Plan, uses: &[Vec<Id>]) -> Vec<Vec<Id>> {
    let mut steps: Vec<Vec<Id>> = Vec::new();
    let mut open = vec![false; plan.parts.len()];
    loop {
        let ready = |id: &Id| !open[*id] && uses[*id].iter().all(|used| open[*used]);
        let step: Vec<Id> = plan.resources().map(|(id, _)| id).filter(ready).collect();
        if step.is_empty() {
            return steps;
        }
        step.iter().for_each(|id| open[*id] = true);
        steps.push(step);
    }
}

fn phase_plan(plan: &Plan, phase: Phase) -> PhasePlan {
    let share = plan.budget.share(phase);
    let hooks = plan.hooks().filter(|(_, hook)| hook.phase == phase).map(|(id, hook)| (hook.priority, id));
    let mut this = PhasePlan {
        phase,
        planned: share.planned,
        source: share.source,
        ends: plan.budget.deadline(phase),
        hooks: groups(hooks),
        completes: Vec::new(),
        cancels: Vec::new(),
        closes: Vec::new(),
    };
    match phase {
        Phase::Announce | Phase::StopNewWork => {}
        Phase::CompleteCurrent => {
            this.completes = plan.tasks().filter(|(_, task)| task.completes).map(|(id, _)| id).collect();
        }
        Phase::CancelTasks => this.cancels = groups(plan.tasks().map(|(id, task)| (task.priority, id))),
        Phase::ForceCleanup => this.closes = closes(plan),
    }
    this
}

/// By priority, the highest first.
fn groups(members: impl Iterator<Item = (i32, Id)>) -> Vec<Group> {
    let mut groups: BTreeMap<Reverse<i32>, Vec<Id>> = BTreeMap::new();
    for (priority, id) in members {
        groups.entry(Reverse(priority)).or_default().push(id);
    }
    groups.into_iter().map(|(Reverse(priority), members)| Group { priority, members }).collect()
}

fn closes(plan: &Plan) -> Vec<Vec<Id>> {
    let mut steps = vec![Vec::new(); plan.close_stages];
    for (id, resource) in plan.resources() {
        steps[resource.close_stage].push(id);
    }
    steps
}

impl PhasePlan {
    /// It takes no time and has nothing to do.
    fn is_off(&self) -> bool {
        self.phase == Phase::Announce && self.planned.is_zero() && self.hooks.is_empty()
    }
}

/// In which phase a task is dropped at an `.await`, if it has not ended before.
fn dropped_in(plan: &Plan, id: Id) -> Option<Phase> {
    match &plan.nodes[id] {
        Node::Task(task) if task.drops => Some(Phase::CancelTasks),
        Node::Task(_) => Some(Phase::ForceCleanup),
        Node::Resource(_) | Node::Hook(_) => None,
    }
}

#[cfg(test)]
mod tests;
