//! A task as a value.

use std::fmt;
use std::time::Duration;

use crate::front::private::TaskDescriptor;
use crate::plan::parts::{Part, Sort};
use crate::run::drive::assembly::MonitorActions;
use crate::run::drive::assembly::{Code, Definition};
use crate::run::handles::code::Factory;
use crate::run::handles::inject::Parameters;
use crate::words::component::{Kind, Tags, TypeKey};
use crate::words::place::Place;
use crate::words::supervision::{Backoff, Intensity, Restart};
use crate::words::task::{Missed, OnShutdown, TaskSettings};

use super::body::{BlockingBody, Body, LocalBody, blocking_factory, factory, from_attribute, local_factory};
use super::draft::Draft;
use super::refused::refused;

/// A task as a value: what `#[cooperative_task]` makes of a function, for
/// [`AppBuilder::task`](crate::AppBuilder::task).
///
/// Options that make no sense, alone or together, are refused by [`build`](crate::AppBuilder::build), as the attribute
/// refuses them and in the same words.
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
    priority: i32,
    tags: Tags,
    draft: Draft,
    needs: Vec<TypeKey>,
    factory: Factory,
    actions: MonitorActions,
}

impl TaskSpec {
    /// A task that runs this body once; its parameters are injected. The body is called again for each tick
    /// when an [`interval`](Self::interval) is set.
    #[track_caller]
    pub fn new<P: Parameters, B: Body<P>>(name: impl Into<String>, body: B) -> Self {
        let draft = Draft { takes_shutdown: P::TAKES_SHUTDOWN, ..Draft::default() };
        Self::made(name.into(), Place::caller(), draft, P::needs(), factory(body))
    }

    /// A task whose body blocks: it runs on a thread of its own, which has the task's name.
    ///
    /// A thread cannot be dropped: the body takes a [`Shutdown`](crate::Shutdown) and looks at
    /// [`is_cancelled`](crate::Shutdown::is_cancelled) or [`checkpoint`](crate::Shutdown::checkpoint) often enough. One
    /// that has not returned when its time is over is left behind, and the process exits 3; one that waits for input
    /// from stdin then is left there without a fault (on Linux).
    ///
    /// ```
    /// use lifecycle::{Shutdown, TaskSpec};
    ///
    /// # fn step() {}
    /// let index = TaskSpec::blocking("index", |shutdown: Shutdown| {
    ///     while !shutdown.is_cancelled() {
    ///         step();
    ///     }
    /// });
    /// ```
    #[track_caller]
    pub fn blocking<P: Parameters, B: BlockingBody<P>>(name: impl Into<String>, body: B) -> Self {
        let draft = Draft { blocking: true, takes_shutdown: P::TAKES_SHUTDOWN, ..Draft::default() };
        Self::made(name.into(), Place::caller(), draft, P::needs(), blocking_factory(body))
    }

    /// A task whose future is not `Send`: it runs on a thread of its own, which has the task's name.
    ///
    /// Otherwise it is like any other task: it is told to stop, dropped at an `.await` on its own thread, restarted, and
    /// given all options but those of a blocking one. The body is called on that thread, in the context of the App's
    /// runtime and inside of a tokio `LocalSet`: timers and sockets work, and `tokio::task::spawn_local` does, whose tasks
    /// end with this one. (What is spawned through [`Tasks`](crate::Tasks) runs on the runtime, and is `Send`.)
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::rc::Rc;
    /// use std::time::Duration;
    /// use lifecycle::TaskSpec;
    ///
    /// let count = TaskSpec::local("count", || async {
    ///     let count = Rc::new(Cell::new(0));
    ///     loop {
    ///         tokio::time::sleep(Duration::from_secs(1)).await;
    ///         count.set(count.get() + 1);
    ///     }
    /// });
    /// ```
    #[track_caller]
    pub fn local<P: Parameters, B: LocalBody<P>>(name: impl Into<String>, body: B) -> Self {
        let draft = Draft { local: true, takes_shutdown: P::TAKES_SHUTDOWN, ..Draft::default() };
        Self::made(name.into(), Place::caller(), draft, P::needs(), local_factory(body))
    }

    fn made(name: String, place: Place, draft: Draft, needs: Vec<TypeKey>, factory: Factory) -> Self {
        let (tags, actions) = (Tags::Borrowed(&[]), MonitorActions::default());
        Self { name, place, priority: 0, tags, draft, needs, factory, actions }
    }

    /// In each stop phase, a higher priority stops first; equal ones together. Default 0.
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    /// Runs the body once per tick. Zero is refused by [`build`](crate::AppBuilder::build).
    pub fn interval(mut self, interval: Duration) -> Self {
        self.draft.interval = Some(interval);
        self
    }

    /// Puts off the first tick, or the beginning of a plain task. Default zero.
    pub fn initial_delay(mut self, delay: Duration) -> Self {
        self.draft.initial_delay = delay;
        self
    }

    /// Puts off each tick by a random part of this. Default zero.
    pub fn jitter(mut self, jitter: Duration) -> Self {
        self.draft.jitter = Some(jitter);
        self
    }

    /// What becomes of a tick that came due while the body ran. Default [`Missed::Skip`].
    pub fn missed(mut self, missed: Missed) -> Self {
        self.draft.missed = Some(missed);
        self
    }

    /// Bounds one run of the body; a run past it is an error of the task. Default: no bound.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.draft.timeout = Some(timeout);
        self
    }

    /// What a shutdown does to a run in progress. Default: a periodic task finishes it in *complete_current* and is
    /// dropped at an `.await` in *cancel_tasks*; a plain one is dropped there; and one that takes a
    /// [`Shutdown`](crate::Shutdown) is never dropped before *force_cleanup*. [`OnShutdown::Fail`] does that too, and
    /// what was kept from its own end counts as failed.
    pub fn on_shutdown(mut self, on_shutdown: OnShutdown) -> Self {
        self.draft.on_shutdown = Some(on_shutdown);
        self
    }

    /// The task's own bound on stopping; past it the task is forced. Default: what is left of the phase.
    pub fn stop_timeout(mut self, timeout: Duration) -> Self {
        self.draft.stop_timeout = Some(timeout);
        self
    }

    /// Whether the task, if it is a plain one, begins shutdown when it fails for good. Default true.
    pub fn critical(mut self, critical: bool) -> Self {
        self.draft.critical = Some(critical);
        self
    }

    /// Whether a plain task is run again after its end. Default [`Restart::Never`].
    ///
    /// What it has spawned through [`Tasks`](crate::Tasks) is dropped before. Once shutdown was asked for, no task is
    /// restarted.
    pub fn restart(mut self, restart: Restart) -> Self {
        self.draft.restart = Some(restart);
        self
    }

    /// The time between an end and the next run: see [`Backoff`]. Default 100 ms to 30 s.
    pub fn backoff(mut self, shortest: Duration, longest: Duration) -> Self {
        self.draft.backoff = Some(Backoff { shortest, longest });
        self
    }

    /// How many restarts within how much time are still allowed; after one more failure the task has failed for good.
    /// Default 5 in a minute.
    pub fn max_restarts(mut self, restarts: u32, within: Duration) -> Self {
        self.draft.max_restarts = Some(Intensity { restarts, within });
        self
    }

    /// Makes a periodic task a monitor: after so many failed ticks in a row [`on_failure`](Self::on_failure) is called
    /// once, and its service counts as degraded until a tick goes well.
    pub fn failure_threshold(mut self, failures: u32) -> Self {
        self.draft.failure_threshold = Some(failures);
        self
    }

    /// What a monitor calls when its [`failure_threshold`](Self::failure_threshold) is reached: once, until a tick went
    /// well. Its parameters are injected. It has the monitor's [`timeout`](Self::timeout), or 30 s; no tick comes
    /// meanwhile. Its own failure is logged.
    pub fn on_failure<P: Parameters, B: Body<P>>(mut self, action: B) -> Self {
        self.needs.extend(P::needs());
        self.actions.failure = Some(factory(action));
        self
    }

    /// What a monitor calls at the first tick that goes well after [`on_failure`](Self::on_failure). Otherwise like it.
    pub fn on_recovery<P: Parameters, B: Body<P>>(mut self, action: B) -> Self {
        self.needs.extend(P::needs());
        self.actions.recovery = Some(factory(action));
        self
    }

    /// So many copies of the task, each a component of its own: `name[0]`, `name[1]` and so on. Default 1: one, under
    /// its plain name. Zero is refused by [`build`](crate::AppBuilder::build).
    pub fn instances(mut self, count: usize) -> Self {
        self.draft.instances = Some(count);
        self
    }

    /// Labels.
    pub fn tags(mut self, tags: impl IntoIterator<Item = &'static str>) -> Self {
        self.tags = tags.into_iter().collect::<Vec<_>>().into();
        self
    }

    /// What the attribute refuses at compile time.
    pub(crate) fn refused(&self) -> Vec<String> {
        let called = |action: &Option<Factory>| action.as_ref().map(|_| ()).into();
        let (on_failure, on_recovery) = (called(&self.actions.failure), called(&self.actions.recovery));
        let told = lifecycle_rules::Task { on_failure, on_recovery, ..self.draft.told() };
        refused((Kind::Task, &self.name, self.place), &self.tags, told.faults())
    }

    /// One for each copy.
    pub(crate) fn definitions(self) -> Vec<Definition> {
        let instances = self.draft.instances.unwrap_or(1);
        let task = Task {
            place: self.place,
            module: None,
            priority: self.priority,
            tags: self.tags,
            needs: self.needs,
            settings: self.draft.settings(),
            factory: self.factory,
            actions: self.actions,
        };
        task.copies(&self.name, instances)
    }
}

/// What `#[cooperative_task]` left behind, one for each copy.
pub(crate) fn described(descriptor: &'static TaskDescriptor) -> Vec<Definition> {
    let function = descriptor.function;
    let (failure, recovery) = (descriptor.actions.failure, descriptor.actions.recovery);
    let more = [failure, recovery].into_iter().flatten().flat_map(|action| action.keys());
    let task = Task {
        place: descriptor.place.place,
        module: Some(descriptor.place.module),
        priority: descriptor.priority,
        tags: Tags::Borrowed(descriptor.tags),
        needs: function.keys().into_iter().chain(more).collect(),
        settings: TaskSettings { takes_shutdown: function.takes_shutdown(), ..descriptor.settings },
        factory: from_attribute(function),
        actions: MonitorActions { failure: failure.map(from_attribute), recovery: recovery.map(from_attribute) },
    };
    task.copies(descriptor.name, descriptor.instances)
}

/// A task without its name: all that its copies have in common.
struct Task {
    place: Place,
    module: Option<&'static str>,
    priority: i32,
    tags: Tags,
    needs: Vec<TypeKey>,
    settings: TaskSettings,
    factory: Factory,
    actions: MonitorActions,
}

impl Task {
    fn copies(&self, name: &str, count: usize) -> Vec<Definition> {
        match count {
            1 => vec![self.definition(name.to_owned())],
            _ => (0..count).map(|copy| self.definition(format!("{name}[{copy}]"))).collect(),
        }
    }

    fn definition(&self, name: String) -> Definition {
        let part = Part {
            name,
            place: self.place,
            module: self.module,
            priority: self.priority,
            tags: self.tags.clone(),
            needs: self.needs.clone(),
            sort: Sort::Task(self.settings),
        };
        let is_monitor = self.actions.failure.is_some() || self.actions.recovery.is_some();
        let code = match is_monitor {
            true => Code::Monitor(self.factory.clone(), self.actions.clone()),
            false => Code::Run(self.factory.clone()),
        };
        Definition { part, code }
    }
}

impl fmt::Debug for TaskSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskSpec").field("name", &self.name).field("options", &self.draft).finish_non_exhaustive()
    }
}
