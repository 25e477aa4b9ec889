//! A component while it runs: what is polled, and what it hears.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::BoxError;
use crate::run::record::pulse::Pulse;
use crate::run::stop::flags::Flags;

/// One run of a task's or a hook's body, boxed: the runner is compiled once, whatever the number of tasks.
pub type Run = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>;

/// Makes one run of a body, with its parameters.
pub(crate) type Start = Arc<dyn Fn() -> Run + Send + Sync>;

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

/// What a monitor calls.
#[derive(Clone, Default)]
pub(crate) struct Actions {
    pub(crate) failure: Option<Start>,
    pub(crate) recovery: Option<Start>,
}
