//! A task as a value.

use std::fmt;
use std::time::Duration;

use crate::front::private::TaskDescriptor;
use crate::plan::parts::{Part, Sort};
use crate::run::assembly::{Code, Definition};
use crate::run::inject::Parameters;
use crate::run::unit::Factory;
use crate::words::component::{Missed, OnShutdown, TaskSettings, TypeKey};
use crate::words::place::Place;

use super::body::{Body, factory};

/// A task as a value: what `#[cooperative_task]` makes of a function, for
/// [`AppBuilder::task`](crate::AppBuilder::task).
///
/// ```
/// use std::time::Duration;
/// use lifecycle::{Shutdown, TaskSpec};
///
/// let heartbeat = TaskSpec::new("heartbeat", || async { println!("alive") })
///     .interval(Duration::from_secs(30))
///     .priority(5);
/// let ingest = TaskSpec::new("ingest", |shutdown: Shutdown| async move { shutdown.draining().await });
/// ```
pub struct TaskSpec {
    name: String,
    place: Place,
    module: Option<&'static str>,
    settings: TaskSettings,
    needs: Vec<TypeKey>,
    factory: Factory,
}

impl TaskSpec {
    /// A task that runs this body once; its parameters are injected. The body is called again for each tick
    /// when an [`interval`](Self::interval) is set.
    #[track_caller]
    pub fn new<P: Parameters, B: Body<P>>(name: impl Into<String>, body: B) -> Self {
        let settings = TaskSettings { takes_shutdown: P::TAKES_SHUTDOWN, ..TaskSettings::DEFAULT };
        Self {
            name: name.into(),
            place: Place::caller(),
            module: None,
            settings,
            needs: P::needs(),
            factory: factory(body),
        }
    }

    /// In each stop phase, a higher priority stops first; equal ones together. Default 0.
    pub fn priority(mut self, priority: i32) -> Self {
        self.settings.priority = priority;
        self
    }

    /// Runs the body once per tick. Zero is refused by [`build`](crate::AppBuilder::build).
    pub fn interval(mut self, interval: Duration) -> Self {
        self.settings.interval = Some(interval);
        self
    }

    /// Puts off the first tick, or the beginning of a plain task. Default zero.
    pub fn initial_delay(mut self, delay: Duration) -> Self {
        self.settings.initial_delay = delay;
        self
    }

    /// Puts off each tick by a random part of this. Default zero.
    pub fn jitter(mut self, jitter: Duration) -> Self {
        self.settings.jitter = jitter;
        self
    }

    /// What becomes of a tick that came due while the body ran. Default [`Missed::Skip`].
    pub fn missed(mut self, missed: Missed) -> Self {
        self.settings.missed = missed;
        self
    }

    /// Bounds one run of the body; a run past it is an error of the task. Default: no bound.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// What a shutdown does to a run in progress. Default: a periodic task finishes it in *complete_current* and is
    /// dropped at an `.await` in *cancel_tasks*; a plain one is dropped there; and one that takes a
    /// [`Shutdown`](crate::Shutdown) is never dropped before *force_cleanup*.
    pub fn on_shutdown(mut self, on_shutdown: OnShutdown) -> Self {
        self.settings.on_shutdown = Some(on_shutdown);
        self
    }

    /// The task's own bound on stopping; past it the task is forced. Default: what is left of the phase.
    pub fn stop_timeout(mut self, timeout: Duration) -> Self {
        self.settings.stop_timeout = Some(timeout);
        self
    }

    /// Whether the task, if it is a plain one, begins shutdown when it fails for good. Default true.
    pub fn critical(mut self, critical: bool) -> Self {
        self.settings.critical = critical;
        self
    }

    /// Labels.
    pub fn tags(mut self, tags: impl IntoIterator<Item = &'static str>) -> Self {
        self.settings.tags = tags.into_iter().collect::<Vec<_>>().into();
        self
    }

    pub(crate) fn definition(self) -> Definition {
        let part = Part {
            name: self.name,
            place: self.place,
            module: self.module,
            priority: self.settings.priority,
            tags: self.settings.tags.clone(),
            needs: self.needs,
            sort: Sort::Task(self.settings),
        };
        Definition { part, code: Code::Run(self.factory) }
    }
}

impl From<&'static TaskDescriptor> for TaskSpec {
    fn from(descriptor: &'static TaskDescriptor) -> Self {
        Self {
            name: descriptor.name.to_owned(),
            place: descriptor.place.place,
            module: Some(descriptor.place.module),
            settings: descriptor.settings.clone(),
            needs: descriptor.needs.iter().filter_map(|need| need()).collect(),
            factory: std::sync::Arc::new(descriptor.run),
        }
    }
}

impl fmt::Debug for TaskSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskSpec").field("name", &self.name).field("settings", &self.settings).finish_non_exhaustive()
    }
}
