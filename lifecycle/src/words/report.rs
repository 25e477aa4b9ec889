//! What happened, as data.

use std::time::Duration;

use serde::Serialize;

use super::component::Kind;
use super::leak::Leak;
use super::outcome::{ExitCode, Outcome};
use super::phase::Phase;
use super::place::{AwaitPlace, Place};
use super::reason::{Reason, State};
use super::seconds::{optional_seconds, seconds};
use super::settings::Source;

#[cfg(test)]
pub(crate) mod sample;
mod standing;
pub(crate) mod table;

/// What a shutdown did, as data: written as JSON to `LIFECYCLE_REPORT`, and shown as a table by [`Display`].
///
/// Durations are seconds in the JSON. Moments (`asked`, `ended`) count from the request for shutdown and
/// are `null` where nothing was asked, or nothing ended.
///
/// [`Display`]: std::fmt::Display
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// Why shutdown began.
    pub reason: Reason,
    /// How often a shutdown before this one was [called off](crate::Shutdown::abort). The rest of the report tells of this
    /// one alone.
    pub called_off: usize,
    /// How the App ended: [`State::Stopped`], [`State::Failed`], or the state in which it was when the process was ended.
    pub state: State,
    /// How the start went.
    pub start: StartReport,
    /// For how long the App ran in all, the start and the shutdown included.
    #[serde(serialize_with = "seconds")]
    pub uptime: Duration,
    /// Shutdown was requested: without that, the process was ended while it ran.
    #[serde(skip)]
    pub(crate) was_requested: bool,
    /// What the process exits with.
    pub exit_code: ExitCode,
    /// The budget of the whole; of a start that was taken back, that of the way back.
    pub total: TotalReport,
    /// Each phase that began, in order.
    pub phases: Vec<PhaseReport>,
    /// Every component, in the order of registration by kind.
    pub components: Vec<ComponentReport>,
    /// Requests tracked through [`Requests`](crate::Requests).
    pub requests: RequestsReport,
    /// Handles that were still alive when their resource had to close.
    pub handles: Vec<HandleReport>,
    /// What else was left behind, if it was [looked for](crate::AppBuilder::detect_leaks). It changes no exit code.
    pub leaks: Vec<Leak>,
    /// Threads of `spawn_blocking` that still ran when the runtime was shut down.
    pub blocking_threads: usize,
    /// The chain of components whose ends determined how long the shutdown took, in time order.
    pub critical_path: Vec<String>,
    /// What else the reader should know: for one, that the guard had to end the process.
    pub notes: Vec<String>,
}

impl ShutdownReport {
    /// Nothing began, and nothing is there to tell of.
    pub(crate) fn of_nothing(reason: Reason, state: State, exit_code: ExitCode, total: TotalReport) -> Self {
        Self {
            reason,
            called_off: 0,
            state,
            start: StartReport::new(StartEnd::Unfinished, Duration::ZERO),
            uptime: Duration::ZERO,
            was_requested: true,
            exit_code,
            total,
            phases: Vec::new(),
            components: Vec::new(),
            requests: RequestsReport::default(),
            handles: Vec::new(),
            leaks: Vec::new(),
            blocking_threads: 0,
            critical_path: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Whether nothing was aborted, leaked, lost, or failed to close, and nothing failed.
    pub fn is_clean(&self) -> bool {
        self.exit_code == ExitCode::CLEAN
    }

    /// The component of that name; of several, the first.
    pub fn component(&self, name: &str) -> Option<&ComponentReport> {
        self.components.iter().find(|component| component.name == name)
    }

    /// The report as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"))
    }
}

/// How the start of an App ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StartEnd {
    /// All resources opened, and the tasks began.
    Completed,
    /// A resource did not open; what was open was closed again.
    Failed,
    /// Shutdown was requested first; what was open was closed again.
    Interrupted,
    /// It had not ended when the process was ended. So it is also if nothing was begun, because the wiring is invalid.
    Unfinished,
}

/// The start of an App.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StartReport {
    /// How it ended.
    pub ended: StartEnd,
    /// Time until then.
    #[serde(serialize_with = "seconds")]
    pub took: Duration,
}

impl StartReport {
    pub(crate) fn new(ended: StartEnd, took: Duration) -> Self {
        Self { ended, took }
    }
}

/// The budget of the whole shutdown.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TotalReport {
    /// Time there was.
    #[serde(serialize_with = "seconds")]
    pub planned: Duration,
    /// Time it took.
    #[serde(serialize_with = "seconds")]
    pub actual: Duration,
    /// Who set it.
    pub source: Source,
}

impl TotalReport {
    pub(crate) fn new(planned: Duration, actual: Duration, source: Source) -> Self {
        Self { planned, actual, source }
    }
}

/// How a phase ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseEnd {
    /// All it waited for was done.
    Completed,
    /// Its time was over first.
    TimedOut,
    /// A repeated SIGINT cut it short.
    Forced,
    /// The shutdown was called off. Reports have no such phases: they tell of the last shutdown alone.
    CalledOff,
    /// It had not ended when the guard ended the process.
    Unfinished,
}

impl PhaseEnd {
    /// The name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            PhaseEnd::Completed => "completed",
            PhaseEnd::TimedOut => "timed out",
            PhaseEnd::Forced => "forced",
            PhaseEnd::CalledOff => "called off",
            PhaseEnd::Unfinished => "unfinished",
        }
    }
}

/// One phase of a shutdown.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PhaseReport {
    /// Which.
    pub phase: Phase,
    /// Its share of the total.
    #[serde(serialize_with = "seconds")]
    pub planned: Duration,
    /// Who set the share.
    pub source: Source,
    /// Time it took.
    #[serde(serialize_with = "seconds")]
    pub actual: Duration,
    /// How it ended.
    pub ended: PhaseEnd,
}

impl PhaseReport {
    pub(crate) fn new(phase: Phase, planned: Duration, source: Source, actual: Duration, ended: PhaseEnd) -> Self {
        Self { phase, planned, source, actual, ended }
    }
}

/// One component.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ComponentReport {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where it stands in the code.
    pub place: Place,
    /// Its priority.
    pub priority: i32,
    /// Its labels.
    pub tags: Vec<&'static str>,
    /// How it ended; `null`: it had not, and [`state`](Self::state) says what it was doing.
    pub outcome: Option<Outcome>,
    /// How it ended, or what it was doing when the process was ended: in the words of
    /// [`ServiceStatus::state`](super::status::ServiceStatus::state).
    pub state: &'static str,
    /// Its last error, or its panic's message and place.
    pub error: Option<String>,
    /// When it was asked to stop, counted from the request for shutdown.
    #[serde(serialize_with = "optional_seconds")]
    pub asked: Option<Duration>,
    /// When it ended, counted likewise; `null` also for what ended before.
    #[serde(serialize_with = "optional_seconds")]
    pub ended: Option<Duration>,
    /// Runs of a periodic task's body that began.
    pub runs: u64,
    /// Of these, those that gave an error, panicked or ran past their time.
    pub failures: u64,
    /// How often a task was restarted after its end.
    pub restarts: u64,
    /// For a component that did not stop in its time: where it was last seen.
    pub last_seen: Option<LastSeen>,
    /// How many components had ended before it did; `None`: it has not. Moments may be equal, these are not.
    #[serde(skip)]
    pub(crate) place_in_order: Option<usize>,
    /// Of a resource: it has been open, so that how it ended is how it closed.
    #[serde(skip)]
    pub(crate) was_open: bool,
}

/// Where a component is, and since when: a straggler of a [`ShutdownReport`] as it was last seen, a running child of a
/// [`StatusReport`](super::status::StatusReport).
///
/// Times are exact to the system's tick (4 ms on most systems, 1 to 10 ms; finer elsewhere than on Linux). By the paused
/// clock of a test they are exact; who reads them on a thread outside of its runtime gets `None`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LastSeen {
    /// The place of its function.
    pub place: Place,
    /// Whether it was inside a poll: if it stays there, it blocks its thread.
    pub in_poll: bool,
    /// For how long it had been inside that poll; `None`: it was in none. In seconds.
    #[serde(rename = "in_poll_seconds", serialize_with = "optional_seconds")]
    pub in_poll_for: Option<Duration>,
    /// For how long it had been waiting at the last of `awaits`, however often it was polled there. `None`: it was inside
    /// a poll, or it is not known at which `.await` it waits. In seconds.
    #[serde(rename = "waiting_seconds", serialize_with = "optional_seconds")]
    pub waiting: Option<Duration>,
    /// How long ago its last poll began; `None`: it was inside a poll, or had not been polled. In seconds.
    #[serde(rename = "last_polled_seconds", serialize_with = "optional_seconds")]
    pub last_polled: Option<Duration>,
    /// Whether it had been woken to hear that it is to stop, and not been polled since: no thread was free for it. Who is
    /// the one that holds the threads has `in_poll`.
    pub woken_not_polled: bool,
    /// Whether it runs on a thread of its own, as what blocks does: then `in_poll` says that it has not returned.
    pub on_own_thread: bool,
    /// How often it had been polled by then.
    pub polls: u64,
    /// How often since it was asked to stop; `None`: it was not asked by itself. Whatever it is told wakes it once, so one
    /// or two say that nothing else has; many, that it is busy and looks at no flag.
    pub polls_since_asked: Option<u64>,
    /// The `.await` at which it was: one for each annotated function ([`traced`](macro@crate::traced) ones included) of
    /// up to three, from the outermost on. Inside a poll: the last that it had passed. Empty: it had come to none, or
    /// runs code without an attribute.
    pub awaits: Vec<AwaitPlace>,
    /// The `.await`s at which async blocks stand that run within the last of `awaits`: branches of a `join!`, or futures
    /// handed to a function. Four at most, each place once. Then `waiting` counts from when the last of them came there.
    pub branches: Vec<AwaitPlace>,
    /// Whether more blocks run than are told apart.
    pub more_branches: bool,
}

/// Requests tracked through [`Requests`](crate::Requests).
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct RequestsReport {
    /// In progress when *stop_new_work* began, and ended in time.
    pub drained: usize,
    /// Still in progress when the App ended.
    pub lost: usize,
    /// Refused while draining.
    pub refused: u64,
    /// Of the lost ones, the oldest; `null` if none was lost.
    pub oldest: Option<OldestRequest>,
    /// The same counts for each name that has any.
    pub by_name: Vec<NamedRequests>,
}

/// Requests of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NamedRequests {
    /// The name under which they were begun.
    pub name: &'static str,
    /// As [`RequestsReport::drained`].
    pub drained: usize,
    /// As [`RequestsReport::lost`].
    pub lost: usize,
    /// As [`RequestsReport::refused`].
    pub refused: u64,
}

/// A request in flight: the one that has been so for the longest time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OldestRequest {
    /// The name under which it was begun.
    pub name: &'static str,
    /// For how long it has been in flight at least. [`Requests::oldest`](crate::Requests::oldest) says how exact that
    /// is: mostly to a second.
    #[serde(serialize_with = "seconds")]
    pub age: Duration,
}

/// Handles that were still alive when their resource had to close.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HandleReport {
    /// The resource.
    pub resource: String,
    /// The component to which the handles had been handed.
    pub holder: String,
    /// How many, clones included.
    pub count: usize,
}

impl HandleReport {
    pub(crate) fn new(resource: String, holder: String, count: usize) -> Self {
        Self { resource, holder, count }
    }
}
