//! The description as a flowchart of Mermaid: phases from top to bottom, and arrows to what a component uses.

use std::fmt::Write;

use crate::plan::Id;
use crate::sys::text::is_escaped;
use crate::words::component::Kind;
use crate::words::duration::show as time;
use crate::words::phase::Phase;

use super::facts::{interval, meaning, turns};
use super::{Description, PhasePlan};

pub(super) fn show(description: &Description<'_>) -> String {
    let total = time(description.plan.budget.total);
    let out = format!(
        "---\ntitle: The stop from top to bottom, {total} in all; arrows point to what is used\n---\nflowchart TB\n"
    );
    let mut picture = Picture { description, above: Vec::new(), links: String::new(), out };
    description.stopping.iter().filter(|phase| !phase.is_off()).for_each(|phase| picture.phase(phase));
    let mut out = picture.out + &picture.links;
    for (id, used) in description.uses.iter().enumerate() {
        used.iter().for_each(|used| {
            let _ = writeln!(out, "  c{id} --> c{used}");
        });
    }
    out.push_str(STYLE);
    out
}

const STYLE: &str = "  classDef phase fill:none,stroke:#718096
  classDef main fill:#fde2b3,stroke:#b7791f,color:#1a202c
  classDef task fill:#dbeafe,stroke:#2563eb,color:#1a202c
  classDef resource fill:#dcfce7,stroke:#15803d,color:#1a202c
  classDef hook fill:#f3e8ff,stroke:#7e22ce,color:#1a202c
";

/// Names that a box lists; what goes beyond it is counted.
const MOST_NAMES: usize = 5;

/// A picture that grows downwards. Mermaid knows no order of subgraphs, and draws them anywhere when they are linked
/// with each other: links that are not seen, from what stands above to what comes next, keep it. They come after all
/// subgraphs, since a link inside of one takes both of its ends into it.
struct Picture<'a> {
    description: &'a Description<'a>,
    above: Vec<String>,
    links: String,
    out: String,
}

impl Picture<'_> {
    /// Each component stands where its turn to stop is; what else a phase does is a box.
    fn phase(&mut self, phase: &PhasePlan) {
        let (name, share) = (phase.phase.name(), time(phase.planned));
        let (turns, about) = (turns(phase), about(self.description, phase));
        if turns.is_empty() {
            let _ = writeln!(self.out, "  {name}[\"{name} · {share}<br/>{about}\"]:::phase");
            return self.below(vec![name.to_owned()]);
        }
        let _ = writeln!(self.out, "  subgraph {name} [\"{name} · {share}\"]");
        if phase.phase <= Phase::CompleteCurrent {
            let _ = writeln!(self.out, "    {name}_about[\"{about}\"]:::phase");
            self.below(vec![format!("{name}_about")]);
        }
        for (at, (label, members)) in turns.into_iter().enumerate() {
            let _ = writeln!(self.out, "    subgraph {name}_{at} [\"{label}\"]");
            members.iter().for_each(|id| node(self.description, *id, &mut self.out));
            let _ = writeln!(self.out, "    end\n    style {name}_{at} fill:none,stroke:#a0aec0,stroke-dasharray:4");
            self.below(members.iter().map(|id| format!("c{id}")).collect());
        }
        let _ = writeln!(self.out, "  end\n  style {name} fill:none,stroke:#718096");
    }

    /// All of the turn above stand above the first of this one, and all of this one below the first above.
    fn below(&mut self, turn: Vec<String>) {
        for above in &self.above {
            let _ = writeln!(self.links, "  {above} ~~~ {}", turn[0]);
        }
        for (below, above) in turn.iter().skip(1).zip(self.above.first().into_iter().cycle()) {
            let _ = writeln!(self.links, "  {above} ~~~ {below}");
        }
        self.above = turn;
    }
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

/// A text as it may stand between quotes, whatever it holds: what is no letter, digit or space goes by its number.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' | ' ' => out.push(letter),
            letter if is_escaped(letter) => out.push('\u{fffd}'),
            letter => {
                let _ = write!(out, "#{};", u32::from(letter));
            }
        }
    }
    out
}
