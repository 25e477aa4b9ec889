//! What an attribute, or the builder, says about a component. All of it can be built in a `const`.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

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

/// Free labels of a component.
pub(crate) type Tags = Cow<'static, [&'static str]>;

/// How long a resource may take to open when it does not say.
pub(crate) const DEFAULT_OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a resource may take to close when it does not say: the default reserve of *force_cleanup*.
pub(crate) const DEFAULT_CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The options of a resource; see the attribute `#[resource]` for their meaning.
#[derive(Clone, Copy, Debug)]
pub struct ResourceSettings {
    /// Whether closing waits for the handles to go (`false`) or makes them let go (`true`).
    pub shared: bool,
    /// Whether `close` blocks, and so runs on a thread of its own.
    pub blocking: bool,
    /// Bound on opening; `None`: 10 s.
    pub open_timeout: Option<Duration>,
    /// Bound on closing; `None`: 5 s, or the reserve of *force_cleanup* if that is shorter.
    pub close_timeout: Option<Duration>,
}

impl ResourceSettings {
    /// What holds when an option is not given.
    pub const DEFAULT: Self = Self { shared: false, blocking: false, open_timeout: None, close_timeout: None };
}

/// The options of a shutdown hook.
#[derive(Clone, Copy, Debug)]
pub struct HookSettings {
    /// The phase at whose beginning it runs.
    pub phase: super::phase::Phase,
    /// Bound on its run; `None`: its share of the phase.
    pub timeout: Option<Duration>,
}

impl HookSettings {
    /// What holds when no other option is given.
    pub const fn new(phase: super::phase::Phase) -> Self {
        Self { phase, timeout: None }
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
