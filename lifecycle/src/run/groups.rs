//! Stopping and starting a part of the App while the rest runs on.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::plan::parts::Sort;
use crate::plan::{Id, Plan};
use crate::words::component::{Kind, TaskSettings};
use crate::words::phase::Phase;

use super::cell::Flag;
use super::control::Control;
use super::ledger::Ledger;
use super::valve::Standing;

/// Stops and starts tasks while the App runs, by tag or by name. Ask for it as a parameter, or take it from
/// [`App::groups`](crate::App::groups). Cheap to clone.
///
/// A group stops with the care of a whole shutdown, and with its shares of time:
///
/// 1. its tasks hear [`draining`](crate::Shutdown::draining), no tick begins any more, and runs in progress end
///    (*complete_current*);
/// 2. they are cancelled: those without a [`Shutdown`](crate::Shutdown) are dropped at their next `.await`, the others
///    return (*cancel_tasks*, or their `stop_timeout`);
/// 3. who has not returned by then is dropped at its next `.await`.
///
/// What they spawned goes with them. The rest of the App notices nothing: no failure is counted, no `critical` task begins
/// a shutdown. Started again, a plain task's body runs anew; a periodic task goes on by its grid, and what became due
/// meanwhile is left out, made up for once or made up for in full, as its `missed` says.
///
/// Only tasks can be stopped. A resource has to stay open as long as anybody may use it.
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
    control: Arc<Control>,
}

impl Groups {
    pub(crate) fn new(control: Arc<Control>) -> Self {
        Self { control }
    }

    /// Stops every task with this tag, together. Resolves when none of them runs any more, with their names. Those that
    /// are stopped already are not touched, and those that have ended are left out.
    ///
    /// # Errors
    ///
    /// No task has the tag; a task is inside a poll that does not end, or its thread does not return; the App itself
    /// shuts down meanwhile. After an error the group stays asked to stop; [`resume`](Self::resume) takes that back.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it leaves the group asked to stop: nothing new begins, and nobody is forced any more.
    pub async fn pause(&self, tag: &str) -> Result<Vec<String>, GroupError> {
        self.halt(self.tagged(tag)?).await
    }

    /// Lets every task with this tag run again. Resolves when they do, with their names.
    ///
    /// # Errors
    ///
    /// No task has the tag; the App itself shuts down.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it has let them run all the same.
    pub async fn resume(&self, tag: &str) -> Result<Vec<String>, GroupError> {
        self.go(self.tagged(tag)?).await
    }

    /// Stops the task of this name. Otherwise like [`pause`](Self::pause).
    ///
    /// # Errors
    ///
    /// There is no component of that name, or it is no task: then those that depend on it are named. Otherwise as for
    /// [`pause`](Self::pause).
    pub async fn stop(&self, name: &str) -> Result<(), GroupError> {
        self.halt(self.named(name)?).await.map(drop)
    }

    /// Lets the task of this name run again. Otherwise like [`resume`](Self::resume).
    ///
    /// # Errors
    ///
    /// As for [`stop`](Self::stop).
    pub async fn start(&self, name: &str) -> Result<(), GroupError> {
        self.go(self.named(name)?).await.map(drop)
    }

    fn ledger(&self) -> Result<Arc<Ledger>, GroupError> {
        self.control.ledger().ok_or(GroupError::ShuttingDown)
    }

    fn tagged(&self, tag: &str) -> Result<Vec<Member>, GroupError> {
        let ledger = self.ledger()?;
        let members: Vec<Member> = ledger
            .plan
            .parts
            .iter()
            .enumerate()
            .filter(|(_, part)| part.tags.contains(&tag))
            .filter_map(|(id, _)| Member::new(&ledger, id))
            .collect();
        if members.is_empty() { Err(GroupError::NoSuchTag(tag.to_owned())) } else { Ok(members) }
    }

    fn named(&self, name: &str) -> Result<Vec<Member>, GroupError> {
        let ledger = self.ledger()?;
        // The copies of a task go by its plain name too.
        let is_it = |other: &str| other == name || other.strip_prefix(name).is_some_and(|copy| copy.starts_with('['));
        let found: Vec<Id> = (0..ledger.plan.parts.len()).filter(|id| is_it(&ledger.plan.parts[*id].name)).collect();
        let Some(first) = found.first() else { return Err(GroupError::NoSuchName(name.to_owned())) };
        let members: Vec<Member> = found.iter().filter_map(|id| Member::new(&ledger, *id)).collect();
        if members.is_empty() { Err(not_a_task(&ledger.plan, *first)) } else { Ok(members) }
    }

    async fn halt(&self, members: Vec<Member>) -> Result<Vec<String>, GroupError> {
        // All hear of it before anybody is waited for.
        let now = self.control.now();
        members.iter().for_each(|member| member.ask(now + self.share(Phase::CompleteCurrent)));
        // Dropped with this future, so that nobody goes on forcing anybody.
        let mut waits = JoinSet::new();
        for member in members {
            let this = self.clone();
            waits.spawn(async move {
                let standing = this.stop_one(&member).await;
                (member, standing)
            });
        }
        let mut ends = waits.join_all().await;
        ends.sort_by_key(|(member, _)| member.id);
        let names = |wanted: Standing| -> Vec<String> {
            let ended = ends.iter().filter(|(_, standing)| *standing == wanted);
            ended.map(|(member, _)| member.name().to_owned()).collect()
        };
        let (stopped, stuck) = (names(Standing::Held), names(Standing::Running));
        if self.control.has(Flag::Requested) {
            return Err(GroupError::ShuttingDown);
        }
        if stuck.is_empty() { Ok(stopped) } else { Err(GroupError::StillRunning(stuck)) }
    }

    /// What the task does in the end.
    async fn stop_one(&self, member: &Member) -> Standing {
        let settings = member.settings();
        let draining = match (settings.interval.is_some(), settings.takes_shutdown) {
            (true, _) => self.share(Phase::CompleteCurrent),
            (false, true) => self.share(Phase::StopNewWork),
            // It hears nothing, so there is nothing to wait for.
            (false, false) => Duration::ZERO,
        };
        let cancelling = settings.stop_timeout.unwrap_or_else(|| self.share(Phase::CancelTasks));
        let steps = [(None, draining), (Some(Flag::Cancelled), cancelling), (Some(Flag::Dropped), DROPPED)];
        for (flag, time) in steps {
            if let Some(flag) = flag {
                // Resumed meanwhile: then nobody is to be forced.
                if !member.ledger.valve(member.id).is_shut() {
                    return Standing::Running;
                }
                member.tell(flag, self.control.now() + time);
            }
            let standing = self.wait(member, Instant::now() + time).await;
            if standing != Standing::Running || self.control.has(Flag::Requested) {
                return standing;
            }
        }
        Standing::Running
    }

    async fn wait(&self, member: &Member, until: Instant) -> Standing {
        let valve = member.ledger.valve(member.id);
        let at_rest = valve.until(|standing| *standing != Standing::Running);
        timeout_at(until, at_rest).await.unwrap_or(Standing::Running)
    }

    fn share(&self, phase: Phase) -> Duration {
        self.control.budget.share(phase).planned
    }

    async fn go(&self, members: Vec<Member>) -> Result<Vec<String>, GroupError> {
        let mut started = Vec::new();
        for member in &members {
            let valve = member.ledger.valve(member.id);
            if valve.shut(false) {
                member.wake();
                started.push(member);
            }
        }
        for member in &started {
            member.ledger.valve(member.id).until(|standing| *standing != Standing::Held).await;
        }
        if self.control.has(Flag::Requested) {
            return Err(GroupError::ShuttingDown);
        }
        Ok(started.into_iter().map(|member| member.name().to_owned()).collect())
    }
}

/// How long a task may take to be dropped: until the end of the poll that it is in.
const DROPPED: Duration = Duration::from_secs(1);

/// A task of a group.
struct Member {
    ledger: Arc<Ledger>,
    id: Id,
}

impl Member {
    fn new(ledger: &Arc<Ledger>, id: Id) -> Option<Self> {
        matches!(ledger.plan.parts[id].sort, Sort::Task(_)).then(|| Self { ledger: ledger.clone(), id })
    }

    fn name(&self) -> &str {
        &self.ledger.plan.parts[self.id].name
    }

    fn settings(&self) -> &TaskSettings {
        match &self.ledger.plan.parts[self.id].sort {
            Sort::Task(settings) => settings,
            _ => unreachable!("`new` takes tasks alone"),
        }
    }

    fn ask(&self, until: Duration) {
        if self.ledger.valve(self.id).shut(true) {
            self.tell(Flag::Draining, until);
        }
    }

    fn tell(&self, flag: Flag, until: Duration) {
        if let Some(family) = self.ledger.family(self.id) {
            family.tell(flag, until);
        }
    }

    /// A flag that is up already wakes nobody, so its runner is woken by another.
    fn wake(&self) {
        if let Some(family) = self.ledger.family(self.id) {
            family.cell().wake();
        }
    }
}

fn not_a_task(plan: &Plan, id: Id) -> GroupError {
    let part = &plan.parts[id];
    let uses = |user: &&crate::plan::parts::Part| part.provides().is_some_and(|key| user.needs.contains(&key));
    let users = plan.parts.iter().filter(uses).map(|user| user.name.clone()).collect();
    GroupError::NotATask { name: part.name.clone(), kind: part.kind(), users }
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Groups").finish_non_exhaustive()
    }
}

/// Why a group was not stopped or started.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroupError {
    /// No task has this tag.
    NoSuchTag(String),
    /// No component has this name.
    NoSuchName(String),
    /// Only tasks can be stopped while the App runs.
    NotATask {
        /// Its name.
        name: String,
        /// What it is.
        kind: Kind,
        /// Those that use it.
        users: Vec<String>,
    },
    /// These do not end: each is inside a poll, or on a thread, that does not return.
    StillRunning(Vec<String>),
    /// The App itself shuts down, and everything with it.
    ShuttingDown,
}

impl fmt::Display for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchTag(tag) => write!(f, "no task has the tag \"{tag}\""),
            Self::NoSuchName(name) => write!(f, "there is no component `{name}`"),
            Self::NotATask { name, kind, users } if users.is_empty() => {
                write!(f, "`{name}` is a {kind}; only tasks can be stopped while the App runs")
            }
            Self::NotATask { name, kind, users } => {
                let users = users.join("`, `");
                write!(f, "`{name}` is a {kind}; only tasks can be stopped while the App runs; `{users}` use it")
            }
            Self::StillRunning(names) => {
                write!(f, "`{}` did not stop: inside a poll or on a thread that does not return", names.join("`, `"))
            }
            Self::ShuttingDown => f.write_str("the App is shutting down"),
        }
    }
}

impl std::error::Error for GroupError {}
