//! Faults that a test has its App suffer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::BoxError;
use crate::plan::parts::{Part, Sort};
use crate::run::drive::assembly::{Code, Definition};
use crate::run::handles::code::Open;
use crate::run::handles::inject::Context;
use crate::run::resource::code::{AnyArc, AnyBox, CloseFuture, Closing, OpenFuture};
use crate::words::component::{Kind, TypeKey};
use crate::words::place::Place;

use super::near::near;

/// Something that goes wrong in a component, so that a test sees how the App bears it. Feature `test-util`.
///
/// It is said where: at which component, by its name, and at which of its points. And what:
///
/// | what | what happens |
/// |---|---|
/// | [`fail`](FaultPoint::fail) | an error, in place of the component's own code |
/// | [`panic`](FaultPoint::panic) | a panic, in place of the component's own code |
/// | [`hang`](FaultPoint::hang) | a wait that never ends, in place of the component's own code |
/// | [`delay`](FaultPoint::delay) | some time passes, then the component's own code goes on |
///
/// The component gets its parameters as always: one that hangs holds its handles. Everything else is as if its own code
/// had done so, bounds and restarts included. A fault comes every time, unless [`times`](Self::times) and
/// [`after`](Self::after) say otherwise.
///
/// ```test_harness
/// use lifecycle::{AppBuilder, Fault, Resource, ResourceSpec, TaskSpec};
///
/// struct Database;
/// impl Resource for Database {}
///
/// #[lifecycle::test]
/// async fn a_database_that_is_away_takes_the_start_back(app: AppBuilder) {
///     let app = app
///         .resource(ResourceSpec::value("database", Database))
///         .task(TaskSpec::new("work", || async {}))
///         .fault(Fault::at("database").open().fail("no route to host"));
///     let report = app.start().await.finish().await;
///     assert_eq!(report.exit_code.get(), 69);
///     assert_eq!(report.component("work").unwrap().outcome, None);
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Fault {
    at: FaultPoint,
    what: What,
    after: u32,
    times: u32,
}

/// A component that suffers a fault.
#[derive(Clone, Debug)]
#[must_use = "it says where, and not yet what: go on with a point, such as `open()`"]
pub struct FaultAt {
    name: String,
    place: Place,
}

/// A point at which a component suffers a fault.
#[derive(Clone, Debug)]
#[must_use = "it says where, and not yet what: go on with a fault, such as `fail(…)`"]
pub struct FaultPoint {
    at: FaultAt,
    point: Point,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Point {
    Open,
    Tick,
    Hook,
    Close,
}

#[derive(Clone, Debug)]
enum What {
    Fail(String),
    Panic(String),
    Hang,
    Delay(Duration),
}

impl Fault {
    /// The component, by its name. Of a task with several instances (`name[0]` …), `name` means each of them.
    #[track_caller]
    pub fn at(name: impl Into<String>) -> FaultAt {
        FaultAt { name: name.into(), place: Place::caller() }
    }

    /// It comes so often, and then no more. Default: for ever. Each component counts for itself.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// So many times go well before the first one. Default 0.
    #[must_use]
    pub fn after(mut self, times: u32) -> Self {
        self.after = times;
        self
    }
}

impl FaultAt {
    /// When the resource opens.
    pub fn open(self) -> FaultPoint {
        FaultPoint { at: self, point: Point::Open }
    }

    /// When a run of the task begins: each tick of a periodic task, each start of a plain one.
    pub fn tick(self) -> FaultPoint {
        FaultPoint { at: self, point: Point::Tick }
    }

    /// When the shutdown hook runs.
    pub fn hook(self) -> FaultPoint {
        FaultPoint { at: self, point: Point::Hook }
    }

    /// When the resource closes.
    pub fn close(self) -> FaultPoint {
        FaultPoint { at: self, point: Point::Close }
    }
}

impl FaultPoint {
    /// An error with this message.
    pub fn fail(self, message: impl Into<String>) -> Fault {
        self.with(What::Fail(message.into()))
    }

    /// A panic with this message.
    pub fn panic(self, message: impl Into<String>) -> Fault {
        self.with(What::Panic(message.into()))
    }

    /// A wait that never ends. It can be dropped, as any other wait can; on a thread of its own it cannot.
    pub fn hang(self) -> Fault {
        self.with(What::Hang)
    }

    /// The component's own code begins so much later.
    pub fn delay(self, time: Duration) -> Fault {
        self.with(What::Delay(time))
    }

    fn with(self, what: What) -> Fault {
        Fault { at: self, what, after: 0, times: u32::MAX }
    }

    /// What is wrong with a fault at this point of a component of this kind.
    fn misfit(&self, kind: Kind) -> Option<&'static str> {
        match (kind, self.point) {
            (Kind::Resource, Point::Open | Point::Close)
            | (Kind::Main | Kind::Task | Kind::Child, Point::Tick)
            | (Kind::Hook, Point::Hook) => None,
            (Kind::Resource, _) => Some("it is a resource, which has `open` and `close`"),
            (Kind::Hook, _) => Some("it is a hook, which has `hook`"),
            _ => Some("it is a task, which has `tick`"),
        }
    }

    fn means(&self, part: &Part) -> bool {
        let is_instance = |rest: &str| rest.starts_with('[') && matches!(part.sort, Sort::Task(_));
        part.name.strip_prefix(&self.at.name).is_some_and(|rest| rest.is_empty() || is_instance(rest))
    }
}

/// Puts the faults into the components' code. What is wrong with them is listed.
pub(crate) fn put_into(definitions: &mut [Definition], faults: Vec<Fault>) -> Vec<String> {
    let mut wrong = Vec::new();
    for fault in faults {
        let FaultAt { name, place } = &fault.at.at;
        let mut is_there = false;
        for definition in definitions.iter_mut().filter(|definition| fault.at.means(&definition.part)) {
            is_there = true;
            match fault.at.misfit(definition.part.kind()) {
                Some(why) => wrong.push(format!("{place}: a fault at `{}`: {why}", definition.part.name)),
                None => suffer(definition, &fault),
            }
        }
        if !is_there {
            let names = definitions.iter().map(|definition| definition.part.name.as_str());
            let near = near(name, names);
            wrong.push(format!("{place}: a fault at `{name}`: there is no component of that name{near}"));
        }
    }
    wrong
}

/// A fault of one component, as often as it comes.
#[derive(Debug)]
struct Course {
    fault: Fault,
    seen: AtomicU32,
}

impl Course {
    /// What happens this time.
    fn next(&self) -> Option<What> {
        let seen = self.seen.fetch_add(1, Ordering::Relaxed);
        let comes = seen.checked_sub(self.fault.after).is_some_and(|seen| seen < self.fault.times);
        comes.then(|| self.fault.what.clone())
    }
}

async fn befall(what: What) -> Result<(), BoxError> {
    match what {
        What::Fail(message) => Err(message.into()),
        What::Panic(message) => panic!("{message}"),
        What::Hang => std::future::pending().await,
        What::Delay(time) => {
            tokio::time::sleep(time).await;
            Ok(())
        }
    }
}

fn suffer(definition: &mut Definition, fault: &Fault) {
    let course = Arc::new(Course { fault: fault.clone(), seen: AtomicU32::new(0) });
    match &mut definition.code {
        Code::Run(factory) | Code::Monitor(factory, _) => {
            let inner = factory.clone();
            *factory = Arc::new(move |context: &Context| {
                let run = inner(context);
                let Some(what) = course.next() else { return run };
                Box::pin(async move {
                    befall(what).await?;
                    run.await
                })
            });
        }
        Code::Resource { open, .. } if fault.at.point == Point::Open => {
            *open = Arc::new(FaultyOpen { inner: open.clone(), course });
        }
        Code::Resource { close, .. } => *close = faulty_close(close.clone(), course),
    }
}

struct FaultyOpen {
    inner: Arc<dyn Open>,
    course: Arc<Course>,
}

impl Open for FaultyOpen {
    fn needs(&self) -> Vec<TypeKey> {
        self.inner.needs()
    }

    fn takes_shutdown(&self) -> bool {
        self.inner.takes_shutdown()
    }

    fn open(&self, context: &Context) -> OpenFuture {
        let opening = self.inner.open(context);
        let Some(what) = self.course.next() else { return opening };
        Box::pin(async move {
            befall(what).await?;
            opening.await
        })
    }

    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc> {
        self.inner.reclaim(value)
    }
}

fn faulty_close(closing: Closing, course: Arc<Course>) -> Closing {
    match closing {
        Closing::Shared(close) => Closing::Shared(Arc::new(move |value: AnyArc| {
            let close = close.clone();
            begin(&course, move || close(value))
        })),
        Closing::Owned(close) => Closing::Owned(Arc::new(move |value: AnyBox| {
            let close = close.clone();
            begin(&course, move || close(value))
        })),
        Closing::Drop => Closing::Owned(Arc::new(move |value: AnyBox| {
            begin(&course, move || {
                drop(value);
                Box::pin(std::future::ready(Ok(())))
            })
        })),
    }
}

/// A close that begins when the fault lets it.
fn begin(course: &Course, close: impl FnOnce() -> CloseFuture + Send + 'static) -> CloseFuture {
    let Some(what) = course.next() else { return close() };
    Box::pin(async move {
        befall(what).await.map_err(|error| error.to_string())?;
        close().await
    })
}
