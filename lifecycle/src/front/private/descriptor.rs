//! What an attribute leaves behind: constants and function pointers, nothing that runs before `main`.

use std::time::Duration;

use crate::plan::wiring::{Link, Node};
use crate::run::handles::code::Open;
use crate::words::component::{HookSettings, ResourceSettings, TypeKey};
use crate::words::place::Origin;
use crate::words::task::{OnShutdown, TaskSettings};

use super::close::Closer;
use super::function::Code;
use super::open::Opening;

/// A `#[cooperative_task]`.
pub struct TaskDescriptor {
    pub name: &'static str,
    pub place: Origin,
    pub priority: i32,
    pub tags: &'static [&'static str],
    pub instances: usize,
    pub settings: TaskSettings,
    pub function: Code,
    pub actions: Actions,
}

/// What a monitor calls.
#[derive(Clone, Copy)]
pub struct Actions {
    pub failure: Option<Code>,
    pub recovery: Option<Code>,
}

impl Actions {
    pub const NONE: Self = Self { failure: None, recovery: None };
}

/// A `#[shutdown_hook]`.
pub struct HookDescriptor {
    pub name: &'static str,
    pub place: Origin,
    pub priority: i32,
    pub tags: &'static [&'static str],
    pub settings: HookSettings,
    pub function: Code,
}

/// A `#[resource]`.
pub struct ResourceDescriptor {
    node: Node,
    pub(crate) place: Origin,
    pub(crate) tags: &'static [&'static str],
    pub(crate) settings: ResourceSettings,
    pub(crate) key: fn() -> TypeKey,
    pub(crate) open: &'static Opening<dyn Open>,
    pub(crate) close: Closer,
}

impl ResourceDescriptor {
    /// `id` is the type's path, by which resources are told apart.
    pub const fn new(
        (name, id): (&'static str, &'static str),
        place: Origin,
        (priority, tags): (i32, &'static [&'static str]),
        settings: ResourceSettings,
        key: fn() -> TypeKey,
        open: &'static Opening<dyn Open>,
        close: Closer,
    ) -> Self {
        Self { node: Node::new(name, id, priority, open.links), place, tags, settings, key, open, close }
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.node.name()
    }

    pub(crate) const fn priority(&self) -> i32 {
        self.node.priority()
    }

    /// What leads the compiler here from whatever needs the resource.
    pub const fn link(&'static self) -> Link {
        Link::to(&self.node)
    }
}

/// A resource that `#[resource]` describes: it knows how to open and close.
#[diagnostic::on_unimplemented(
    message = "nothing says how to open a `{Self}`; put `#[lifecycle::resource]` on it, or add a `ResourceSpec`",
    label = "`{Self}` has no `#[resource]`"
)]
pub trait Described {
    fn descriptor() -> &'static ResourceDescriptor;
}

/// What `inventory` collects.
pub enum Registration {
    Task(&'static TaskDescriptor),
    Hook(&'static HookDescriptor),
    Resource(&'static ResourceDescriptor),
    Main(&'static MainDescriptor),
}

inventory::collect!(Registration);

/// The runtime that `#[lifecycle::main]` builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    CurrentThread,
    MultiThread,
}

/// Budgets given to `#[lifecycle::main]`; `None` is a share of the total.
#[derive(Clone, Copy, Debug, Default)]
pub struct PhaseSettings {
    pub announce: Option<Duration>,
    pub stop_new_work: Option<Duration>,
    pub complete_current: Option<Duration>,
    pub cancel_tasks: Option<Duration>,
    pub force_cleanup: Option<Duration>,
}

impl PhaseSettings {
    pub const DEFAULT: Self =
        Self { announce: None, stop_new_work: None, complete_current: None, cancel_tasks: None, force_cleanup: None };
}

/// The options of `#[lifecycle::main]`.
#[derive(Clone, Copy, Debug)]
pub struct MainSettings {
    pub timeout: Option<Duration>,
    pub phases: PhaseSettings,
    pub flavor: Option<Flavor>,
    pub worker_threads: Option<usize>,
    pub on_shutdown: Option<OnShutdown>,
    /// It is no `async fn`: the body runs on the process's main thread.
    pub blocking: bool,
    pub expected: &'static [&'static str],
    pub version: Option<&'static str>,
}

impl MainSettings {
    pub const DEFAULT: Self = Self {
        timeout: None,
        phases: PhaseSettings::DEFAULT,
        flavor: None,
        worker_threads: None,
        on_shutdown: None,
        blocking: false,
        expected: &[],
        version: None,
    };
}

/// A `#[lifecycle::main]`.
pub struct MainDescriptor {
    pub place: Origin,
    pub settings: MainSettings,
    pub function: Code,
}
