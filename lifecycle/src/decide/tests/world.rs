//! Random plans, and components that do what the dice say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::decide::{Action, Cause, Ending, Event, Moment};
use crate::plan::{Id, Node, Plan};
use crate::words::outcome::Outcome;
use crate::words::phase::Phase;
use crate::words::reason::{Reason, Signal};

use super::play::Cast;

/// A multiplicative congruential generator; its upper half is what counts.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (0..8).for_each(|_| {
            dice.below(2);
        });
        dice
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0xD134_2543_DE82_EF95).wrapping_add(0xDA94_2042_E4DD_58B5);
        (self.0 >> 33) % end
    }

    pub(super) fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// In seconds, often 0, seldom long.
    fn span(&mut self) -> f64 {
        let most = [1, 30, 300, 3_000, 20_000][self.below(5) as usize];
        self.below(most) as f64 / 1e3
    }

    /// After how long something happens, or never.
    fn delay(&mut self) -> Option<Duration> {
        (!self.one_in(4)).then(|| Duration::from_secs_f64(self.span()))
    }

    fn priority(&mut self) -> i32 {
        self.below(4) as i32 - 2
    }
}

/// Up to eight resources, six tasks and five hooks, and a budget that is short, long or lopsided.
pub(super) fn random_plan(dice: &mut Dice) -> Arc<Plan> {
    let phases: [f64; 5] = std::array::from_fn(|at| match at {
        4 => 0.05 + dice.span(),
        _ if dice.one_in(3) => 0.0,
        _ => dice.span(),
    });
    let spare = if dice.one_in(3) { dice.span() } else { 0.001 };
    let mut cast = Cast::new().phases(phases.iter().sum::<f64>() + spare, phases);
    let mut resources: Vec<(String, i32)> = Vec::new();
    for at in 0..dice.below(9) {
        let needs: Vec<(String, i32)> = resources.iter().filter(|_| dice.one_in(3)).cloned().collect();
        let names: Vec<&str> = needs.iter().map(|(name, _)| name.as_str()).collect();
        // Never below what it uses.
        let priority = needs.iter().map(|(_, priority)| *priority).max().unwrap_or(-2).max(dice.priority());
        let name = format!("resource{at}");
        cast = cast.resource(&name, &names).priority(priority).opens_within(0.001 + dice.span());
        if dice.one_in(2) {
            cast = cast.within((0.001 + dice.span()).min(phases[4]));
        }
        if dice.one_in(2) {
            cast = cast.hears();
        }
        resources.push((name, priority));
    }
    if dice.one_in(2) {
        cast = cast.main();
    }
    for at in 0..dice.below(6) {
        let name = format!("task{at}");
        cast = if dice.one_in(2) { cast.task(&name) } else { cast.ticker(&name) }.priority(dice.priority());
        if dice.one_in(3) {
            cast = cast.within(dice.span());
        }
        if dice.one_in(2) {
            cast = cast.not_critical();
        }
    }
    for at in 0..dice.below(6) {
        let (name, phase) = (format!("hook{at}"), Phase::ALL[dice.below(5) as usize]);
        cast = match resources.get(dice.below(9) as usize) {
            Some((need, _)) => cast.hook_with(&name, phase, need),
            None => cast.hook(&name, phase),
        };
        cast = cast.priority(dice.priority());
        if dice.one_in(3) {
            cast = cast.within(dice.span());
        }
    }
    cast.plan()
}

/// What will happen, unless something else happens before.
pub(super) struct World {
    plan: Arc<Plan>,
    dice: Dice,
    to_come: BTreeMap<(Moment, u64), Event>,
    count: u64,
    ended: Vec<bool>,
    tasks_run: bool,
    /// What was asked of resources while the App ran: one thing after the other.
    asked: BTreeSet<Id>,
    /// Every resource opens in time.
    opens_well: bool,
}

impl World {
    pub(super) fn new(plan: Arc<Plan>, mut dice: Dice) -> Self {
        let ended = vec![false; plan.nodes.len()];
        // One in three comes during the start.
        let most = if dice.one_in(3) { 2_000 } else { 20_000_000 };
        let request = Duration::from_micros(dice.below(most));
        let opens_well = !dice.one_in(3);
        let mut world = Self {
            plan,
            dice,
            to_come: BTreeMap::new(),
            count: 0,
            ended,
            asked: BTreeSet::new(),
            tasks_run: false,
            opens_well,
        };
        world.add(Duration::ZERO, Some(Duration::ZERO), Event::Begin);
        let reason = Reason::Signal { signal: Signal::Terminate };
        world.add(request, Some(Duration::ZERO), Event::Request(reason.clone()));
        while world.dice.one_in(3) {
            let delay = world.dice.delay();
            world.add(request, delay, Event::Request(reason.clone()));
        }
        while world.dice.one_in(2) {
            let delay = world.dice.delay();
            let first = if world.dice.one_in(2) { request } else { Duration::ZERO };
            world.add(first, delay, Event::Force);
        }
        world
    }

    fn add(&mut self, now: Moment, delay: Option<Duration>, event: Event) {
        if let Some(delay) = delay {
            self.count += 1;
            self.to_come.insert((now + delay, self.count), event);
        }
    }

    fn add_some_time(&mut self, now: Moment, event: Event) {
        let delay = self.dice.delay();
        self.add(now, delay, event);
    }

    pub(super) fn next_moment(&self) -> Option<Moment> {
        self.to_come.keys().next().map(|(moment, _)| *moment)
    }

    /// The next event by `now`. Nothing ends twice.
    pub(super) fn next(&mut self, now: Moment) -> Option<Event> {
        while self.next_moment().is_some_and(|moment| moment <= now) {
            let (_, event) = self.to_come.pop_first()?;
            match event {
                Event::Ended(id) if std::mem::replace(&mut self.ended[id], true) => {}
                Event::Returned(id, ..) if self.ended[id] => {}
                event @ (Event::CloseSome(_) | Event::OpenSome(_)) if !self.asked.is_empty() => {
                    self.add(now, Some(Duration::from_millis(200)), event);
                }
                Event::CloseSome(ids) => {
                    self.asked.extend(&ids);
                    return Some(Event::CloseSome(ids));
                }
                Event::OpenSome(ids) => {
                    self.asked.extend(&ids);
                    return Some(Event::OpenSome(ids));
                }
                event => return Some(event),
            }
        }
        None
    }

    pub(super) fn perform(&mut self, now: Moment, action: &Action) {
        match action {
            Action::Open(id) if self.opens_well && !self.tasks_run => {
                let delay = Duration::from_micros(self.dice.below(1_000));
                self.add(now, Some(delay), Event::Opened(*id));
            }
            Action::Open(id) => {
                self.begins_anew(*id);
                let event = self.opening(*id);
                self.add_some_time(now, event);
            }
            Action::CancelOpening { id, .. } if self.dice.one_in(2) => self.end_opening(now, *id),
            Action::DropOpening(id) => self.drop_opening(now, *id),
            Action::RunTasks => {
                self.tasks_run = true;
                self.change_some(now);
                let plan = self.plan.clone();
                plan.tasks().filter(|_| self.dice.one_in(3)).collect::<Vec<_>>().iter().for_each(|(id, _)| {
                    self.task_ends_by_itself(now, *id);
                });
            }
            Action::Settled(id) => {
                self.asked.remove(id);
            }
            Action::Announce(_) if self.tasks_run => {
                while !self.dice.one_in(3) {
                    self.add_some_time(now, Event::CallOff);
                }
                let plan = self.plan.clone();
                for (id, _) in plan.tasks().filter(|(_, task)| !task.completes) {
                    if !self.dice.one_in(3) {
                        let returns = !self.dice.one_in(3);
                        self.stops_some_time(now, id, returns);
                    }
                }
            }
            Action::StopNewWork => {
                let plan = self.plan.clone();
                plan.tasks().filter(|(_, task)| task.completes).for_each(|(id, _)| self.stops_some_time(now, id, true));
            }
            Action::CallOff { .. } => {
                self.to_come.retain(|_, event| !matches!(event, Event::AcceptorsGone | Event::RequestsDone));
                let delay = Duration::from_millis(self.dice.below(5_000));
                self.add(now, Some(delay), Event::Request(Reason::Signal { signal: Signal::Interrupt }));
            }
            Action::RunAgain(id) => self.begins_anew(*id),
            Action::AwaitAcceptors => self.add_some_time(now, Event::AcceptorsGone),
            Action::AwaitRequests => self.add_some_time(now, Event::RequestsDone),
            Action::RunHook { id, .. } => {
                self.begins_anew(*id);
                self.add_some_time(now, Event::Ended(*id));
            }
            Action::Cancel { id, .. } | Action::Close { id, .. } | Action::Abort(id) => {
                self.add_some_time(now, Event::Ended(*id));
            }
            _ => {}
        }
    }

    /// Resources are closed and opened while the App runs.
    fn change_some(&mut self, now: Moment) {
        let mut moment = now;
        for turn in 0..self.dice.below(8) {
            let resources: Vec<Id> = self.plan.resources().map(|(id, _)| id).collect();
            let some: Vec<Id> = resources.into_iter().filter(|_| !self.dice.one_in(3)).collect();
            let event = if turn % 2 == 0 { Event::CloseSome(some) } else { Event::OpenSome(some) };
            moment += Duration::from_secs_f64(self.dice.span());
            self.add(moment, Some(Duration::ZERO), event);
        }
    }

    /// It has heard.
    fn stops_some_time(&mut self, now: Moment, id: Id, returns: bool) {
        let Some(delay) = self.dice.delay() else { return };
        let ending = Ending { outcome: Outcome::Stopped, error: None };
        self.add(now, Some(delay), Event::Returned(id, ending, Cause::Told { returns }));
        self.add_some_time(now + delay, Event::Ended(id));
    }

    /// What the one before had to say is dropped.
    fn begins_anew(&mut self, id: Id) {
        self.ended[id] = false;
        self.to_come.retain(|_, event| !matches!(event, Event::Ended(of) | Event::Returned(of, ..) if *of == id));
    }

    fn opening(&mut self, id: Id) -> Event {
        match self.dice.below(12) {
            0 => Event::OpenFailed(id, "refused".to_owned()),
            1 if self.dice.one_in(4) => Event::OpenDropped(id),
            _ => Event::Opened(id),
        }
    }

    /// It has heard: it ends in another way than it would have.
    fn end_opening(&mut self, now: Moment, id: Id) {
        self.forget_opening(id);
        let event = self.opening(id);
        self.add_some_time(now, event);
    }

    /// An opening ends once: what was to come of it is forgotten.
    fn forget_opening(&mut self, id: Id) {
        let of_it = |event: &Event| matches!(event, Event::Opened(of) | Event::OpenFailed(of, _) if *of == id);
        self.to_come.retain(|_, event| !of_it(event) && *event != Event::OpenDropped(id));
    }

    fn drop_opening(&mut self, now: Moment, id: Id) {
        self.forget_opening(id);
        let event = if self.dice.one_in(3) { self.opening(id) } else { Event::OpenDropped(id) };
        self.add_some_time(now, event);
    }

    fn task_ends_by_itself(&mut self, now: Moment, id: Id) {
        let Node::Task(_) = &self.plan.nodes[id] else { return };
        let Some(delay) = self.dice.delay() else { return };
        let outcome = [Outcome::Finished, Outcome::Failed, Outcome::Panicked][self.dice.below(3) as usize];
        self.add(now, Some(delay), Event::Returned(id, Ending { outcome, error: None }, Cause::Own));
        self.add_some_time(now + delay, Event::Ended(id));
    }
}
