//! Tasks spawned at run time.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tracing::Level;

use crate::BoxError;
use crate::decide::Ending;
use crate::run::handles::shutdown::Shutdown;
use crate::run::task::output::TaskOutput;
use crate::sys::locks::lock;
use crate::sys::text::{MOST, bounded};
use crate::words::outcome::Outcome;

use crate::run::calls::Calls;
use crate::run::handles::nursery::{Nursery, NurseryState, Seat};
use crate::run::handles::shared::Shared;
use crate::run::record::ledger::Children;
use crate::run::record::pulse::Pulse;
use crate::run::task::end::End;
use crate::run::task::ending::ended;
use crate::run::task::own_thread::OwnThread;
use crate::run::task::poll::{Body, Drove, drive};
use crate::run::task::tree::TaskTree;
use crate::run::task::unit::Unit;
use crate::sys::fork;

/// Spawns tracked tasks at run time. Cheap to clone.
///
/// A task spawned here is a *child* of the component whose parameter this was: it is cancelled in the same
/// turn, the component counts as ended only when its children are, and a forced end reaches them too. None
/// outlives the App. Once the component's turn in *cancel_tasks* came, new children are refused.
///
/// The children of a resource drive it: they live until after its close, and come to their own end. How long they have, the
/// attribute [`resource`](macro@crate::resource#children) tells.
///
/// A child's failure or panic is logged and stands in the report; it does not begin shutdown. Await the
/// handle where the parent should know.
///
/// ```
/// use lifecycle::{Shutdown, Tasks, cooperative_task};
///
/// # async fn accept() -> u32 { 1 }
/// # async fn serve(_: u32) {}
/// #[cooperative_task]
/// async fn listen(tasks: Tasks, shutdown: Shutdown) {
///     while let Some(connection) = shutdown.until_draining(accept()).await {
///         tasks.spawn("connection", serve(connection));
/// #       return;
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Tasks {
    tree: Arc<TaskTree>,
    shared: Arc<Shared>,
    owner: Arc<str>,
    /// The scope whose `Tasks` this is.
    nursery: Option<Arc<NurseryState>>,
}

/// Where a child runs.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Runtime { drops: bool },
    OwnThread,
}

impl Tasks {
    pub(crate) fn new(tree: Arc<TaskTree>, shared: Arc<Shared>, owner: Arc<str>) -> Self {
        Self { tree, shared, owner, nursery: None }
    }

    /// Runs a future as a child of this component. It is dropped at its next `.await` when the component's
    /// turn in *cancel_tasks* comes; one that wants to end by itself then is spawned by
    /// [`spawn_with`](Self::spawn_with).
    ///
    /// Names need not be unique; the first 4 KiB of one are kept. When no more children are taken, the future is dropped unpolled and the
    /// handle says so ([`Spawned::is_refused`]).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn spawn<F>(&self, name: impl Into<Arc<str>>, future: F) -> Spawned
    where
        F: Future<Output: TaskOutput> + Send + 'static,
    {
        self.start(name.into(), true, |_| future)
    }

    /// Runs a future that is handed a [`Shutdown`] of its own and handles its own cancellation: it is
    /// aborted only in *force_cleanup*. Otherwise like [`spawn`](Self::spawn).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn spawn_with<F>(&self, name: impl Into<Arc<str>>, make: impl FnOnce(Shutdown) -> F) -> Spawned
    where
        F: Future<Output: TaskOutput> + Send + 'static,
    {
        self.start(name.into(), false, make)
    }

    /// Runs a closure that blocks, as a child of this component, on a thread of its own that has the child's name. It may
    /// block on futures, like a closure of tokio's `spawn_blocking`.
    ///
    /// A thread cannot be dropped: the component counts as ended only when the closure has returned, and when the time for
    /// that is over, the thread is left behind and named, and the process exits 3. (One that waits for input from stdin
    /// when it is cancelled is left there without a fault, on Linux.) One that takes long is told to stop by
    /// [`spawn_blocking_with`](Self::spawn_blocking_with).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn spawn_blocking<O: TaskOutput>(
        &self,
        name: impl Into<Arc<str>>,
        closure: impl FnOnce() -> O + Send + 'static,
    ) -> Spawned {
        self.spawn_blocking_with(name, |_| closure())
    }

    /// Like [`spawn_blocking`](Self::spawn_blocking), with a [`Shutdown`] of its own to look at: see
    /// [`is_cancelled`](Shutdown::is_cancelled) and [`checkpoint`](Shutdown::checkpoint).
    ///
    /// ```
    /// use lifecycle::{BoxError, Tasks, cooperative_task};
    ///
    /// # fn parts() -> Vec<u32> { Vec::new() }
    /// # fn compress(_: u32) {}
    /// #[cooperative_task]
    /// async fn archive(tasks: Tasks) -> Result<(), BoxError> {
    ///     let work = tasks.spawn_blocking_with("compress", |shutdown| -> Result<(), BoxError> {
    ///         for part in parts() {
    ///             shutdown.checkpoint()?;
    ///             compress(part);
    ///         }
    ///         Ok(())
    ///     });
    ///     work.await?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn spawn_blocking_with<O: TaskOutput>(
        &self,
        name: impl Into<Arc<str>>,
        closure: impl FnOnce(Shutdown) -> O + Send + 'static,
    ) -> Spawned {
        let body = |shutdown| Box::pin(async move { closure(shutdown).settle() }) as Body<Result<(), BoxError>>;
        self.begin(name.into(), Place::OwnThread, body)
    }

    /// Structured concurrency: runs a future that spawns through the `Tasks` it is given, and resolves when it and all
    /// that it has spawned there have ended.
    ///
    /// Nothing spawned in a scope outlives it: dropped before its end, it drops them at their next `.await`. They are
    /// children of this component as any others. What became of one of them, its [`Spawned`] says.
    ///
    /// ```
    /// use lifecycle::{BoxError, Tasks, cooperative_task};
    ///
    /// # async fn fetch(_: u32) -> Result<(), BoxError> { Ok(()) }
    /// #[cooperative_task(interval = "1m")]
    /// async fn refresh(tasks: Tasks) -> Result<(), BoxError> {
    ///     tasks
    ///         .scope(async |tasks: Tasks| {
    ///             for shard in 0..8 {
    ///                 tasks.spawn("fetch", fetch(shard));
    ///             }
    ///         })
    ///         .await;
    ///     // All eight are done.
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped, it takes what it has spawned with it.
    pub async fn scope<T>(&self, body: impl AsyncFnOnce(Tasks) -> T) -> T {
        let nursery = Nursery::default();
        let inside = Tasks { nursery: Some(nursery.state.clone()), ..self.clone() };
        let output = body(inside).await;
        nursery.until_empty().await;
        output
    }

    /// Children of this component that have not ended.
    pub fn len(&self) -> usize {
        self.tree.running().len()
    }

    /// Whether this component has no children that run.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Has the component of `shutdown` go on with what is left of its work, as a child that handles its own cancellation.
    /// Gives it back if there is no component that takes it.
    #[cfg(feature = "axum")]
    pub(crate) fn hand_over<F>(shutdown: &Shutdown, name: &'static str, work: F) -> Result<(), F>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let Some((tree, shared, owner)) = shutdown.owner() else { return Err(work) };
        let mut work = Some(work);
        // The closure is called only if the child is admitted.
        let tasks = Self::new(tree.clone(), shared.clone(), owner.clone());
        tasks.spawn_with(name, |_| work.take().expect("called once"));
        work.map_or(Ok(()), Err)
    }

    fn start<F>(&self, name: Arc<str>, drops: bool, make: impl FnOnce(Shutdown) -> F) -> Spawned
    where
        F: Future<Output: TaskOutput> + Send + 'static,
    {
        self.begin(name, Place::Runtime { drops }, |shutdown| {
            let future = make(shutdown);
            Box::pin(async move { future.await.settle() })
        })
    }

    fn begin(
        &self,
        name: Arc<str>,
        place: Place,
        make: impl FnOnce(Shutdown) -> Body<Result<(), BoxError>>,
    ) -> Spawned {
        fork::end_if_forked();
        let name = if name.len() > MOST { bounded(&*name).into() } else { name };
        let flags = self.shared.control.broadcast.listen();
        let pulse = Arc::new(Pulse::new(name.clone(), self.shared.control.time.clock.clone()));
        let (done, outcome) = oneshot::channel();
        let drops = place == Place::Runtime { drops: true };
        let Some(key) = self.tree.admit(name.clone(), flags.clone(), pulse.clone(), drops) else {
            let (owner, child) = (self.owner.clone(), name.clone());
            self.shared.control.calls().event(Level::DEBUG, move |_| {
                tracing::debug!(target: "lifecycle", owner = &*owner, child = &*child, "spawn refused: shutting down");
            });
            return Spawned { outcome, abort: None, refused: true };
        };
        let end = End::child(self.tree.clone(), key);
        let body = make(Shutdown::new(flags.clone(), self.shared.clone(), name.clone(), self.tree.clone()));
        let unit = Unit { name, flags, pulse, drops };
        let seat = self.nursery.as_ref().map(NurseryState::seat);
        let child = run_child(
            unit,
            body,
            place,
            end,
            Answer(Mutex::new(Some(done))),
            seat,
            self.shared.control.calls().clone(),
        );
        let abort = tokio::spawn(child).abort_handle();
        if let Some(nursery) = &self.nursery {
            nursery.keep(abort.clone());
        }
        self.tree.set_child(key, abort.clone());
        Spawned { outcome, abort: Some(abort), refused: false }
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks").field("owner", &self.owner).field("len", &self.len()).finish_non_exhaustive()
    }
}

/// Tells the handle how the child ended, once.
struct Answer(Mutex<Option<oneshot::Sender<Ending>>>);

impl Answer {
    fn give(&self, ending: Ending) {
        if let Some(sender) = lock(&self.0).take() {
            // The handle may be gone: a child runs without it.
            let _ = sender.send(ending);
        }
    }
}

async fn run_child(
    unit: Unit,
    body: Body<Result<(), BoxError>>,
    place: Place,
    mut end: End,
    answer: Answer,
    seat: Option<Seat>,
    calls: Arc<Calls>,
) {
    unit.pulse.run_begins();
    end.leaks_when_dropped(place == Place::OwnThread);
    let drove = match place {
        Place::Runtime { .. } => drive(&unit, body, None).await,
        Place::OwnThread => match OwnThread::start(None, unit.share(), body) {
            Ok(thread) => thread.end(&unit.flags).await,
            Err(error) => Drove::Done(Err(format!("no thread for it: {error}").into())),
        },
    };
    if matches!(drove, Drove::WaitsForInput) {
        end.tree().waits_for_input(Some(&*unit.name));
    }
    let ending = ended(&unit, drove);
    if let Some(error) = &ending.error {
        let (child, error) = (unit.name.clone(), error.clone());
        calls.event(Level::WARN, move |_| {
            tracing::warn!(target: "lifecycle", child = &*child, error, "a child task failed");
        });
    }
    end.report(ending.clone());
    drop(seat);
    // Last, since it wakes the task that waits for the handle, by a waker that may be user code.
    answer.give(ending);
}

/// The handle of a task spawned through [`Tasks`]. Dropping it changes nothing: the task runs on.
///
/// As a future it gives the task's outcome: `Ok` for what came to its end or was cancelled, `Err` for what
/// failed, panicked, was aborted, or was refused. Cancel safe.
pub struct Spawned {
    outcome: oneshot::Receiver<Ending>,
    abort: Option<AbortHandle>,
    refused: bool,
}

impl Spawned {
    /// Whether the task was refused because its component takes no more children.
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    /// Drops the task at its next `.await`.
    pub fn abort(&self) {
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }
}

impl Future for Spawned {
    type Output = Result<Outcome, SpawnedError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.refused {
            return Poll::Ready(Err(SpawnedError("refused: its component is shutting down".to_owned())));
        }
        Pin::new(&mut self.outcome).poll(context).map(|ending| match ending {
            Ok(Ending { outcome, error: None }) => Ok(outcome),
            Ok(Ending { outcome, error: Some(error) }) => Err(SpawnedError(format!("{outcome}: {error}"))),
            Err(_) => Err(SpawnedError("aborted".to_owned())),
        })
    }
}

impl fmt::Debug for Spawned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawned").field("refused", &self.refused).finish_non_exhaustive()
    }
}

/// Why a task spawned through [`Tasks`] did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpawnedError(String);

impl fmt::Display for SpawnedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SpawnedError {}
