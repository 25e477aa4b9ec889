//! What an attribute, or the builder, says about a component. All of it can be built in a `const`.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::supervision::Supervision;

/// What sort of component something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The function under `#[lifecycle::main]`.
    Main,
    /// A task.
    Task,
    /// A future spawned by a component at run time through [`Tasks`](crate::Tasks).
    Child,
    /// A resource.
    Resource,
    /// A shutdown hook.
    Hook,
}

impl Kind {
    /// The name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Main => "main",
            Kind::Task => "task",
            Kind::Child => "child",
            Kind::Resource => "resource",
            Kind::Hook => "hook",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What happens to a tick that came due while the body still ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// It is left out; the next one comes at its usual time.
    #[default]
    Skip,
    /// It comes as soon as the body has ended, and the next ones count from there.
    Delay,
    /// It comes as soon as the body has ended, and so do all others that are due, one after the other.
    Burst,
}

/// What a shutdown does to a run in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnShutdown {
    /// Let it end; it is dropped only in *force_cleanup*.
    Finish,
    /// Drop it at its next `.await` in *cancel_tasks*, without waiting for it in *complete_current*.
    Cancel,
    /// Do what is done without this option, and count the task as failed if that ended it before its own end: for work
    /// that is worth nothing half done.
    Fail,
}

/// Free labels of a component.
pub(crate) type Tags = Cow<'static, [&'static str]>;

/// The options of a task; see the attribute `#[cooperative_task]` for their meaning.
#[derive(Clone, Debug)]
pub struct TaskSettings {
    /// In each stop phase, a higher priority stops first; equal ones together.
    pub priority: i32,
    /// Runs the body once per tick; `None` runs it once.
    pub interval: Option<Duration>,
    /// Time before the first tick, or before a plain task begins.
    pub initial_delay: Duration,
    /// Each tick is put off by a random part of this.
    pub jitter: Duration,
    /// What becomes of a tick that came due while the body ran.
    pub missed: Missed,
    /// Bound on one run of the body.
    pub timeout: Option<Duration>,
    /// What a shutdown does to a run in progress; `None` is the default for the task's sort.
    pub on_shutdown: Option<OnShutdown>,
    /// The task's own bound on stopping.
    pub stop_timeout: Option<Duration>,
    /// Whether a plain task that fails for good begins shutdown.
    pub critical: bool,
    /// Whether the body takes a `Shutdown`, and so handles cancellation itself.
    pub takes_shutdown: bool,
    /// How it is watched over.
    pub supervision: Supervision,
    /// Labels.
    pub tags: Tags,
}

impl TaskSettings {
    /// What stands when an option is not given.
    pub const DEFAULT: Self = Self::new(0, &[]);

    /// What stands when no other option is given. (Labels cannot be set later in a `const`, since what they replace
    /// would be dropped there.)
    pub const fn new(priority: i32, tags: &'static [&'static str]) -> Self {
        Self {
            priority,
            interval: None,
            initial_delay: Duration::ZERO,
            jitter: Duration::ZERO,
            missed: Missed::Skip,
            timeout: None,
            on_shutdown: None,
            stop_timeout: None,
            critical: true,
            takes_shutdown: false,
            supervision: Supervision::DEFAULT,
            tags: Cow::Borrowed(tags),
        }
    }
}

/// How long a resource may take to open when it does not say.
pub(crate) const DEFAULT_OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a resource may take to close when it does not say: the default reserve of *force_cleanup*.
pub(crate) const DEFAULT_CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The options of a resource; see the attribute `#[resource]` for their meaning.
#[derive(Clone, Debug)]
pub struct ResourceSettings {
    /// Among resources that do not depend on each other, the higher closes first.
    pub priority: i32,
    /// Whether closing waits for the handles to go (`false`) or makes them let go (`true`).
    pub shared: bool,
    /// Whether `close` blocks, and so runs on a thread of its own.
    pub blocking: bool,
    /// Bound on opening; `None`: 10 s.
    pub open_timeout: Option<Duration>,
    /// Bound on closing; `None`: 5 s, or the reserve of *force_cleanup* if that is shorter.
    pub close_timeout: Option<Duration>,
    /// Labels.
    pub tags: Tags,
}

impl ResourceSettings {
    /// What stands when an option is not given.
    pub const DEFAULT: Self = Self::new(0, &[]);

    /// What stands when no other option is given.
    pub const fn new(priority: i32, tags: &'static [&'static str]) -> Self {
        Self {
            priority,
            shared: false,
            blocking: false,
            open_timeout: None,
            close_timeout: None,
            tags: Cow::Borrowed(tags),
        }
    }
}

/// The options of a shutdown hook.
#[derive(Clone, Debug)]
pub struct HookSettings {
    /// The phase at whose beginning it runs.
    pub phase: super::phase::Phase,
    /// Within its phase, a higher priority runs first; equal ones together.
    pub priority: i32,
    /// Bound on its run; `None`: its share of the phase.
    pub timeout: Option<Duration>,
    /// Labels.
    pub tags: Tags,
}

impl HookSettings {
    /// What stands when no other option is given.
    pub const fn new(phase: super::phase::Phase, priority: i32, tags: &'static [&'static str]) -> Self {
        Self { phase, priority, timeout: None, tags: Cow::Borrowed(tags) }
    }
}

/// A type that stands for a resource in the wiring.
#[derive(Clone, Copy)]
pub struct TypeKey {
    id: TypeId,
    name: &'static str,
}

impl TypeKey {
    /// The key of `T`.
    pub fn of<T: 'static>() -> Self {
        Self { id: TypeId::of::<T>(), name: std::any::type_name::<T>() }
    }

    /// The type's name as the compiler gives it, with its path.
    pub const fn type_name(&self) -> &'static str {
        self.name
    }

    /// The type's name without its path.
    pub fn short_name(&self) -> &'static str {
        let end = self.name.find('<').unwrap_or(self.name.len());
        let start = self.name[..end].rfind("::").map_or(0, |at| at + 2);
        &self.name[start..]
    }
}

impl PartialEq for TypeKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for TypeKey {}

impl std::hash::Hash for TypeKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl fmt::Debug for TypeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pool<T>(T);

    #[test]
    fn a_short_name_has_no_path() {
        assert_eq!(TypeKey::of::<String>().short_name(), "String");
        assert!(TypeKey::of::<Pool<std::time::Instant>>().short_name().starts_with("Pool<"));
    }
}
