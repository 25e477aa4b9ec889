//! Finds every fault of the wiring in one go.

use std::collections::HashMap;
use std::time::Duration;

use crate::words::component::{Kind, TypeKey};
use crate::words::duration::show;
use crate::words::settings::{Budget, Source};

use super::Id;
use super::fault::WiringFault;
use super::parts::{Part, Parts, Sort};

/// Who needs whom, by id. Only resources stand in it as needed ones.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) needs: Vec<Vec<Id>>,
    /// Of each resource, the resources that need it.
    pub(super) users: Vec<Vec<Id>>,
}

pub(super) fn check(parts: &Parts, budget: &Budget) -> Result<Graph, Vec<WiringFault>> {
    let parts = &parts.0;
    let mut faults = Vec::new();
    duplicate_names(parts, &mut faults);
    let providers = providers(parts, &mut faults);
    let graph = graph(parts, &providers, &mut faults);
    cycles(parts, &graph, &mut faults);
    priorities(parts, &graph, &mut faults);
    close_timeouts(parts, budget, &mut faults);
    if faults.is_empty() { Ok(graph) } else { Err(faults) }
}

fn duplicate_names(parts: &[Part], faults: &mut Vec<WiringFault>) {
    let mut by_name: HashMap<&str, Vec<&Part>> = HashMap::new();
    for part in parts {
        by_name.entry(&part.name).or_default().push(part);
    }
    for part in parts {
        let same = &by_name[part.name.as_str()];
        if same.len() > 1 && std::ptr::eq(same[0], part) {
            let kinds: Vec<_> = same.iter().map(|part| part.kind().name()).collect();
            faults.push(WiringFault::new(
                format!(
                    "{} components are named `{}` ({}); give all but one another `name = \"…\"`",
                    same.len(),
                    part.name,
                    kinds.join(", ")
                ),
                same.iter().map(|part| part.place).collect(),
            ));
        }
    }
}

fn providers(parts: &[Part], faults: &mut Vec<WiringFault>) -> HashMap<TypeKey, Id> {
    let mut providers = HashMap::new();
    for (id, part) in parts.iter().enumerate() {
        let Some(key) = part.provides() else { continue };
        if let Some(first) = providers.insert(key, id) {
            faults.push(WiringFault::new(
                format!(
                    "resources `{}` and `{}` are both of type `{}`; `Res<{}>` could mean either: wrap one in a type of its own",
                    parts[first].name,
                    part.name,
                    key.type_name(),
                    key.short_name()
                ),
                vec![part.place, parts[first].place],
            ));
        }
    }
    providers
}

fn graph(parts: &[Part], providers: &HashMap<TypeKey, Id>, faults: &mut Vec<WiringFault>) -> Graph {
    let mut graph = Graph { needs: vec![Vec::new(); parts.len()], users: vec![Vec::new(); parts.len()] };
    for (id, part) in parts.iter().enumerate() {
        for key in &part.needs {
            match providers.get(key) {
                Some(provider) if graph.needs[id].contains(provider) => {}
                Some(provider) => {
                    graph.needs[id].push(*provider);
                    if part.kind() == Kind::Resource {
                        graph.users[*provider].push(id);
                    }
                }
                None => faults.push(unregistered(part, key)),
            }
        }
    }
    graph
}

fn unregistered(part: &Part, key: &TypeKey) -> WiringFault {
    WiringFault::new(
        format!(
            "{} `{}` takes `Res<{}>`, but no resource of type `{}` is registered; name its crate in the program (`use its_crate as _;`) or add it to the builder",
            part.kind(),
            part.name,
            key.short_name(),
            key.type_name()
        ),
        vec![part.place],
    )
}

/// Kahn's algorithm first; a path is looked for only among what it left over.
fn cycles(parts: &[Part], graph: &Graph, faults: &mut Vec<WiringFault>) {
    let mut left: Vec<usize> = graph.needs.iter().map(Vec::len).collect();
    let mut ready: Vec<Id> = (0..parts.len()).filter(|id| left[*id] == 0).collect();
    while let Some(id) = ready.pop() {
        for user in &graph.users[id] {
            left[*user] -= 1;
            if left[*user] == 0 {
                ready.push(*user);
            }
        }
    }
    let is_stuck = |id: Id| left[id] > 0 && parts[id].kind() == Kind::Resource;
    let mut reported = vec![false; parts.len()];
    for start in (0..parts.len()).filter(|id| is_stuck(*id)) {
        if reported[start] {
            continue;
        }
        let cycle = walk(start, graph, &is_stuck);
        if cycle.iter().any(|id| reported[*id]) {
            continue;
        }
        cycle.iter().for_each(|id| reported[*id] = true);
        let mut names: Vec<&str> = cycle.iter().map(|id| parts[*id].name.as_str()).collect();
        names.push(names[0]);
        faults.push(WiringFault::new(
            format!("resources need each other in a cycle: {}; one of them must do without", names.join(" -> ")),
            cycle.iter().map(|id| parts[*id].place).collect(),
        ));
    }
}

/// Every stuck resource needs another stuck one: following those runs into a cycle.
fn walk(start: Id, graph: &Graph, is_stuck: &dyn Fn(Id) -> bool) -> Vec<Id> {
    let mut path = vec![start];
    loop {
        let last = path[path.len() - 1];
        let Some(next) = graph.needs[last].iter().copied().find(|id| is_stuck(*id)) else { return path };
        if let Some(at) = path.iter().position(|id| *id == next) {
            return path.split_off(at);
        }
        path.push(next);
    }
}

fn priorities(parts: &[Part], graph: &Graph, faults: &mut Vec<WiringFault>) {
    for (id, part) in parts.iter().enumerate() {
        for user in &graph.users[id] {
            let user = &parts[*user];
            if part.priority > user.priority {
                faults.push(WiringFault::new(
                    format!(
                        "resource `{}` has priority {}, so it would close before `{}` (priority {}), which uses it; give `{}` at most {}",
                        part.name, part.priority, user.name, user.priority, part.name, user.priority
                    ),
                    vec![part.place, user.place],
                ));
            }
        }
    }
}

/// A total from the environment may be shorter than what the program was written for: then closes are
/// bounded by what there is, and the program still runs.
fn close_timeouts(parts: &[Part], budget: &Budget, faults: &mut Vec<WiringFault>) {
    if budget.source == Source::Environment {
        return;
    }
    for part in parts {
        let Sort::Resource { settings, .. } = &part.sort else { continue };
        let too_long = |timeout: &Duration| *timeout > budget.reserve();
        if let Some(timeout) = settings.close_timeout.filter(too_long) {
            faults.push(WiringFault::new(
                format!(
                    "resource `{}` may take {} to close, but force_cleanup has only {}; shorten `close_timeout`, or lengthen `phases(force_cleanup = \"…\")` of main",
                    part.name,
                    show(timeout),
                    show(budget.reserve())
                ),
                vec![part.place],
            ));
        }
    }
}
