//! The description for a terminal.

use crate::sys::text::escaped;
use crate::words::duration::show as time;

use super::facts::{facts, meaning, turns};
use super::{Description, PhasePlan};
use crate::plan::Id;

pub(super) fn show(description: &Description<'_>) -> String {
    let mut out = String::new();
    components(description, &mut out);
    start(description, &mut out);
    stop(description, &mut out);
    out
}

/// A line of the description. Names may hold anything when they come from the builder: a line stays a line.
fn line(out: &mut String, text: &str) {
    out.push_str(&escaped(text.trim_end()).to_string());
    out.push('\n');
}

fn components(description: &Description<'_>, out: &mut String) {
    let parts = &description.plan.parts;
    line(out, &format!("COMPONENTS ({})", parts.len()));
    let places: Vec<String> = parts.iter().map(|part| part.place.to_string()).collect();
    let width = |text: &str| text.chars().count();
    let name_width = parts.iter().map(|part| width(&part.name)).max().unwrap_or(0);
    let place_width = places.iter().map(|place| width(place)).max().unwrap_or(0);
    for (id, (part, place)) in parts.iter().zip(&places).enumerate() {
        let (kind, name, about) = (part.kind().name(), &part.name, about(description, id));
        line(out, &format!("  {kind:<9}{name:<name_width$}  {place:<place_width$}  {about}"));
    }
}

fn about(description: &Description<'_>, id: Id) -> String {
    let part = &description.plan.parts[id];
    let mut about = Vec::new();
    if !description.uses[id].is_empty() {
        about.push(format!("uses {}", description.names(&description.uses[id])));
    }
    if part.priority != 0 {
        about.push(format!("priority {}", part.priority));
    }
    about.extend(facts(description.plan, id).iter().map(|fact| {
        let key = fact.key.replace('_', " ");
        format!("{key} {}", fact.value)
    }));
    if !part.tags.is_empty() {
        about.push(format!("tags {}", part.tags.join(", ")));
    }
    about.join("; ")
}

fn start(description: &Description<'_>, out: &mut String) {
    line(out, "START, each as soon as what it uses is open");
    let mut step = 0;
    let mut next = |what: String| {
        step += 1;
        format!("  {step}. {what}")
    };
    for resources in &description.opening {
        let text = next(format!("open {}", description.names(resources)));
        line(out, &text);
    }
    let tasks: Vec<Id> = description.plan.tasks().map(|(id, _)| id).collect();
    if !tasks.is_empty() {
        let text = next(format!("run {}", description.names(&tasks)));
        line(out, &text);
    }
}

fn stop(description: &Description<'_>, out: &mut String) {
    let budget = &description.plan.budget;
    line(out, &format!("STOP, {} in all ({})", time(budget.total), budget.source));
    for phase in &description.stopping {
        heading(phase, out);
        if !phase.completes.is_empty() {
            line(out, &format!("    waits for {}", description.names(&phase.completes)));
        }
        for (turn, members) in turns(phase) {
            line(out, &format!("    {turn}: {}", description.names(members)));
        }
    }
}

fn heading(phase: &PhasePlan, out: &mut String) {
    let (name, share) = (phase.phase.name(), time(phase.planned));
    if phase.is_off() {
        return line(out, &format!("  {name:<16} off"));
    }
    let (source, ends, meaning) = (phase.source, time(phase.ends), meaning(phase.phase));
    line(out, &format!("  {name:<16} {share} ({source}), over after {ends} at the latest: {meaning}"));
}
