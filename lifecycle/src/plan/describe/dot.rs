//! The description as a graph of Graphviz: phases from top to bottom, and arrows to what a component uses.

use std::fmt::Write;

use crate::plan::Id;
use crate::sys::text::is_escaped;
use crate::words::component::Kind;
use crate::words::duration::show as time;

use super::facts::{interval, meaning, turns};
use super::{Description, PhasePlan};

const HEAD: &str = "  rankdir=TB; labelloc=t; newrank=true; fontname=\"sans-serif\"
  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"]
  edge [color=\"#4a5568\"]
";

pub(super) fn show(description: &Description<'_>) -> String {
    let total = time(description.plan.budget.total);
    let mut out = String::from("digraph lifecycle {\n");
    let _ = writeln!(out, "  label=\"The stop from top to bottom, {total} in all; arrows point to what is used\"");
    out.push_str(HEAD);
    let mut picture = Picture { description, above: Vec::new(), out };
    description.stopping.iter().filter(|phase| !phase.is_off()).for_each(|phase| picture.phase(phase));
    let mut out = picture.out;
    for (id, used) in description.uses.iter().enumerate() {
        used.iter().for_each(|used| {
            let _ = writeln!(out, "  c{id} -> c{used}");
        });
    }
    out.push_str("}\n");
    out
}

/// A picture that grows downwards. Graphviz knows no order of clusters: edges that are not seen, from all that
/// stands above to what comes next, keep it.
struct Picture<'a> {
    description: &'a Description<'a>,
    above: Vec<String>,
    out: String,
}

impl Picture<'_> {
    fn phase(&mut self, phase: &PhasePlan) {
        let (name, share, meaning) = (phase.phase.name(), time(phase.planned), meaning(phase.phase));
        let _ = writeln!(self.out, "  subgraph cluster_{name} {{\n    label=\"{name} · {share}\"; color=\"#718096\"");
        let _ = writeln!(self.out, "    {name} [label=\"{meaning}\", shape=plaintext, style=\"\"]");
        self.below(vec![name.to_owned()]);
        for (at, (label, members)) in turns(phase).into_iter().enumerate() {
            let _ = writeln!(self.out, "    subgraph cluster_{name}_{at} {{\n      label=\"{label}\"; style=dashed");
            members.iter().for_each(|id| node(self.description, *id, &mut self.out));
            self.out.push_str("    }\n");
            self.below(members.iter().map(|id| format!("c{id}")).collect());
        }
        self.out.push_str("  }\n");
    }

    /// A point between two turns: an edge from each of the first and to each of the second, and not from each to each.
    fn below(&mut self, turn: Vec<String>) {
        if !self.above.is_empty() {
            let point = format!("above_{}", turn[0]);
            let _ = writeln!(self.out, "    {point} [shape=point, style=invis]");
            let edges = self.above.iter().map(|node| format!("{node} -> {point}"));
            let edges = edges.chain(turn.iter().map(|node| format!("{point} -> {node}")));
            let edges = edges.map(|edge| format!("    {edge} [style=invis]\n"));
            self.out.extend(edges.collect::<Vec<_>>());
        }
        self.above = turn;
    }
}

fn node(description: &Description<'_>, id: Id, out: &mut String) {
    let part = &description.plan.parts[id];
    let look = match part.kind() {
        Kind::Main => "fillcolor=\"#fde2b3\"",
        Kind::Resource => "fillcolor=\"#dcfce7\", shape=cylinder, style=filled",
        Kind::Hook => "fillcolor=\"#f3e8ff\", shape=hexagon, style=filled",
        Kind::Task | Kind::Child => "fillcolor=\"#dbeafe\"",
    };
    let every = interval(part).map_or_else(String::new, |interval| format!("\\nevery {}", time(interval)));
    let _ = writeln!(out, "      c{id} [label=\"{}{every}\", {look}]", escape(&part.name));
}

/// A text as it may stand between quotes. A backslash begins an escape of Graphviz's own even where it quotes nothing,
/// and `&` an entity.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '&' => out.push_str("&amp;"),
            letter if is_escaped(letter) => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}
