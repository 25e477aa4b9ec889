//! Stopping and starting a part of the App while the rest runs on.

mod change;
pub(crate) mod change_lock;
mod error;
mod reach;
mod resources;
mod tasks;

use std::fmt;
use std::sync::Arc;

use crate::words::reason::State;

use crate::run::record::ledger::Ledger;
use crate::run::stop::control::Control;
use crate::run::stop::flags::Flag;
use crate::run::task::tree::TaskTree;

use self::change::{Change, Target};
use self::change_lock::ChangeLock;
pub use self::error::GroupError;
use self::reach::Reach;

/// Stops and starts tasks and resources while the App runs, by tag or by name. Ask for it as a parameter, or take it from
/// [`App::groups`](crate::App::groups). Cheap to clone.
///
/// A group stops with the care of a whole shutdown, and with its shares of time:
///
/// 1. its tasks hear [`draining`](crate::Shutdown::draining), no tick begins any more, and runs in progress end
///    (*complete_current*);
/// 2. they are cancelled: those without a [`Shutdown`](crate::Shutdown) are dropped at their next `.await`, the others
///    return (*cancel_tasks*, or their `stop_timeout`);
/// 3. those that have not returned by then are dropped at their next `.await`;
/// 4. its resources close, users before what they use and independent ones at once, each as in a shutdown and within its
///    `close_timeout`.
///
/// What tasks spawned goes with them. The rest of the App notices nothing: no failure is counted, no `critical` task begins
/// a shutdown. Started again, a resource is opened anew, and tasks get handles to the new value. A plain task's body runs
/// anew; a periodic task goes on by its grid, and what became due meanwhile is left out, made up for once or made up for in
/// full, as its `missed` says.
///
/// # What uses what
///
/// A resource stops only when nothing that uses it runs: no task, no other resource, not `main`. Otherwise the call is
/// refused with [`GroupError::InUse`], which names them, and nothing is stopped. In the same way a task or a resource is
/// started only when everything that it uses is open ([`GroupError::Needs`]). Or they are taken along:
/// [`cascading`](Self::cascading).
///
/// A hook is no user. One that takes a resource which is stopped when its turn in the shutdown comes does not run, and the
/// report says why.
///
/// # Shutdown
///
/// A shutdown may come at any time. What is stopped then stays so and is not closed again. What is closing goes on; what is
/// opening is dropped, or closed if it has opened. Calls that wait give [`GroupError::ShuttingDown`]. A shutdown that is
/// [called off](crate::Shutdown::abort) leaves everything as it was: what was stopped stays so.
///
/// A resource that did not close well when it was stopped counts as one that did not close well in the shutdown: it stands
/// in the notes of the report, and the exit code is 3.
///
/// # Calls at the same time
///
/// Calls are carried out one after the other, also those from different components. A component cannot stop itself: a call
/// that would, or a call of a component that is being stopped or opened by another one, gives [`GroupError::Caller`]. The
/// caller is the component that was handed the parameter. A handle from [`App::groups`](crate::App::groups) has no caller:
/// a task that stops itself by such a handle is stopped in the middle of the call.
///
/// ```
/// use lifecycle::{Groups, cooperative_task};
///
/// # async fn maintenance() {}
/// #[cooperative_task(interval = "24h", initial_delay = "1h")]
/// async fn vacuum(groups: Groups) -> Result<(), lifecycle::GroupError> {
///     groups.pause("ingest").await?;
///     maintenance().await;
///     groups.resume("ingest").await?;
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Groups {
    reach: Reach,
}

impl Groups {
    pub(crate) fn new(
        control: Arc<Control>,
        ledger: Arc<Ledger>,
        change_lock: Arc<ChangeLock>,
        caller: Option<Arc<TaskTree>>,
    ) -> Self {
        Self { reach: Reach { control, ledger, change_lock, caller, cascades: false } }
    }

    /// The same, but what depends on one another is taken along.
    ///
    /// [`stop`](Self::stop) and [`pause`](Self::pause) also stop everything that uses what is to be stopped, directly or
    /// through others: all tasks first, then the resources, users before what they use. `main` cannot be taken along: if
    /// it uses one of them, the call is refused.
    ///
    /// [`start`](Self::start) and [`resume`](Self::resume) first open everything that is needed, also what was stopped by
    /// name. Then they bring back what had been taken along: whatever uses one of these, was stopped *only because* of what
    /// it uses, and has all that it uses open again. What was stopped by its own name or tag, before or after it was
    /// taken along, stays stopped.
    ///
    /// ```
    /// use lifecycle::{GroupError, Groups};
    ///
    /// # fn restore_backup() {}
    /// async fn restore(groups: Groups) -> Result<(), GroupError> {
    ///     let groups = groups.cascading();
    ///     let stopped = groups.stop("database").await?; // "ingest" and "cache" too, which use it
    ///     restore_backup();
    ///     let started = groups.start("database").await?;
    ///     assert_eq!(stopped, started);
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn cascading(&self) -> Self {
        Self { reach: Reach { cascades: true, ..self.reach.clone() } }
    }

    /// Stops every task and every resource with this tag. Resolves when none of them runs or is open any more, with the
    /// names of those that it stopped, in order of registration. Those that are stopped already are not touched, and tasks
    /// that have ended are left out.
    ///
    /// # Errors
    ///
    /// Nothing was stopped: there is no such tag ([`NoSuchTag`](GroupError::NoSuchTag)); one of them is in use by others
    /// ([`InUse`](GroupError::InUse)); the caller is among them ([`Caller`](GroupError::Caller)); the App does not run yet
    /// ([`NotRunning`](GroupError::NotRunning)).
    ///
    /// Something was stopped: a task is inside a poll that does not end, or its thread does not return
    /// ([`StillRunning`](GroupError::StillRunning)), and no resource was closed; a close failed, panicked or was late, or
    /// handles stay ([`NotClosed`](GroupError::NotClosed)), and all others were closed all the same; the App itself shuts
    /// down ([`ShuttingDown`](GroupError::ShuttingDown)). After such an error the group stays asked to stop;
    /// [`resume`](Self::resume) takes that back.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it leaves the tasks asked to stop: nothing new begins, and none is forced any more. Resources whose
    /// close has not begun stay open; the others go on to close, and the next call waits for that.
    pub async fn pause(&self, tag: &str) -> Result<Vec<String>, GroupError> {
        self.unless_told(async { self.change().await?.halt(Target::Tag(tag)).await }).await
    }

    /// Opens every resource with this tag, users after what they use, and then lets every task with this tag run again.
    /// Resolves when they do, with the names of those that it started, in order of registration.
    ///
    /// # Errors
    ///
    /// Nothing was started: there is no such tag ([`NoSuchTag`](GroupError::NoSuchTag)); one of them uses what is stopped
    /// and not to be started ([`Needs`](GroupError::Needs)); the caller is being stopped ([`Caller`](GroupError::Caller));
    /// the App does not run yet ([`NotRunning`](GroupError::NotRunning)).
    ///
    /// A resource failed to open, panicked or took longer than its `open_timeout` ([`NotOpened`](GroupError::NotOpened)):
    /// it stays stopped and so do the tasks; what was opened before stays open. It can be tried again. The App itself shuts
    /// down ([`ShuttingDown`](GroupError::ShuttingDown)).
    ///
    /// # Cancel safety
    ///
    /// Dropped while resources open, it has started no task; the resources go on to open, and the next call waits for
    /// that. Dropped later, it has let the tasks run all the same.
    pub async fn resume(&self, tag: &str) -> Result<Vec<String>, GroupError> {
        self.unless_told(async { self.change().await?.go(Target::Tag(tag)).await }).await
    }

    /// Stops the task or resource of this name. The copies of a task go by its plain name together, or each by its own
    /// (`worker[1]`). Otherwise like [`pause`](Self::pause).
    ///
    /// # Errors
    ///
    /// There is no component of that name ([`NoSuchName`](GroupError::NoSuchName)), or it is `main` or a hook
    /// ([`Fixed`](GroupError::Fixed)). Otherwise as for [`pause`](Self::pause).
    ///
    /// # Cancel safety
    ///
    /// As for [`pause`](Self::pause).
    pub async fn stop(&self, name: &str) -> Result<Vec<String>, GroupError> {
        self.unless_told(async { self.change().await?.halt(Target::Name(name)).await }).await
    }

    /// Starts the task or resource of this name again. Otherwise like [`resume`](Self::resume).
    ///
    /// # Errors
    ///
    /// There is no component of that name ([`NoSuchName`](GroupError::NoSuchName)), or it is `main` or a hook
    /// ([`Fixed`](GroupError::Fixed)). Otherwise as for [`resume`](Self::resume).
    ///
    /// # Cancel safety
    ///
    /// As for [`resume`](Self::resume).
    pub async fn start(&self, name: &str) -> Result<Vec<String>, GroupError> {
        self.unless_told(async { self.change().await?.go(Target::Name(name)).await }).await
    }

    /// Waits for its turn.
    async fn change(&self) -> Result<Change<'_>, GroupError> {
        if self.reach.change_lock.is_closed() {
            return Err(GroupError::ShuttingDown);
        }
        let state = self.reach.ledger.book().state;
        match state {
            State::Initializing | State::Starting => return Err(GroupError::NotRunning),
            State::Running => {}
            _ => return Err(GroupError::ShuttingDown),
        }
        if let Some(tree) = self.reach.caller.as_ref().filter(|tree| self.reach.change_lock.expects(tree.id())) {
            return Err(GroupError::Caller(tree.name()));
        }
        let causes = self.reach.change_lock.turn().await;
        Ok(Change { reach: &self.reach, causes })
    }

    /// A component that is told to stop has to return, whatever it waits for here: another call may wait for it.
    async fn unless_told<T>(&self, change: impl Future<Output = Result<T, GroupError>>) -> Result<T, GroupError> {
        let change = self.reach.control.broadcast.outside.until_raised(Flag::Requested, change);
        let done = match &self.reach.caller {
            Some(tree) => tree.flags().until_raised(Flag::Draining, change).await.flatten(),
            None => change.await,
        };
        match (done, &self.reach.caller) {
            (Some(done), _) => done,
            (None, Some(tree)) if !self.reach.control.has(Flag::Requested) => Err(GroupError::Caller(tree.name())),
            (None, _) => Err(GroupError::ShuttingDown),
        }
    }
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Groups").field("cascades", &self.reach.cascades).finish_non_exhaustive()
    }
}
