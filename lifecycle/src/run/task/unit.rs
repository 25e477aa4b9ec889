//! A component while it runs: what is polled, and what it hears.

use std::fmt;
use std::sync::Arc;

use crate::run::handles::inject::Context;
use crate::run::resource::code::Run;
use crate::words::task::TaskSettings;

use crate::run::handles::scope::Scope;
use crate::run::record::pulse::Pulse;
use crate::run::stop::flags::Flags;
use crate::run::task::kept::Kept;

/// Makes one run of a body.
pub(crate) type Factory = Arc<dyn Fn(&Context) -> Run + Send + Sync>;

/// A component that is polled: a task, a hook, a child, or the opening and closing of a resource.
pub(crate) struct Unit {
    pub(crate) name: Arc<str>,
    pub(crate) flags: Arc<Flags>,
    pub(crate) pulse: Arc<Pulse>,
    /// Drop the body at its next `.await` when its turn to be cancelled comes.
    pub(crate) drops: bool,
}

impl Unit {
    /// The same component, for another thread; there it is not dropped when it is cancelled.
    pub(crate) fn share(&self) -> Self {
        Self { name: self.name.clone(), flags: self.flags.clone(), pulse: self.pulse.clone(), drops: false }
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unit").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a monitor calls.
#[derive(Clone, Default)]
pub(crate) struct Actions {
    pub(crate) failure: Option<Factory>,
    pub(crate) recovery: Option<Factory>,
}

/// A task ready to be run.
pub(crate) struct TaskUnit {
    pub(crate) unit: Unit,
    pub(crate) settings: TaskSettings,
    pub(crate) factory: Factory,
    pub(crate) actions: Actions,
    pub(crate) scope: Arc<Scope>,
    pub(crate) kept: Arc<Kept>,
}
