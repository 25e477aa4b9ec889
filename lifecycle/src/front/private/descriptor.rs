//! What an attribute leaves behind: constants and function pointers, nothing that runs before `main`.

use std::time::Duration;

use crate::run::code::{Open, Run};
use crate::run::inject::{Context, Inject};
use crate::run::res::{Res, Resource};
use crate::words::component::{HookSettings, ResourceSettings, TaskSettings, TypeKey};
use crate::words::place::Origin;

use super::close::Closer;
use super::open::Opening;

/// A `#[cooperative_task]`.
pub struct TaskDescriptor {
    pub name: &'static str,
    pub place: Origin,
    pub settings: TaskSettings,
    pub needs: &'static [fn() -> Option<TypeKey>],
    pub run: fn(&Context) -> Run,
    pub actions: Actions,
}

/// What a monitor calls.
#[derive(Clone, Copy)]
pub struct Actions {
    pub failure: Option<Action>,
    pub recovery: Option<Action>,
}

impl Actions {
    pub const NONE: Self = Self { failure: None, recovery: None };
}

/// One of them.
#[derive(Clone, Copy)]
pub struct Action {
    pub run: fn(&Context) -> Run,
    pub needs: fn() -> Vec<TypeKey>,
}

/// A `#[shutdown_hook]`.
pub struct HookDescriptor {
    pub name: &'static str,
    pub place: Origin,
    pub settings: HookSettings,
    pub needs: &'static [fn() -> Option<TypeKey>],
    pub run: fn(&Context) -> Run,
}

/// A `#[resource]`.
pub struct ResourceDescriptor {
    pub name: &'static str,
    pub place: Origin,
    pub settings: ResourceSettings,
    pub key: fn() -> TypeKey,
    pub open: &'static Opening<dyn Open>,
    pub close: Closer,
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
    pub expected: &'static [&'static str],
    pub version: Option<&'static str>,
}

impl MainSettings {
    pub const DEFAULT: Self = Self {
        timeout: None,
        phases: PhaseSettings::DEFAULT,
        flavor: None,
        worker_threads: None,
        expected: &[],
        version: None,
    };
}

/// A `#[lifecycle::main]`.
pub struct MainDescriptor {
    pub place: Origin,
    pub settings: MainSettings,
    pub takes_shutdown: bool,
    pub needs: &'static [fn() -> Option<TypeKey>],
    pub run: fn(&Context) -> Run,
}

/// A `#[lifecycle::test]`.
pub struct TestDescriptor {
    pub name: &'static str,
    pub place: Origin,
    pub run: fn(crate::AppBuilder) -> Run,
}

/// The type whose methods are tasks and hooks, as [`Inject`] speaks of a parameter's. The user's token stands alone in
/// an expansion, so that it alone is underlined.
pub trait Owner: Sized {
    fn need() -> Option<TypeKey>;
    fn inject(context: &Context) -> Res<Self>;
}

impl<T: Resource> Owner for T {
    fn need() -> Option<TypeKey> {
        <Res<T> as Inject>::need()
    }

    fn inject(context: &Context) -> Res<T> {
        Inject::inject(context)
    }
}

/// Whether any of the parameters is a [`Shutdown`](crate::Shutdown).
pub const fn takes_shutdown(parameters: &[bool]) -> bool {
    let mut at = 0;
    while at < parameters.len() {
        if parameters[at] {
            return true;
        }
        at += 1;
    }
    false
}
