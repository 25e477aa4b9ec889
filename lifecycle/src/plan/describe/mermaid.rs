//! The description as a flowchart of Mermaid: phases from top to bottom, and arrows to what a component uses.

use std::fmt::Write;

use crate::plan::Id;
use crate::words::component::Kind;
use crate::words::duration::show as time;

use super::facts::{interval, meaning, turns};
use super::{Description, PhasePlan};

pub(super) fn show(description: &Description<'_>) -> String {
    let budget = &description.plan.budget;
    let mut out = format!(
        "---\ntitle: The stop from top to bottom, {} in all; arrows point to what is used\n---\nflowchart TB\n",
        time(budget.total)
    );
    description.stopping.iter().filter(|of| !of.is_off()).for_each(|of| phase(description, of, &mut out));
    order(description, &mut out);
    uses(description, &mut out);
    out.push_str(STYLE);
    out
}

const STYLE: &str = "  classDef phase fill:none,stroke:#718096,stroke-width:2px
  classDef turn fill:none,stroke:#a0aec0,stroke-dasharray:4
  classDef main fill:#fde2b3,stroke:#b7791f,color:#1a202c
  classDef task fill:#dbeafe,stroke:#2563eb,color:#1a202c
  classDef resource fill:#dcfce7,stroke:#15803d,color:#1a202c
  classDef hook fill:#f3e8ff,stroke:#7e22ce,color:#1a202c
";

/// Names that a box lists; what goes beyond it is counted.
const MOST_NAMES: usize = 5;

/// Each component stands where its turn to stop is; a phase in which none has its turn is a box.
fn phase(description: &Description<'_>, phase: &PhasePlan, out: &mut String) {
    let (name, share) = (phase.phase.name(), time(phase.planned));
    let turns = turns(phase);
    if turns.is_empty() {
        let _ = writeln!(out, "  {name}[\"{name} · {share}<br/>{}\"]:::phase", about(description, phase));
        return;
    }
    let _ = writeln!(out, "  subgraph {name} [\"{name} · {share}\"]");
    if !phase.completes.is_empty() {
        let _ = writeln!(out, "    {name}_note[\"{}\"]:::turn", about(description, phase));
    }
    for (at, (label, members)) in turns.iter().enumerate() {
        let _ = writeln!(out, "    subgraph {name}_{at} [\"{label}\"]");
        members.iter().for_each(|id| node(description, *id, out));
        let _ = writeln!(out, "    end\n    class {name}_{at} turn");
    }
    if turns.len() > 1 {
        let chain: Vec<_> = (0..turns.len()).map(|at| format!("{name}_{at}")).collect();
        let _ = writeln!(out, "    {}", chain.join(" ==> "));
    }
    let _ = writeln!(out, "  end\n  class {name} phase");
}

/// What a phase is about, with the tasks that it waits for: they have their turn later.
fn about(description: &Description<'_>, phase: &PhasePlan) -> String {
    let mut about = meaning(phase.phase).to_owned();
    if !phase.completes.is_empty() {
        let told = phase.completes.iter().take(MOST_NAMES).map(|id| escape(description.name(*id)));
        let _ = write!(about, "<br/>waits for {}", Vec::from_iter(told).join(", "));
        let more = phase.completes.len().saturating_sub(MOST_NAMES);
        if more > 0 {
            let _ = write!(about, " and {more} more");
        }
    }
    about
}

fn node(description: &Description<'_>, id: Id, out: &mut String) {
    let part = &description.plan.parts[id];
    let mut label = escape(&part.name);
    if let Some(interval) = interval(part) {
        let _ = write!(label, "<br/>every {}", time(interval));
    }
    let (open, close) = match part.kind() {
        Kind::Main => ("([", "])"),
        Kind::Resource => ("[(", ")]"),
        Kind::Hook => ("{{", "}}"),
        Kind::Task | Kind::Child => ("(", ")"),
    };
    let _ = writeln!(out, "      c{id}{open}\"{label}\"{close}:::{}", part.kind());
}

/// Phases follow each other.
fn order(description: &Description<'_>, out: &mut String) {
    let phases: Vec<_> =
        description.stopping.iter().filter(|phase| !phase.is_off()).map(|phase| phase.phase.name()).collect();
    let _ = writeln!(out, "  {}", phases.join(" ==> "));
}

fn uses(description: &Description<'_>, out: &mut String) {
    for (id, used) in description.uses.iter().enumerate() {
        for used in used {
            let _ = writeln!(out, "  c{id} --> c{used}");
        }
    }
}

/// A text as it may stand between quotes, whatever it holds: what is no letter, digit or space goes by its number.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' | ' ' => out.push(letter),
            letter if letter.is_control() => out.push('\u{fffd}'),
            letter => {
                let _ = write!(out, "#{};", u32::from(letter));
            }
        }
    }
    out
}
