//! What the ledger holds: a record for each component, and what else the report tells.

use std::collections::HashMap;
use std::sync::Arc;

use crate::decide::Moment;
use crate::plan::Id;
use crate::run::work::gate::Busy;
use crate::words::leak::Leak;
use crate::words::outcome::Outcome;
use crate::words::phase::Phase;
use crate::words::reason::State;
use crate::words::report::{HandleReport, PhaseEnd};

use super::pulse::{Beat, Pulse};

#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) state: State,
    /// When all was open and the tasks began.
    pub(crate) started: Option<Moment>,
    pub(crate) records: Vec<Record>,
    pub(crate) children: Vec<ChildRecord>,
    pub(crate) children_left_out: usize,
    pub(crate) phases: Vec<PhaseRow>,
    pub(crate) handles: Vec<HandleReport>,
    pub(crate) leaks: Vec<Leak>,
    pub(crate) leaks_note: Option<String>,
    /// What went wrong with resources that were closed while the App ran.
    pub(crate) bad_closes: Vec<String>,
    /// What the guard had closed without the runtime, by name.
    pub(crate) closed_last: Vec<String>,
    /// What was left waiting for input, by name.
    pub(crate) waiting_for_input: Vec<String>,
    /// Requests in progress when *stop_new_work* began, by name.
    pub(crate) in_flight_at_drain: Vec<(&'static str, usize)>,
    /// What goes with the process, or outlives it, and is no component: for notes.
    pub(crate) cut: Vec<String>,
    /// Requests that were refused by shutdowns that were called off.
    pub(crate) refused_before: Vec<(&'static str, usize)>,
    /// Requests that were still in progress when *complete_current* was over.
    pub(crate) requests_cut: Vec<Busy>,
    pub(crate) seen_children: HashMap<(Id, Arc<str>), Beat>,
    /// Components that have ended.
    pub(super) ends: usize,
}

/// What a component is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Doing {
    #[default]
    Nothing,
    Opening,
    Open,
    Running,
    Closing,
    Ended,
}

impl Doing {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Doing::Nothing => "not begun",
            Doing::Opening => "opening",
            Doing::Open => "open",
            Doing::Running => "running",
            Doing::Closing => "closing",
            Doing::Ended => "ended",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub(crate) doing: Doing,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) error: Option<String>,
    /// Of a resource: it has been open.
    pub(crate) was_open: bool,
    pub(crate) asked: Option<Moment>,
    pub(crate) ended: Option<Moment>,
    /// Where it was when it had to be forced.
    pub(crate) seen: Option<Beat>,
    /// How many had ended before.
    pub(crate) place_in_order: Option<usize>,
    /// It could not be ended in time, nor could its children.
    pub(crate) is_given_up: bool,
    /// It has ended, be it after it was given up.
    pub(crate) is_over: bool,
}

impl Record {
    /// Whether code of its own is on its way, so that it is somewhere.
    pub(crate) fn is_busy(&self) -> bool {
        self.outcome.is_none() && matches!(self.doing, Doing::Opening | Doing::Running | Doing::Closing)
    }

    /// Whether it was left behind inside a poll, on one of the runtime's threads.
    fn blocks_a_worker(&self) -> bool {
        self.outcome == Some(Outcome::Leaked) && self.seen.is_some_and(|seen| seen.in_poll && !seen.on_own_thread)
    }
}

impl Book {
    /// How many of the runtime's workers are inside a poll of something that was left behind.
    pub(crate) fn blocked_workers(&self) -> usize {
        let children = self.children.iter().map(|child| &child.record);
        self.records.iter().chain(children).filter(|record| record.blocks_a_worker()).count()
    }
}

#[derive(Clone, Debug)]
pub(crate) struct ChildRecord {
    pub(crate) owner: Id,
    pub(crate) name: Arc<str>,
    pub(crate) record: Record,
    /// Of one whose thread was left behind.
    pub(crate) thread: Option<Arc<Pulse>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct PhaseRow {
    pub(crate) phase: Phase,
    pub(crate) began: Moment,
    pub(crate) ended: Option<(Moment, PhaseEnd)>,
}

impl Book {
    pub(crate) fn next_end(&mut self) -> usize {
        self.ends += 1;
        self.ends - 1
    }
}
