//! Floor 2: the wiring as a graph. What is wrong with it, and in which order it starts and stops.
//! Nothing here knows how anything runs.

mod check;
mod close_order;
pub(crate) mod describe;
pub(crate) mod fault;
pub(crate) mod parts;
mod usage;
pub(crate) mod wiring;

use std::sync::Arc;
use std::time::Duration;

use crate::words::component::{DEFAULT_CLOSE_TIMEOUT, DEFAULT_OPEN_TIMEOUT, Kind};
use crate::words::phase::Phase;
use crate::words::settings::Budget;
use crate::words::task::{OnShutdown, TaskSettings};

use self::fault::WiringFault;
use self::parts::{Part, Parts, Sort};

/// A component of a plan: its place in [`Plan::parts`].
pub(crate) type Id = usize;

/// The wiring, checked and ordered.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) parts: Vec<Part>,
    pub(crate) budget: Budget,
    pub(crate) nodes: Vec<Node>,
    /// Of each component, the resources that it takes.
    pub(crate) needs: Vec<Vec<Id>>,
    /// Number of steps in which the resources close, one after the other.
    pub(crate) close_stages: usize,
}

/// What the coordinator needs to know of a component.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Task(TaskNode),
    Resource(ResourceNode),
    Hook(HookNode),
}

#[derive(Clone, Debug)]
pub(crate) struct TaskNode {
    pub(crate) is_main: bool,
    pub(crate) priority: i32,
    pub(crate) critical: bool,
    /// Its failure changes the exit code. (A periodic task fails only if it was cut, and says that this counts.)
    pub(crate) failure_counts: bool,
    /// It is dropped at an `.await` when it is cancelled; otherwise only in *force_cleanup*.
    pub(crate) drops: bool,
    /// That it is dropped before its end is a failure.
    pub(crate) counts_when_cut: bool,
    /// *complete_current* waits for it.
    pub(crate) completes: bool,
    pub(crate) stop_timeout: Option<Duration>,
}

#[derive(Clone, Debug)]
pub(crate) struct ResourceNode {
    pub(crate) priority: i32,
    pub(crate) needs: Vec<Id>,
    pub(crate) users: Vec<Id>,
    pub(crate) open_timeout: Duration,
    pub(crate) close_timeout: Duration,
    /// Its `open` takes a `Shutdown`: it is told to end before it is dropped.
    pub(crate) hears: bool,
    /// The step in which it closes, counted from 0.
    pub(crate) close_stage: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct HookNode {
    pub(crate) phase: Phase,
    pub(crate) priority: i32,
    pub(crate) timeout: Option<Duration>,
}

impl Plan {
    /// Checks the wiring and orders it. Every fault is listed, not only the first.
    pub(crate) fn new(parts: Parts, budget: Budget) -> Result<Arc<Self>, Vec<WiringFault>> {
        let graph = check::check(&parts, &budget)?;
        let order = close_order::stages(&parts, &graph);
        let nodes: Vec<Node> = parts.0.iter().enumerate().map(|(id, part)| node(part, id, &graph, &order)).collect();
        let step = |node: &Node| if let Node::Resource(resource) = node { resource.close_stage + 1 } else { 0 };
        let close_stages = nodes.iter().map(step).max().unwrap_or(0);
        Ok(Arc::new(Self { parts: parts.0, budget, nodes, needs: graph.needs, close_stages }))
    }

    /// The share of the reserve that openings have to end by themselves: one step before those of the closes. As of
    /// each step, a tenth of it is kept back for the end of what has to be dropped.
    pub(crate) fn opening_share(&self, left: Duration) -> Duration {
        let steps = u32::try_from(self.close_stages + 1).unwrap_or(u32::MAX);
        let share = left.min(self.budget.reserve()) / steps;
        share - share / 10
    }

    /// The resources, in order of registration.
    pub(crate) fn resources(&self) -> impl Iterator<Item = (Id, &ResourceNode)> {
        self.nodes.iter().enumerate().filter_map(|(id, node)| match node {
            Node::Resource(resource) => Some((id, resource)),
            _ => None,
        })
    }

    /// The tasks, `main` among them.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = (Id, &TaskNode)> {
        self.nodes.iter().enumerate().filter_map(|(id, node)| match node {
            Node::Task(task) => Some((id, task)),
            _ => None,
        })
    }

    /// The hooks.
    pub(crate) fn hooks(&self) -> impl Iterator<Item = (Id, &HookNode)> {
        self.nodes.iter().enumerate().filter_map(|(id, node)| match node {
            Node::Hook(hook) => Some((id, hook)),
            _ => None,
        })
    }
}

fn node(part: &Part, id: Id, graph: &check::Graph, close_stage: &[usize]) -> Node {
    match &part.sort {
        Sort::Main { .. } | Sort::Task(_) => Node::Task(task_node(part)),
        Sort::Resource { settings, hears, .. } => Node::Resource(ResourceNode {
            hears: *hears,
            priority: part.priority,
            needs: graph.needs[id].clone(),
            users: graph.users[id].clone(),
            open_timeout: settings.open_timeout.unwrap_or(DEFAULT_OPEN_TIMEOUT),
            close_timeout: settings.close_timeout.unwrap_or(DEFAULT_CLOSE_TIMEOUT),
            close_stage: close_stage[id],
        }),
        Sort::Hook(settings) => {
            Node::Hook(HookNode { phase: settings.phase, priority: part.priority, timeout: settings.timeout })
        }
    }
}

fn task_node(part: &Part) -> TaskNode {
    let settings = part.sort.task_settings().unwrap_or(TaskSettings::DEFAULT);
    let (is_main, periodic) = (part.kind() == Kind::Main, settings.is_periodic());
    let completes = match settings.on_shutdown() {
        Some(OnShutdown::Cancel) => false,
        Some(OnShutdown::Finish) => periodic || !settings.takes_shutdown,
        Some(OnShutdown::Fail) | None => periodic,
    };
    let drops = match settings.on_shutdown() {
        Some(OnShutdown::Finish) => false,
        Some(OnShutdown::Cancel) => true,
        Some(OnShutdown::Fail) | None => !settings.takes_shutdown,
    };
    TaskNode {
        is_main,
        priority: part.priority,
        critical: settings.is_critical(),
        failure_counts: is_main || settings.failure_counts(),
        drops,
        counts_when_cut: settings.on_shutdown() == Some(OnShutdown::Fail),
        completes,
        stop_timeout: settings.stop_timeout,
    }
}

#[cfg(test)]
mod tests;
