//! A component's view of the shutdown.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::sys::text::bounded;
use crate::words::abort::AbortError;
use crate::words::left::LeftBehind;
use crate::words::phase::Phase;
use crate::words::reason::Reason;
#[cfg(feature = "axum")]
use crate::words::settings::Budget;
use crate::words::status::StatusReport;

#[cfg(feature = "axum")]
use crate::run::calls::Calls;
use crate::run::handles::shared::Shared;
use crate::run::stop::cancelled::Cancelled;
use crate::run::stop::flags::{Flag, Flags};
use crate::run::task::tree::TaskTree;
#[cfg(feature = "tower")]
use crate::run::work::requests::Requests;

/// Tells a component how far the shutdown is, and lets it ask for one. Cheap to clone.
///
/// A task that takes a `Shutdown` handles its own cancellation: it is dropped only in *force_cleanup*, so it
/// should end when [`draining`](Self::draining) or, at the latest, [`cancelled`](Self::cancelled) says so.
/// Clones belong to the same component.
///
/// Waiting costs a task next to nothing per iteration: its waker is kept once, not registered for each wait.
///
/// ```
/// use lifecycle::{Shutdown, cooperative_task};
///
/// # async fn next_item() -> Option<u32> { None }
/// #[cooperative_task]
/// async fn ingest(shutdown: Shutdown) {
///     // Ends at the item after which *stop_new_work* began; an item that was taken is always dealt with.
///     while let Some(Some(item)) = shutdown.until_draining(next_item()).await {
///         println!("{item}");
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Shutdown {
    /// One reference to count, since servers clone it for each request.
    view: Arc<View>,
}

struct View {
    flags: Arc<Flags>,
    shared: Arc<Shared>,
    component: Option<Arc<str>>,
    /// The component with its children, if it is one.
    #[cfg_attr(not(feature = "axum"), allow(dead_code, reason = "only servers hand work over"))]
    tree: Option<Arc<TaskTree>>,
    /// It is the one that our own server leaves with a request, which that server counts.
    #[cfg_attr(not(feature = "tower"), allow(dead_code, reason = "only servers ask"))]
    is_counted: bool,
}

impl Shutdown {
    /// One that belongs to no component.
    pub(crate) fn outside(shared: Arc<Shared>) -> Self {
        let flags = shared.control.broadcast.outside.clone();
        Self { view: Arc::new(View { flags, shared, component: None, tree: None, is_counted: false }) }
    }

    pub(crate) fn new(flags: Arc<Flags>, shared: Arc<Shared>, component: Arc<str>, tree: Arc<TaskTree>) -> Self {
        let (component, tree) = (Some(component), Some(tree));
        Self { view: Arc::new(View { flags, shared, component, tree, is_counted: false }) }
    }

    /// The same, for requests that are counted already.
    #[cfg(feature = "axum")]
    pub(crate) fn counted(&self) -> Self {
        let View { flags, shared, component, tree, .. } = &*self.view;
        let (flags, shared, component, tree) = (flags.clone(), shared.clone(), component.clone(), tree.clone());
        Self { view: Arc::new(View { flags, shared, component, tree, is_counted: true }) }
    }

    /// Resolves as [`requested`](Self::requested) does, for a server that goes on if the shutdown is called off: its task
    /// has not heard of it.
    #[cfg(feature = "axum")]
    pub(crate) async fn requested_silently(&self) {
        self.view.flags.wait_silently(Flag::Requested).await;
    }

    /// [`is_requested`](Self::is_requested), asked by what is ours.
    #[cfg(feature = "axum")]
    pub(crate) fn is_requested_silently(&self) -> bool {
        self.view.flags.has(Flag::Requested)
    }

    /// Resolves when neither a shutdown nor the stop of the component's group is requested: at once, or once it was called
    /// off.
    #[cfg(feature = "axum")]
    pub(crate) async fn called_off(&self) {
        let stepped = &self.view.shared.control.broadcast.stepped;
        stepped.until(|| (!self.is_requested_silently()).then_some(())).await;
    }

    /// The component with its children, by name, and its App. `None`: it belongs to no component.
    #[cfg(feature = "axum")]
    pub(crate) fn owner(&self) -> Option<(&Arc<TaskTree>, &Arc<Shared>, &Arc<str>)> {
        let View { shared, component: Some(component), tree: Some(tree), .. } = &*self.view else { return None };
        Some((tree, shared, component))
    }

    #[cfg(feature = "tower")]
    #[inline]
    pub(crate) fn is_counted(&self) -> bool {
        self.view.is_counted
    }

    /// Begins shutdown, with a reason for the report, of which the first 4 KiB are kept. Returns at once.
    ///
    /// May be called from anywhere, at any moment, any number of times: shutdown runs once (unless it is called off by
    /// [`abort`](Self::abort)), and the first reason stands. Asked for during start-up, the start stops, what was opened closes in reverse, and no
    /// task starts.
    pub fn request(&self, why: impl Into<String>) {
        let by = self.view.component.as_ref().map(|name| name.to_string());
        self.view.shared.control.request(Reason::Requested { by, why: bounded(why.into()) });
    }

    /// Calls the shutdown off: the App goes on as if it had not been requested.
    ///
    /// Possible while it is in *announce* or *stop_new_work*, if it began with a signal or a [`request`](Self::request). It
    /// resolves once that is decided, with the names of the tasks that have ended since the request and do not come back.
    /// One request can be called off; the next one begins a shutdown like the first, hooks included.
    ///
    /// What goes back:
    ///
    /// - `/readyz` says 200, [`Requests::try_begin`](crate::Requests::try_begin) accepts, [`Tasks::spawn`](crate::Tasks::spawn)
    ///   takes children, [`is_requested`](Self::is_requested) and its neighbours say no, [`phase`](Self::phase) and
    ///   [`reason`](Self::reason) `None`. The deadline is off, and the next SIGINT is a first one.
    /// - Periodic tasks tick on by their grid; what became due meanwhile is dealt with as their `missed` says.
    /// - A plain task that has ended since the request runs again at once if its `restart` says so: after any end for
    ///   `always`, after a failure for `on-failure`. It opens what it needs as at its first run: so listeners come back. That
    ///   counts for no `max_restarts`, and what it had spawned goes on. One that has heard of the shutdown and ends only now is
    ///   treated alike.
    /// - Any other stays ended and is named. If that is `main`, the App goes on without it: a `main` that is to go on waits
    ///   for [`cancelled`](Self::cancelled), which nothing calls off.
    ///
    /// What does not: waits that have resolved and [tokens](Self::draining_token) that were cancelled stay so (ask for new
    /// ones), hooks that have run are not undone, and a hook that runs comes to its end.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use lifecycle::{App, Shutdown, TaskSpec};
    ///
    /// let operator = TaskSpec::new("operator", |shutdown: Shutdown| async move {
    ///     shutdown.request("a new version is here");
    ///     // Which turns out to be broken.
    ///     let ended = shutdown.abort().await.unwrap();
    ///     assert!(ended.is_empty() && !shutdown.is_requested());
    ///     shutdown.request("enough");
    /// });
    /// let report = App::builder().announce(Duration::from_secs(5)).task(operator).build()?.run_blocking();
    /// assert_eq!(report.called_off, 1);
    /// # Ok::<(), lifecycle::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// There is no shutdown to call off, or it has come too far; a second SIGINT has forced it; the tasks do not run yet; or
    /// there is nothing to return to, since `main` has returned without being asked, a critical task has failed for good, or
    /// no task is left. Then nothing has changed.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it may have called the shutdown off all the same.
    pub async fn abort(&self) -> Result<Vec<String>, AbortError> {
        self.view.shared.control.ask_to_call_off().await
    }

    /// Resolves when shutdown was asked for: at once, if it was before. Cancel safe.
    ///
    /// This is the first that a component can hear. With an *announce* phase, work is still accepted then, and the shutdown
    /// may yet be [called off](Self::abort): what is waited for afterwards is the next one.
    pub async fn requested(&self) {
        self.view.flags.wait(Flag::Requested).await;
    }

    /// Resolves when *stop_new_work* began: take nothing new from here on. Cancel safe.
    pub async fn draining(&self) {
        self.view.flags.wait(Flag::Draining).await;
    }

    /// Resolves when this component's turn in *cancel_tasks* came: return now. Cancel safe.
    ///
    /// Tasks, their children and `main` have such a turn. For a resource it resolves when the resource closes or its opening is to end, for
    /// the handle of [`App::shutdown`](crate::App::shutdown) when *cancel_tasks* begins, for a hook never.
    pub async fn cancelled(&self) {
        self.view.flags.wait(Flag::Cancelled).await;
    }

    /// The future's output, or `None` as soon as *stop_new_work* began; then the future is dropped.
    ///
    /// The flag is looked at first: once draining, the future is not polled again. As with every future
    /// that may be dropped, what it had taken and not yet given is lost, so give it one that is cancel safe.
    pub async fn until_draining<F: Future>(&self, future: F) -> Option<F::Output> {
        self.view.flags.until_raised(Flag::Draining, future).await
    }

    /// The future's output, or `None` as soon as this component's turn in *cancel_tasks* came; then the
    /// future is dropped. Otherwise like [`until_draining`](Self::until_draining).
    pub async fn until_cancelled<F: Future>(&self, future: F) -> Option<F::Output> {
        self.view.flags.until_raised(Flag::Cancelled, future).await
    }

    /// Whether shutdown was asked for.
    pub fn is_requested(&self) -> bool {
        self.view.flags.tells(Flag::Requested)
    }

    /// Whether *stop_new_work* began.
    pub fn is_draining(&self) -> bool {
        self.view.flags.tells(Flag::Draining)
    }

    /// Whether this component's turn in *cancel_tasks* came.
    pub fn is_cancelled(&self) -> bool {
        self.view.flags.tells(Flag::Cancelled)
    }

    /// `Err` once this component's turn in *cancel_tasks* came, so that a blocking task can leave by `?`.
    ///
    /// A task that fails with [`Cancelled`], or with an error that has it among its causes, counts as stopped.
    ///
    /// ```
    /// use lifecycle::{BoxError, Shutdown};
    ///
    /// # fn step() -> std::io::Result<()> { Ok(()) }
    /// #[lifecycle::cooperative_task(blocking = true)]
    /// fn index(shutdown: Shutdown) -> Result<(), BoxError> {
    ///     loop {
    ///         shutdown.checkpoint()?;
    ///         step()?;
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Cancelled`], from then on.
    pub fn checkpoint(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled::new()) } else { Ok(()) }
    }

    /// The phase that runs; `None` before shutdown was asked for. After the end it stays the last one.
    pub fn phase(&self) -> Option<Phase> {
        self.view.shared.control.phase()
    }

    /// Why shutdown began; `None` before it was asked for, and once it was called off.
    pub fn reason(&self) -> Option<Reason> {
        self.view.shared.control.request.reason()
    }

    /// Time left until this component is cut off: dropped, aborted, or left behind if that is not possible. `None` before
    /// shutdown was asked for.
    ///
    /// Before its turn that is the end of *cancel_tasks*, or its own `stop_timeout` if that is less: phases that end early
    /// leave their time to it, so it does not become less while they pass. In its turn it is what its share has left; a
    /// share is less where tasks of another priority are still to come. A hook, the close of a resource and an `open` that
    /// is to end have a share each, told likewise. A handle that belongs to no component tells the end of *cancel_tasks*.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use lifecycle::{Shutdown, cooperative_task};
    ///
    /// # async fn next_item() -> Option<u32> { None }
    /// # async fn flush() {}
    /// #[cooperative_task]
    /// async fn ingest(shutdown: Shutdown) {
    ///     while let Some(Some(_)) = shutdown.until_draining(next_item()).await {}
    ///     // With a little of it to spare.
    ///     let left = shutdown.remaining().unwrap_or(Duration::from_secs(1));
    ///     let _ = tokio::time::timeout(left * 9 / 10, flush()).await;
    /// }
    /// ```
    pub fn remaining(&self) -> Option<Duration> {
        let control = &self.view.shared.control;
        let left = |ends: Duration| ends.saturating_sub(control.now());
        if let Some(until) = self.view.flags.until() {
            return Some(left(until));
        }
        Some(left(control.cut_off()?).min(self.view.flags.bound()))
    }

    /// What was told to end, could not be ended in time, and still runs: nothing stops it from writing.
    ///
    /// A hook of *force_cleanup* begins when everything that had to be aborted has ended or was given up, so there the
    /// answer is complete, but for what the framework does not know: bare `tokio::spawn` and `spawn_blocking`, threads of
    /// the program's own. Asked again it can only have become shorter. Before anything was given up it is empty.
    ///
    /// It is for a hook that hands over what only one process may hold, such as a lease or a lock file:
    ///
    /// ```
    /// use lifecycle::{Shutdown, shutdown_hook};
    ///
    /// # async fn release() {}
    /// #[shutdown_hook(phase = "force_cleanup")]
    /// async fn hand_over(shutdown: Shutdown) -> Result<(), String> {
    ///     match shutdown.left_behind().first() {
    ///         // It runs out by itself, once this process can no longer write.
    ///         Some(left) => Err(format!("the lease is kept: {left} still runs")),
    ///         None => Ok(release().await),
    ///     }
    /// }
    /// ```
    pub fn left_behind(&self) -> Vec<LeftBehind> {
        self.view.shared.ledger.left_behind()
    }

    /// What the App is doing right now: how far it is, each component's state, requests in flight, time left.
    ///
    /// A snapshot, put together for the call; for probes and diagnostics, not for a hot path.
    pub fn status(&self) -> StatusReport {
        self.view.shared.status()
    }

    /// The App's time.
    #[cfg(feature = "axum")]
    pub(crate) fn budget(&self) -> &Budget {
        self.view.shared.control.budget()
    }

    /// The App's counter of requests.
    #[cfg(feature = "tower")]
    #[inline]
    pub(crate) fn requests(&self) -> &Requests {
        &self.view.shared.control.requests
    }

    /// Where its events are made: not on the thread of a server.
    #[cfg(feature = "axum")]
    pub(crate) fn calls(&self) -> &Calls {
        self.view.shared.control.calls()
    }

    #[cfg(feature = "axum")]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.view.shared
    }

    /// A token for libraries that take one: cancelled when [`cancelled`](Self::cancelled) resolves.
    ///
    /// Cancelling the token itself does not cancel the component, but it does cancel all that were given
    /// the same one; hand out `child_token()`s where that matters.
    pub fn token(&self) -> CancellationToken {
        self.view.flags.token(Flag::Cancelled)
    }

    /// A token that is cancelled when [`draining`](Self::draining) resolves.
    pub fn draining_token(&self) -> CancellationToken {
        self.view.flags.token(Flag::Draining)
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown")
            .field("component", &self.view.component)
            .field("requested", &self.is_requested())
            .field("draining", &self.is_draining())
            .field("cancelled", &self.is_cancelled())
            .field("phase", &self.phase())
            .finish_non_exhaustive()
    }
}
