//! What holds of every plan, whatever its components do and whenever shutdown is asked for or forced.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::decide::{Action, Event, Machine, Moment};
use crate::plan::{Id, Node, Plan};
use crate::words::abort::AbortError;
use crate::words::phase::Phase;
use crate::words::reason::{Reason, State};

use super::world::{Dice, World, random_plan};

/// Where a component stands, as seen from outside.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stand {
    Idle,
    Opening,
    /// Open, or running.
    Up,
    Cancelled,
    Closing,
    Aborting,
    Gone,
    LeftBehind,
}

impl Stand {
    fn is_live(self) -> bool {
        !matches!(self, Stand::Idle | Stand::Gone | Stand::LeftBehind)
    }
}

struct Watcher {
    plan: Arc<Plan>,
    stands: Vec<Stand>,
    runs: Vec<usize>,
    skipped: Vec<bool>,
    /// What was asked of resources while the App ran, and is not settled.
    asked: BTreeSet<Id>,
    closed_meanwhile: usize,
    opened_meanwhile: usize,
    state: State,
    phase: Option<Phase>,
    entered: Vec<Phase>,
    announced: Option<Moment>,
    start_failed: bool,
    tasks_ran: bool,
    forced: Option<Moment>,
    finished: bool,
    /// Every tick came when it was wanted.
    on_time: bool,
    /// Openings that were told to end.
    openings_told: usize,
    called_off: usize,
    ran_again: usize,
    /// Hooks of a shutdown that was called off, which still run.
    late: Vec<Id>,
}

impl Watcher {
    fn new(plan: Arc<Plan>, on_time: bool) -> Self {
        let count = plan.nodes.len();
        Self {
            plan,
            stands: vec![Stand::Idle; count],
            runs: vec![0; count],
            skipped: vec![false; count],
            asked: BTreeSet::new(),
            closed_meanwhile: 0,
            opened_meanwhile: 0,
            state: State::Initializing,
            phase: None,
            entered: Vec::new(),
            announced: None,
            start_failed: false,
            tasks_ran: false,
            forced: None,
            finished: false,
            on_time,
            openings_told: 0,
            called_off: 0,
            ran_again: 0,
            late: Vec::new(),
        }
    }

    fn hear(&mut self, now: Moment, event: &Event) {
        match event {
            Event::Opened(id) if self.stands[*id].is_live() => self.stands[*id] = Stand::Up,
            Event::OpenFailed(id, _) | Event::OpenDropped(id) | Event::Ended(id) if self.stands[*id].is_live() => {
                self.stands[*id] = Stand::Gone;
            }
            // What was left behind has ended after all, or even opened.
            Event::Opened(id)
                if self.stands[*id] == Stand::LeftBehind && self.tasks_ran && self.announced.is_none() =>
            {
                self.stands[*id] = Stand::Up;
            }
            Event::OpenFailed(id, _) | Event::OpenDropped(id) | Event::Ended(id)
                if self.stands[*id] == Stand::LeftBehind =>
            {
                self.stands[*id] = Stand::Gone;
            }
            Event::CloseSome(ids) | Event::OpenSome(ids) => self.asked.extend(ids),
            Event::Force if self.announced.is_some() => self.forced = self.forced.or(Some(now)),
            _ => {}
        }
    }

    fn see(&mut self, now: Moment, action: &Action) {
        assert!(!self.finished, "{action:?} after the end");
        match action {
            Action::CallOff { ended } => self.is_called_off(ended),
            Action::Refuse(refusal) => {
                assert_eq!(*refusal == AbortError::NotRequested, self.announced.is_none(), "{refusal}");
            }
            Action::RunAgain(id) => self.runs_again(*id),
            Action::SetState(state) => {
                assert!(*state > self.state, "from {} to {state}", self.state);
                self.state = *state;
            }
            Action::Open(id) => self.opens(*id),
            Action::CancelOpening { id, until } => self.opening_is_told(now, *id, *until),
            Action::DropOpening(id) => self.opening_is_dropped(*id),
            Action::RunTasks => self.tasks_run(),
            Action::Announce(reason) => {
                assert!(self.announced.is_none(), "announced twice");
                self.announced = Some(now);
                self.start_failed = matches!(reason, Reason::StartFailed { .. });
            }
            Action::Enter { phase, ends } => self.enters(now, *phase, *ends),
            Action::Leave { phase, .. } => {
                assert_eq!(self.phase.take(), Some(*phase), "left another phase");
            }
            Action::RunHook { id, until } => {
                self.hook_runs(*id);
                self.has_time(now, *until);
            }
            Action::SkipHook(id) => {
                assert!(
                    self.plan.needs[*id].iter().any(|need| self.stands[*need] != Stand::Up),
                    "left out for nothing"
                );
                assert!(!self.stands[*id].is_live());
                self.skipped[*id] = true;
            }
            Action::Reopened(id) => {
                assert_eq!(self.stands[*id], Stand::Up);
                self.opened_meanwhile += 1;
            }
            Action::NotReopened { id, .. } => assert_ne!(self.stands[*id], Stand::Up),
            Action::Settled(id) => assert!(self.asked.remove(id), "settled, but nothing was asked"),
            Action::Cancel { id, until } => {
                assert!(matches!(self.plan.nodes[*id], Node::Task(_)) && self.tasks_ran);
                self.moves(*id, &[Stand::Up], Stand::Cancelled);
                assert!(!self.on_time || *until <= self.latest(), "cancelled beyond the end");
            }
            Action::Abort(id) => self.moves(*id, &[Stand::Up, Stand::Cancelled, Stand::Closing], Stand::Aborting),
            Action::GiveUp(id) => self.moves(*id, &[Stand::Aborting], Stand::LeftBehind),
            Action::Close { id, until } => self.closes(now, *id, *until),
            Action::Finish(state) => self.finishes(now, *state),
            Action::StopNewWork | Action::AwaitAcceptors | Action::AwaitRequests | Action::RefuseSpawns => {
                assert!(self.tasks_ran && self.announced.is_some(), "{action:?}");
            }
        }
    }

    fn opens(&mut self, id: Id) {
        let from = if self.tasks_ran { Stand::Gone } else { Stand::Idle };
        self.moves(id, &[from], Stand::Opening);
        assert!(self.announced.is_none(), "opened after the request");
        let Node::Resource(node) = &self.plan.nodes[id] else { panic!("no resource") };
        assert!(node.needs.iter().all(|need| self.stands[*need] == Stand::Up), "opened before what it uses");
    }

    fn hears(&self, id: Id) -> bool {
        matches!(&self.plan.nodes[id], Node::Resource(node) if node.hears)
    }

    fn opening_is_told(&mut self, now: Moment, id: Id, until: Moment) {
        assert!(self.hears(id), "told, but it cannot hear");
        self.moves(id, &[Stand::Opening], Stand::Cancelled);
        self.openings_told += 1;
        assert!(until > now, "it has no time to end by itself");
        if self.announced.is_some() {
            self.has_time(now, until);
        }
    }

    fn opening_is_dropped(&mut self, id: Id) {
        let from = if self.hears(id) { Stand::Cancelled } else { Stand::Opening };
        self.moves(id, &[from], Stand::Aborting);
    }

    fn runs_again(&mut self, id: Id) {
        assert!(self.announced.is_none() && self.called_off > 0, "run again without a reason");
        self.moves(id, &[Stand::Up, Stand::Aborting, Stand::Gone, Stand::LeftBehind], Stand::Up);
        self.ran_again += 1;
    }

    fn is_called_off(&mut self, ended: &[Id]) {
        assert!(self.tasks_ran && self.announced.is_some() && self.forced.is_none());
        assert!(self.entered.last() <= Some(&Phase::StopNewWork), "called off after {:?}", self.entered);
        assert_eq!(self.phase, None, "the phase was not left");
        assert!(ended.iter().all(|id| matches!(self.plan.nodes[*id], Node::Task(_))));
        (self.announced, self.state) = (None, State::Starting);
        self.entered.clear();
        self.runs.fill(0);
        self.skipped.fill(false);
        self.late = self.plan.hooks().map(|(id, _)| id).filter(|id| self.stands[*id].is_live()).collect();
        let plan = self.plan.clone();
        for (id, _) in plan.tasks().filter(|(id, _)| self.stands[*id] == Stand::Cancelled).collect::<Vec<_>>() {
            self.stands[id] = Stand::Up;
        }
        self.called_off += 1;
    }

    fn moves(&mut self, id: Id, from: &[Stand], to: Stand) {
        let stand = self.stands[id];
        assert!(from.contains(&stand), "`{}` from {stand:?} to {to:?}", self.plan.parts[id].name);
        self.stands[id] = to;
    }

    fn tasks_run(&mut self) {
        assert!(!self.tasks_ran && self.announced.is_none(), "tasks run after the request, or twice");
        assert!(self.plan.resources().all(|(id, _)| self.stands[id] == Stand::Up), "tasks run before all is open");
        self.tasks_ran = true;
        let plan = self.plan.clone();
        plan.tasks().for_each(|(id, _)| self.moves(id, &[Stand::Idle], Stand::Up));
    }

    fn hook_runs(&mut self, id: Id) {
        assert!(self.tasks_ran, "a hook of a start that was taken back");
        assert!(self.plan.needs[id].iter().all(|need| self.stands[*need] == Stand::Up), "without what it takes");
        self.moves(id, &[Stand::Idle, Stand::Gone, Stand::LeftBehind], Stand::Up);
        self.runs[id] += 1;
        self.late.retain(|late| *late != id);
        assert_eq!(self.runs[id], 1, "twice in one shutdown");
        let group = |id: Id| match &self.plan.nodes[id] {
            Node::Hook(hook) => (hook.phase, hook.priority),
            _ => panic!("no hook"),
        };
        let mut others =
            self.plan.hooks().filter(|(other, _)| self.stands[*other] == Stand::Up && !self.late.contains(other));
        assert!(others.all(|(other, _)| group(other) == group(id)), "before the end of the group before");
        assert!(self.phase >= Some(group(id).0), "before its phase");
        if self.phase == Some(Phase::ForceCleanup) {
            let runs = |(id, _): (Id, _)| self.stands[id].is_live();
            assert!(!self.plan.tasks().any(runs), "while a task is neither over nor given up");
        }
    }

    fn enters(&mut self, now: Moment, phase: Phase, ends: Moment) {
        assert!(self.announced.is_some(), "a phase without a request");
        assert!(self.phase.is_none() && self.entered.last() < Some(&phase), "{phase} after {:?}", self.entered);
        assert!(ends <= self.latest(), "{phase} ends late");
        self.phase = Some(phase);
        self.entered.push(phase);
        if phase == Phase::ForceCleanup && self.tasks_ran && self.forced.is_none() {
            for (id, _) in self.plan.tasks() {
                assert_ne!(self.stands[id], Stand::Up, "`{}` was never cancelled", self.plan.parts[id].name);
            }
            assert!(!self.on_time || now + self.plan.budget.reserve() <= self.latest(), "the reserve was used up");
        }
    }

    fn closes(&mut self, now: Moment, id: Id, until: Moment) {
        let plan = self.plan.clone();
        let Node::Resource(node) = &plan.nodes[id] else { panic!("no resource") };
        assert!(node.users.iter().all(|user| !self.stands[*user].is_live()), "closed before its users");
        if self.announced.is_none() {
            assert!(self.tasks_ran && until == now + node.close_timeout);
            self.closed_meanwhile += 1;
            return self.moves(id, &[Stand::Up], Stand::Closing);
        }
        let later = |other: Id, priority: i32| self.stands[other].is_live() && priority > node.priority;
        assert!(!plan.resources().any(|(other, node)| later(other, node.priority)), "closed before a higher priority");
        let runs = |id: Id| self.stands[id].is_live() && !matches!(plan.nodes[id], Node::Resource(_));
        assert!(!(0..plan.nodes.len()).any(runs), "closed while a task or a hook lives");
        assert_eq!(self.phase, Some(Phase::ForceCleanup));
        self.moves(id, &[Stand::Up], Stand::Closing);
        self.has_time(now, until);
        if self.on_time && self.forced.is_none() {
            // Aborts take a fifth of the reserve at most, and the hooks after them one step of those that there are.
            let steps = plan.close_stages as f64;
            let fair = plan.budget.reserve().mul_f64(0.9 * 0.8 / (steps + 1.0));
            let least = node.close_timeout.min(fair.saturating_sub(Duration::from_micros(1)));
            assert!(until - now >= least, "{:?} to close, but {least:?} would be fair", until - now);
        }
    }

    fn has_time(&self, now: Moment, until: Moment) {
        assert!(until >= now);
        assert!(!self.on_time || until <= self.latest(), "it has more time than there is");
        let own = self.plan.hooks().any(|(_, hook)| hook.timeout == Some(Duration::ZERO));
        assert!(!self.on_time || own || until > now, "its turn has no time");
    }

    /// The moment by which all is over.
    fn latest(&self) -> Moment {
        let announced = self.announced.expect("announced");
        let budget = &self.plan.budget;
        let most = if self.tasks_ran { budget.total } else { budget.reserve() };
        let forced = self.forced.map_or(Duration::MAX, |forced| forced + budget.reserve());
        (announced + most).min(forced)
    }

    fn finishes(&mut self, now: Moment, state: State) {
        self.finished = true;
        assert_eq!(state, if self.start_failed { State::Failed } else { State::Stopped });
        assert_eq!((self.phase, self.state), (None, state));
        assert!(!self.on_time || now <= self.latest(), "over {:?} too late", now.saturating_sub(self.latest()));
        for (id, stand) in self.stands.iter().enumerate() {
            assert!(!stand.is_live(), "`{}` is {stand:?} at the end", self.plan.parts[id].name);
        }
        for (id, hook) in self.plan.hooks().filter(|_| self.tasks_ran) {
            let must_run = self.forced.is_none() || hook.phase == Phase::ForceCleanup;
            let ran = self.runs[id] == usize::from(!self.skipped[id]);
            assert!(!must_run || ran, "`{}` did not run", self.plan.parts[id].name);
        }
        assert!(self.asked.is_empty(), "a caller still waits");
        assert!(self.entered.ends_with(&[Phase::ForceCleanup]));
        assert!(!self.tasks_ran || self.forced.is_some() || self.entered.ends_with(&Phase::ALL[1..]));
    }
}

/// One random plan from its start to its end.
fn play(seed: u64) -> Watcher {
    let mut dice = Dice::new(seed);
    let plan = random_plan(&mut dice);
    let late = dice.one_in(4);
    let mut lateness = Dice::new(seed ^ 0xFFFF);
    let mut world = World::new(plan.clone(), dice);
    let mut watcher = Watcher::new(plan.clone(), !late);
    let mut machine = Machine::new(plan);
    if seed % 2 == 0 {
        machine.hear_signals();
    }
    let mut now = Duration::ZERO;
    for _ in 0..10_000 {
        let next = world.next_moment().into_iter().chain(machine.next_timer()).min();
        now = now.max(next.expect("nothing can come any more, and all is not over"));
        if late {
            now += Duration::from_millis(lateness.below(500) * lateness.below(2));
        }
        let event = world.next(now).unwrap_or(Event::Tick);
        watcher.hear(now, &event);
        let actions = machine.step(now, event);
        for action in &actions {
            watcher.see(now, action);
            world.perform(now, action);
        }
        assert_eq!(machine.is_over(), watcher.finished);
        if watcher.finished {
            return watcher;
        }
    }
    panic!("it does not come to an end");
}

#[test]
fn every_plan_keeps_its_promises() {
    let (mut whole, mut taken_back, mut failed, mut forced, mut late) = (0, 0, 0, 0, 0);
    let (mut called_off, mut ran_again) = (0, 0);
    let (mut closed, mut opened, mut skipped, mut told) = (0, 0, 0, 0);
    for seed in 0..8_000 {
        let watcher = std::panic::catch_unwind(|| play(seed)).unwrap_or_else(|panic| {
            eprintln!("the seed is {seed}");
            std::panic::resume_unwind(panic)
        });
        whole += usize::from(watcher.tasks_ran && watcher.forced.is_none());
        taken_back += usize::from(!watcher.tasks_ran && !watcher.start_failed);
        failed += usize::from(watcher.start_failed);
        forced += usize::from(watcher.forced.is_some());
        late += usize::from(!watcher.on_time);
        called_off += usize::from(watcher.called_off > 0);
        ran_again += usize::from(watcher.ran_again > 0);
        closed += watcher.closed_meanwhile;
        opened += watcher.opened_meanwhile;
        told += watcher.openings_told;
        skipped += watcher.skipped.iter().filter(|skipped| **skipped).count();
    }
    // The dice must not stop to reach a part of what there is.
    let reached = [whole, taken_back, failed, forced, late, called_off, ran_again, closed, opened, skipped, told];
    assert!(reached.iter().all(|count| *count > 200), "{reached:?}");
}
