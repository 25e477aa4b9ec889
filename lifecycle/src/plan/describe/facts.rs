//! What else is to be said of a component: the options that make a difference.

use std::fmt;
use std::time::Duration;

use crate::plan::parts::{Part, Sort};
use crate::plan::{Id, Node, Plan};
use crate::words::duration;
use crate::words::phase::Phase;
use crate::words::task::{Missed, OnShutdown, TaskSettings};

use super::{Group, PhasePlan};

/// An option by its name, with its value.
pub(super) struct Fact {
    pub(super) key: &'static str,
    pub(super) value: Value,
}

/// The value of an option.
pub(super) enum Value {
    Time(Duration),
    Word(&'static str),
    Flag(bool),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Time(time) => f.write_str(&duration::show(*time)),
            Value::Word(word) => f.write_str(word),
            Value::Flag(flag) => write!(f, "{flag}"),
        }
    }
}

/// What was given, or counts though it was not given, in the order of the attribute's documentation.
pub(super) fn facts(plan: &Plan, id: Id) -> Vec<Fact> {
    let mut facts = Vec::new();
    match (&plan.parts[id].sort, &plan.nodes[id]) {
        (Sort::Task(settings), _) => task(settings, &mut facts),
        (Sort::Resource { settings, .. }, Node::Resource(node)) => {
            flag(&mut facts, "shared", settings.shared);
            flag(&mut facts, "blocking", settings.blocking);
            time(&mut facts, "open_timeout", Some(node.open_timeout));
            time(&mut facts, "close_timeout", Some(node.close_timeout.min(plan.budget.reserve())));
        }
        (Sort::Hook(settings), _) => {
            facts.push(Fact { key: "phase", value: Value::Word(settings.phase.name()) });
            time(&mut facts, "timeout", settings.timeout);
        }
        _ => {}
    }
    if let Some(phase) = super::dropped_in(plan, id) {
        facts.push(Fact { key: "dropped_in", value: Value::Word(phase.name()) });
    }
    facts
}

fn task(settings: &TaskSettings, facts: &mut Vec<Fact>) {
    let given = |time: Duration| (!time.is_zero()).then_some(time);
    let periodic = settings.periodic();
    time(facts, "interval", periodic.map(|periodic| periodic.interval));
    time(facts, "initial_delay", given(settings.initial_delay));
    time(facts, "jitter", periodic.and_then(|periodic| given(periodic.jitter)));
    if let Some(periodic) = periodic.filter(|periodic| periodic.missed != Missed::Skip) {
        let word = if periodic.missed == Missed::Delay { "delay" } else { "burst" };
        facts.push(Fact { key: "missed", value: Value::Word(word) });
    }
    time(facts, "timeout", settings.timeout());
    if let Some(on_shutdown) = settings.on_shutdown() {
        let word = if on_shutdown == OnShutdown::Finish { "finish" } else { "cancel" };
        facts.push(Fact { key: "on_shutdown", value: Value::Word(word) });
    }
    time(facts, "stop_timeout", settings.stop_timeout);
    if periodic.is_none() && !settings.is_critical() {
        facts.push(Fact { key: "critical", value: Value::Flag(false) });
    }
}

fn time(facts: &mut Vec<Fact>, key: &'static str, time: Option<Duration>) {
    facts.extend(time.map(|time| Fact { key, value: Value::Time(time) }));
}

fn flag(facts: &mut Vec<Fact>, key: &'static str, flag: bool) {
    if flag {
        facts.push(Fact { key, value: Value::Flag(true) });
    }
}

/// How often a periodic task runs.
pub(super) fn interval(part: &Part) -> Option<Duration> {
    match &part.sort {
        Sort::Task(settings) => settings.periodic().map(|periodic| periodic.interval),
        _ => None,
    }
}

/// Who has a turn in a phase, in the order of the turns, each with what it is called.
pub(super) fn turns(phase: &PhasePlan) -> Vec<(String, &[Id])> {
    let mut turns = groups("hooks", &phase.hooks);
    turns.extend(groups("tasks", &phase.cancels));
    for (at, members) in phase.closes.iter().enumerate() {
        turns.push((format!("close, step {}", at + 1), members));
    }
    turns
}

fn groups<'a>(what: &str, groups: &'a [Group]) -> Vec<(String, &'a [Id])> {
    groups.iter().map(|group| (format!("{what} of priority {}", group.priority), &*group.members)).collect()
}

/// What a phase does, for readers who do not know it by its name.
pub(super) const fn meaning(phase: Phase) -> &'static str {
    match phase {
        Phase::Announce => "work is still accepted",
        Phase::StopNewWork => "no new runs and requests, listeners close",
        Phase::CompleteCurrent => "runs and requests in progress end",
        Phase::CancelTasks => "tasks are cancelled",
        Phase::ForceCleanup => "stragglers are aborted, resources close",
    }
}
