//! The steps in which resources close.

use crate::words::component::Kind;

use super::Id;
use super::check::Graph;
use super::parts::Parts;

/// Of each resource, its step: a higher priority before a lower one, users before what they use, and what
/// is left independent together. Of other components, 0.
///
/// The wiring has been checked: nothing has a higher priority than its user, and there is no cycle.
pub(super) fn stages(parts: &Parts, graph: &Graph) -> Vec<usize> {
    let mut stages = vec![0; parts.0.len()];
    let mut order: Vec<Id> = users_first(parts, graph);
    order.sort_by_key(|id| std::cmp::Reverse(parts.0[*id].priority));
    let mut last_priority = None;
    let (mut base, mut end) = (0, 0);
    for id in order {
        let priority = parts.0[id].priority;
        if last_priority != Some(priority) {
            (last_priority, base) = (Some(priority), end);
        }
        let after_users = graph.users[id].iter().map(|user| stages[*user] + 1).max().unwrap_or(0);
        stages[id] = after_users.max(base);
        end = end.max(stages[id] + 1);
    }
    stages
}

/// Resources in an order in which every user stands before what it uses.
fn users_first(parts: &Parts, graph: &Graph) -> Vec<Id> {
    let mut left: Vec<usize> = graph.users.iter().map(Vec::len).collect();
    let mut order: Vec<Id> =
        (0..left.len()).filter(|id| parts.0[*id].kind() == Kind::Resource && left[*id] == 0).collect();
    let mut at = 0;
    while at < order.len() {
        for needed in &graph.needs[order[at]] {
            left[*needed] -= 1;
            if left[*needed] == 0 {
                order.push(*needed);
            }
        }
        at += 1;
    }
    order
}
