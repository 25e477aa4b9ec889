//! The description as data for other programs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::plan::Id;
use crate::words::component::Kind;
use crate::words::phase::Phase;
use crate::words::place::{Place, crate_of};
use crate::words::settings::Source;

use super::facts::{Value, facts};
use super::{Description, Group, PhasePlan};

#[derive(Serialize)]
struct Root<'a> {
    components: Vec<Component<'a>>,
    start: Start<'a>,
    stop: Stop<'a>,
}

#[derive(Serialize)]
struct Component<'a> {
    name: &'a str,
    kind: Kind,
    place: Place,
    #[serde(rename = "crate")]
    krate: Option<&'static str>,
    priority: i32,
    tags: &'a [&'static str],
    uses: Vec<&'a str>,
    options: BTreeMap<&'static str, Setting>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Setting {
    Seconds(f64),
    Word(&'static str),
    Flag(bool),
}

#[derive(Serialize)]
struct Start<'a> {
    open: Vec<Vec<&'a str>>,
    run: Vec<&'a str>,
}

#[derive(Serialize)]
struct Stop<'a> {
    total: f64,
    source: Source,
    phases: Vec<PhaseRow<'a>>,
}

#[derive(Serialize)]
struct PhaseRow<'a> {
    phase: Phase,
    planned: f64,
    source: Source,
    latest_end: f64,
    hooks: Vec<Turn<'a>>,
    completes: Vec<&'a str>,
    cancels: Vec<Turn<'a>>,
    closes: Vec<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Turn<'a> {
    priority: i32,
    names: Vec<&'a str>,
}

pub(super) fn show(description: &Description<'_>) -> String {
    let plan = description.plan;
    let names = |ids: &[Id]| ids.iter().map(|id| description.name(*id)).collect();
    let tasks: Vec<Id> = plan.tasks().map(|(id, _)| id).collect();
    let phases = description.stopping.iter().map(|phase| row(description, phase));
    let root = Root {
        components: (0..plan.parts.len()).map(|id| component(description, id)).collect(),
        start: Start { open: description.opening.iter().map(|step| names(step)).collect(), run: names(&tasks) },
        stop: Stop { total: seconds(plan.budget.total), source: plan.budget.source, phases: phases.collect() },
    };
    let mut text = serde_json::to_string_pretty(&root).unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"));
    text.push('\n');
    text
}

fn component<'a>(description: &Description<'a>, id: Id) -> Component<'a> {
    let part = &description.plan.parts[id];
    let setting = |value: Value| match value {
        Value::Time(time) => Setting::Seconds(seconds(time)),
        Value::Word(word) => Setting::Word(word),
        Value::Flag(flag) => Setting::Flag(flag),
    };
    Component {
        name: &part.name,
        kind: part.kind(),
        place: part.place,
        krate: part.module.map(crate_of),
        priority: part.priority,
        tags: &part.tags,
        uses: description.uses[id].iter().map(|used| description.name(*used)).collect(),
        options: facts(description.plan, id).into_iter().map(|fact| (fact.key, setting(fact.value))).collect(),
    }
}

fn row<'a>(description: &Description<'a>, phase: &PhasePlan) -> PhaseRow<'a> {
    let names = |ids: &[Id]| ids.iter().map(|id| description.name(*id)).collect();
    let turn = |group: &Group| Turn { priority: group.priority, names: names(&group.members) };
    PhaseRow {
        phase: phase.phase,
        planned: seconds(phase.planned),
        source: phase.source,
        latest_end: seconds(phase.ends),
        hooks: phase.hooks.iter().map(turn).collect(),
        completes: names(&phase.completes),
        cancels: phase.cancels.iter().map(turn).collect(),
        closes: phase.closes.iter().map(|step| names(step)).collect(),
    }
}

fn seconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1e6
}
