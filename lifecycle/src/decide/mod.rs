//! Floor 3: the coordinator, as a state machine: each event changes the state and gives actions. It knows
//! no clock, no runtime and no signal: every event carries its moment, every deadline comes back as a
//! moment to be woken at.

pub(crate) mod beside;
mod bounds;
mod calling_off;
mod closing;
pub(crate) mod exit_code;
mod hooks;
mod meanwhile;
mod phases;
mod starting;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::plan::{Id, Node, Plan};
use crate::words::abort::AbortError;
use crate::words::outcome::Outcome;
use crate::words::phase::Phase;
use crate::words::reason::{Reason, State};
use crate::words::report::PhaseEnd;

/// Time since the App began.
pub(crate) type Moment = Duration;

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// Start.
    Begin,
    /// A resource is open.
    Opened(Id),
    /// A resource did not open.
    OpenFailed(Id, String),
    /// An opening that was dropped has ended without a value.
    OpenDropped(Id),
    /// Shutdown was asked for.
    Request(Reason),
    /// A repeated SIGINT asks for the end.
    Force,
    /// The shutdown is to be called off.
    CallOff,
    /// The body of a task has returned; its children may still run.
    Returned(Id, Ending, Cause),
    /// A task with its children, a hook, or the close of a resource is over.
    Ended(Id),
    /// Every listener has drained its queue and closed.
    AcceptorsGone,
    /// No request is in progress.
    RequestsDone,
    /// These resources are to be closed, while the App runs.
    CloseSome(Vec<Id>),
    /// These resources are to be opened again, while the App runs.
    OpenSome(Vec<Id>),
    /// Once it has come to this phase, it stays there until it is told otherwise, or the phase's time is over. `None`:
    /// it goes on.
    #[cfg_attr(not(any(test, feature = "test-util")), expect(dead_code, reason = "only tests hold a shutdown"))]
    Hold(Option<Phase>),
    /// Time has passed.
    Tick,
}

/// How a component ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ending {
    pub(crate) outcome: Outcome,
    pub(crate) error: Option<String>,
}

/// Why a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// By itself: it would have ended without a shutdown too.
    Own,
    /// It was told to. `returns`: it is to be run again if that is called off.
    Told { returns: bool },
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// The App's state changed.
    SetState(State),
    /// Open a resource.
    Open(Id),
    /// Tell the opening of a resource to end by itself.
    CancelOpening { id: Id, until: Moment },
    /// Drop the opening of a resource.
    DropOpening(Id),
    /// Start all tasks.
    RunTasks,
    /// Tell every component that shutdown was requested.
    Announce(Reason),
    /// A phase begins.
    Enter { phase: Phase, ends: Moment },
    /// A phase is over.
    Leave { phase: Phase, end: PhaseEnd },
    /// Everything goes on as before the request. These have ended since then, and stay so.
    CallOff { ended: Vec<Id> },
    /// The shutdown is not called off.
    Refuse(AbortError),
    /// Run a task again that ended because of a shutdown.
    RunAgain(Id),
    /// Close the gate for new work, and tell every component.
    StopNewWork,
    /// Give [`Event::AcceptorsGone`] when it is so.
    AwaitAcceptors,
    /// Give [`Event::RequestsDone`] when it is so.
    AwaitRequests,
    /// Take no new children of tasks.
    RefuseSpawns,
    /// Run a hook.
    RunHook { id: Id, until: Moment },
    /// A hook does not run: something that it takes is not open.
    SkipHook(Id),
    /// Cancel a task and its children.
    Cancel { id: Id, until: Moment },
    /// Abort what runs under this id: a task with its children, a hook, a close.
    Abort(Id),
    /// It could not be ended in time: leave it behind.
    GiveUp(Id),
    /// Close a resource.
    Close { id: Id, until: Moment },
    /// A resource is open again.
    Reopened(Id),
    /// A resource did not open again.
    NotReopened { id: Id, error: String },
    /// What was asked for a resource while the App ran is done, has failed, or is not going to be done.
    Settled(Id),
    /// All is over.
    Finish(State),
}

/// Where a component stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// Not begun.
    Idle,
    /// A resource that is opening.
    Opening,
    /// Open, or running.
    Up,
    /// A task that has been cancelled, or an opening that was told to end, and still runs.
    Cancelling,
    /// A resource that is closing.
    Closing,
    /// Being aborted, or its opening dropped.
    Aborting,
    /// Over.
    Ended,
}

/// Where the App stands.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    Idle,
    Opening,
    /// The start is being taken back: openings are dropped, then what is open closes.
    TakingBack,
    Running,
    Phase(Phase),
    Closing,
    Over,
}

/// The end of a shutdown, once it began.
#[derive(Clone, Copy, Debug)]
struct Clock {
    began: Moment,
    ends: Moment,
    forced: bool,
}

/// What a moment was noted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// The end of a phase or of a group's share.
    Look,
    /// A component has had its time for what it is doing. It has one such moment at most.
    Bound(Id),
}

/// Resources that close and open again while the App runs.
#[derive(Clone, Debug, Default)]
struct Meanwhile {
    /// Asked for, and not begun.
    to_close: BTreeSet<Id>,
    to_open: BTreeSet<Id>,
    /// Begun, and it is not told yet how it ended.
    under_way: BTreeSet<Id>,
    /// Openings that were told to end, and why.
    dropped: BTreeMap<Id, String>,
    /// What was given up, and may still run.
    left_behind: BTreeSet<Id>,
}

/// The coordinator's state.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    plan: Arc<Plan>,
    state: State,
    stage: Stage,
    status: Vec<Status>,
    /// Components that are neither idle nor over, by kind, so that no event costs a walk over all of them.
    live: Live,
    timers: BTreeSet<(Moment, Timer)>,
    /// Of each component, the moment of its [`Timer::Bound`].
    bounds: Vec<Option<Moment>>,
    clock: Option<Clock>,
    /// Why, once it began.
    reason: Option<Reason>,
    start_failed: bool,
    /// The tasks have been run.
    ran: bool,
    /// Of each task that has ended since the request: whether it is run again if that is called off.
    ended_since: Vec<Option<bool>>,
    /// What would have begun a shutdown by now in any case.
    lost: Option<Reason>,
    hears_signals: bool,
    /// A failure that begins a shutdown at this moment, unless a signal comes before.
    failure: Option<(Moment, Reason)>,
    stage_ends: Moment,
    hook_groups: VecDeque<Vec<Id>>,
    hook_group: Vec<Id>,
    hooks_end: Moment,
    /// Hooks wait until what was aborted is over.
    hooks_wait: bool,
    cancel_groups: VecDeque<Vec<Id>>,
    cancel_group: Vec<Id>,
    cancel_ends: Moment,
    acceptors_gone: bool,
    requests_done: bool,
    hold: Option<Phase>,
    meanwhile: Meanwhile,
}

#[derive(Clone, Copy, Debug, Default)]
struct Live {
    openings: usize,
    tasks: usize,
    completing: usize,
    hooks: usize,
    open: usize,
}

impl Machine {
    pub(crate) fn new(plan: Arc<Plan>) -> Self {
        Self {
            state: State::Initializing,
            stage: Stage::Idle,
            status: vec![Status::Idle; plan.nodes.len()],
            live: Live::default(),
            timers: BTreeSet::new(),
            bounds: vec![None; plan.nodes.len()],
            clock: None,
            reason: None,
            start_failed: false,
            ran: false,
            ended_since: vec![None; plan.nodes.len()],
            lost: None,
            hears_signals: false,
            failure: None,
            stage_ends: Moment::MAX,
            hook_groups: VecDeque::new(),
            hook_group: Vec::new(),
            hooks_end: Moment::MAX,
            hooks_wait: false,
            cancel_groups: VecDeque::new(),
            cancel_group: Vec::new(),
            cancel_ends: Moment::MAX,
            acceptors_gone: false,
            requests_done: false,
            hold: None,
            meanwhile: Meanwhile::default(),
            plan,
        }
    }

    /// One transition. Once all is over, nothing changes any more.
    pub(crate) fn step(&mut self, now: Moment, event: Event) -> Vec<Action> {
        let mut out = Vec::new();
        if !self.is_over() {
            self.take(now, event, &mut out);
            self.fire_timers(now, &mut out);
            while self.advance(now, &mut out) {}
        }
        out
    }

    /// When it wants a [`Event::Tick`], if nothing else happens before.
    pub(crate) fn next_timer(&self) -> Option<Moment> {
        self.timers.first().map(|(moment, _)| *moment)
    }

    /// Whether it has heard of a request, or of a start that failed.
    pub(crate) fn is_stopping(&self) -> bool {
        self.reason.is_some()
    }

    /// Whether all is over.
    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    fn take(&mut self, now: Moment, event: Event, out: &mut Vec<Action>) {
        match event {
            Event::Begin => self.begin(now, out),
            Event::Opened(id) => self.opened(now, id, out),
            Event::OpenFailed(id, error) => self.not_opened(now, id, error, out),
            Event::OpenDropped(id) => self.not_opened(now, id, "its opening was dropped".to_owned(), out),
            Event::Request(reason) => self.request(now, reason, out),
            Event::Force => self.force(now, out),
            Event::CallOff => self.call_off(out),
            Event::Returned(id, ending, cause) => self.returned(now, id, ending, cause, out),
            Event::Ended(id) => self.ended(id, out),
            Event::AcceptorsGone => self.acceptors_gone = true,
            Event::RequestsDone => self.requests_done = true,
            Event::CloseSome(ids) => self.close_some(ids, out),
            Event::OpenSome(ids) => self.open_some(ids, out),
            Event::Hold(phase) => self.hold = phase,
            Event::Tick => {}
        }
    }

    /// Goes one stage further if the present one is over.
    fn advance(&mut self, now: Moment, out: &mut Vec<Action>) -> bool {
        match self.stage {
            Stage::Idle | Stage::Over => false,
            Stage::Opening => self.advance_failure(now, out) || self.advance_opening(out),
            Stage::TakingBack => self.advance_taking_back(now, out),
            Stage::Running => self.advance_failure(now, out) || self.advance_running(now, out),
            Stage::Phase(phase) => self.advance_hooks(now, out) || self.advance_phase(phase, now, out),
            Stage::Closing => self.advance_closing(now, out),
        }
    }

    /// The one place where a component's status changes, so that the counts stay true. Its bound went with
    /// what it did before.
    fn set(&mut self, id: Id, status: Status) {
        self.unbind(id);
        let is_live = |status| !matches!(status, Status::Idle | Status::Ended);
        let (was, is) = (is_live(self.status[id]), is_live(status));
        let plan = self.plan.clone();
        let adjust = |count: &mut usize| match (was, is) {
            (false, true) => *count += 1,
            (true, false) => *count -= 1,
            _ => {}
        };
        match &plan.nodes[id] {
            Node::Task(task) => {
                adjust(&mut self.live.tasks);
                if task.completes {
                    adjust(&mut self.live.completing);
                }
            }
            Node::Hook(_) => adjust(&mut self.live.hooks),
            Node::Resource(_) => {
                adjust(&mut self.live.open);
                let opens = |status| matches!(status, Status::Opening);
                match (opens(self.status[id]), opens(status)) {
                    (false, true) => self.live.openings += 1,
                    (true, false) => self.live.openings -= 1,
                    _ => {}
                }
            }
        }
        self.status[id] = status;
    }

    fn set_state(&mut self, state: State, out: &mut Vec<Action>) {
        if self.state != state {
            self.state = state;
            out.push(Action::SetState(state));
        }
    }
}

#[cfg(test)]
mod tests;
