//! What an App is doing right now, as data.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::component::Kind;
use super::phase::Phase;
use super::place::AwaitPlace;
use super::reason::Reason;
use super::report::{LastSeen, OldestRequest};
use super::seconds::{optional_seconds, seconds};

/// How far an App is, in the words of probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// Resources are opening; no task runs yet.
    Starting,
    /// Tasks run, and shutdown was not asked for.
    Ready,
    /// Shutdown was asked for: work in progress ends, new work goes elsewhere.
    Draining,
    /// Tasks are cancelled and resources close.
    Stopping,
    /// All is over: it stopped, or its start failed and was taken back.
    Stopped,
}

impl Status {
    /// The name used in probes.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Starting => "starting",
            Status::Ready => "ready",
            Status::Draining => "draining",
            Status::Stopping => "stopping",
            Status::Stopped => "stopped",
        }
    }
}

/// What an App is doing right now; by [`Shutdown::status`](crate::Shutdown::status), and as JSON at `/lifecycle`.
///
/// Durations are seconds in the JSON.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StatusReport {
    /// How far it is.
    pub status: Status,
    /// The program's version; `null` if it was not said.
    pub version: Option<String>,
    /// Time since it began.
    #[serde(serialize_with = "seconds")]
    pub uptime: Duration,
    /// Requests in flight, under all names together.
    pub in_flight_requests: usize,
    /// Requests in flight by name.
    pub requests: BTreeMap<&'static str, usize>,
    /// The request that has been in flight for the longest time.
    pub oldest_request: Option<OldestRequest>,
    /// Every component, by name.
    pub services: BTreeMap<String, ServiceStatus>,
    /// Why shutdown began.
    pub reason: Option<Reason>,
    /// The phase of shutdown that runs; `null` also once it is over.
    pub phase: Option<Phase>,
    /// Time left of that phase.
    #[serde(serialize_with = "optional_seconds")]
    pub phase_time_left: Option<Duration>,
    /// Time left of the whole shutdown.
    #[serde(serialize_with = "optional_seconds")]
    pub time_left: Option<Duration>,
}

/// What one component is doing.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ServiceStatus {
    /// What it is.
    pub kind: Kind,
    /// What it is doing (`not begun`, `opening`, `open`, `running`, `backing off`, `paused`, `closing`), or how it ended.
    pub state: &'static str,
    /// Whether it is not well: it failed, or its last run did; of a monitor: as many runs in a row as it was told.
    pub degraded: bool,
    /// The `.await` at which it is, one for each annotated function of up to three, from the outermost on.
    pub awaits: Vec<AwaitPlace>,
    /// The `.await`s at which async blocks stand that run within the last of `awaits`, as [`LastSeen`] has them.
    pub branches: Vec<AwaitPlace>,
    /// For how long it has been waiting there; exact as [`LastSeen`] says. In seconds.
    #[serde(rename = "waiting_seconds", serialize_with = "optional_seconds")]
    pub waiting: Option<Duration>,
    /// Whether a thread is running it at this moment; if it stays so, it blocks that thread.
    pub in_poll: bool,
    /// For how long that poll has been going on. In seconds.
    #[serde(rename = "in_poll_seconds", serialize_with = "optional_seconds")]
    pub in_poll_for: Option<Duration>,
    /// How long ago its last poll began, if it is in none. In seconds.
    #[serde(rename = "last_polled_seconds", serialize_with = "optional_seconds")]
    pub last_polled: Option<Duration>,
    /// Whether it was woken to hear that it is to stop, and has not been polled since: no thread is free for it.
    pub woken_not_polled: bool,
    /// How often it was polled since it was asked to stop; `null`: it was not.
    pub polls_since_asked: Option<u64>,
    /// Its children that run: how many there are.
    pub children_running: usize,
    /// Of these, the up to 20 that have not moved for the longest time.
    pub children: Vec<ChildStatus>,
    /// Runs that began.
    pub runs: u64,
    /// Runs that failed.
    pub failures: u64,
    /// How often it was restarted after its end.
    pub restarts: u64,
    /// Time until it comes back, if it waits for that (then the state is `backing off`).
    #[serde(serialize_with = "optional_seconds")]
    pub next_try: Option<Duration>,
    /// The last error.
    pub error: Option<String>,
    /// Its labels.
    pub tags: Vec<String>,
}

/// A task that a component has spawned and that runs.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ChildStatus {
    /// The name under which it was spawned.
    pub name: String,
    /// Where it is, and since when.
    #[serde(flatten)]
    pub seen: LastSeen,
}

impl ChildStatus {
    pub(crate) fn new(name: String, seen: LastSeen) -> Self {
        Self { name, seen }
    }
}
