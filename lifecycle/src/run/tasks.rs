//! Tasks spawned at run time.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::decide::Ending;
use crate::run::output::TaskOutput;
use crate::words::outcome::Outcome;
use crate::{BoxError, Shutdown};

use super::cell::Flag;
use super::control::Control;
use super::family::{End, Family};
use super::poll::{Body, Drove, drive};
use super::runner::describe;
use super::unit::{Pulse, Unit};

/// Spawns tracked tasks at run time. Cheap to clone.
///
/// A task spawned here is a *child* of the component whose parameter this was: it is cancelled in the same
/// turn, the component counts as ended only when its children are, and a forced end reaches them too. None
/// outlives the App. Once the component's turn in *cancel_tasks* came, new children are refused.
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
    family: Arc<Family>,
    control: Arc<Control>,
    owner: Arc<str>,
}

impl Tasks {
    pub(crate) fn new(family: Arc<Family>, control: Arc<Control>, owner: Arc<str>) -> Self {
        Self { family, control, owner }
    }

    /// Runs a future as a child of this component. It is dropped at its next `.await` when the component's
    /// turn in *cancel_tasks* comes; one that wants to end by itself then is spawned by
    /// [`spawn_with`](Self::spawn_with).
    ///
    /// Names need not be unique. When no more children are taken, the future is dropped unpolled and the
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

    /// Children of this component that have not ended.
    pub fn len(&self) -> usize {
        self.family.children().len()
    }

    /// Whether this component has no children that run.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn start<F>(&self, name: Arc<str>, drops: bool, make: impl FnOnce(Shutdown) -> F) -> Spawned
    where
        F: Future<Output: TaskOutput> + Send + 'static,
    {
        let cell = self.control.cell();
        let pulse = Arc::new(Pulse::default());
        let (done, outcome) = oneshot::channel();
        let Some(key) = self.family.admit(name.clone(), cell.clone(), pulse.clone()) else {
            tracing::debug!(target: "lifecycle", owner = &*self.owner, child = &*name, "spawn refused: shutting down");
            return Spawned { outcome, abort: None, refused: true };
        };
        let end = End::child(self.family.clone(), key);
        let future = make(Shutdown::new(cell.clone(), self.control.clone(), Some(name.clone())));
        let body: Body<Result<(), BoxError>> = Box::pin(async move { future.await.settle() });
        let unit = Unit { name, cell, pulse, drops };
        let abort = tokio::spawn(run_child(unit, body, end, Answer(Mutex::new(Some(done))))).abort_handle();
        self.family.set_child(key, abort.clone());
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
        if let Some(sender) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // The handle may be gone: a child runs without it.
            let _ = sender.send(ending);
        }
    }
}

async fn run_child(unit: Unit, body: Body<Result<(), BoxError>>, mut end: End, answer: Answer) {
    unit.pulse.run_begins();
    let (outcome, error) = match drive(&unit, body, None).await {
        Drove::Done(Ok(())) if unit.cell.has(Flag::Requested) => (Outcome::Stopped, None),
        Drove::Done(Ok(())) => (Outcome::Finished, None),
        Drove::Done(Err(error)) => (Outcome::Failed, Some(describe(error.as_ref()))),
        Drove::Panicked(panic) => (Outcome::Panicked, Some(panic)),
        Drove::Cancelled | Drove::TimedOut(_) => (Outcome::Cancelled, None),
    };
    if let Some(error) = &error {
        tracing::warn!(target: "lifecycle", child = &*unit.name, error, "a child task failed");
    }
    let ending = Ending { outcome, error };
    answer.give(ending.clone());
    end.report(ending);
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
