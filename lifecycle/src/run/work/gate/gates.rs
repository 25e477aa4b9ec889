//! All gates of one App.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::Notify;

use crate::sys::locks::lock;
use crate::words::report::OldestRequest;

use super::ages::{Ages, GENERATIONS, Occupied};
use super::lanes::{Lane, Lanes};
use super::memo;
use super::shards::{Pass, Shards};
use super::state::{State, StateCell};

/// The gates of one App: one for each name, made at its first use, and all closed at once.
pub(crate) struct Gates {
    number: u64,
    state: StateCell,
    lanes: Lanes,
    /// Held while a lane is made, while the generation or the state changes, and while idle is looked for.
    ages: Mutex<Ages>,
    /// How many entered after the closing. It only grows (and may wrap).
    late: AtomicUsize,
    /// How many were refused, by name. Under a lock: what is refused is not in a hurry.
    refused: Mutex<Vec<(&'static str, usize)>>,
    emptied: Arc<Notify>,
    first_used: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

/// Passes that are out under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy {
    pub(crate) name: &'static str,
    pub(crate) count: usize,
    /// How long the oldest has been out at least.
    pub(crate) oldest: Duration,
}

impl Busy {
    /// The one with the oldest pass; of equally old ones the first, so that it does not jump.
    pub(crate) fn oldest(busy: &[Busy]) -> Option<Busy> {
        busy.iter().rev().max_by_key(|busy| busy.oldest).copied()
    }

    pub(crate) fn oldest_request(&self) -> OldestRequest {
        OldestRequest { name: self.name, age: self.oldest }
    }
}

impl Gates {
    pub(crate) fn new() -> Gates {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let ages = Ages::new();
        Gates {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            state: StateCell::new(State::new(ages.present(), false)),
            lanes: Lanes::new(),
            ages: Mutex::new(ages),
            late: AtomicUsize::new(0),
            refused: Mutex::default(),
            emptied: Arc::new(Notify::new()),
            first_used: OnceLock::new(),
        }
    }

    /// No other gates of the process have it, nor will have it.
    #[cfg(feature = "tower")]
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Counts an entry under that name, unless the gates are closed.
    #[inline]
    pub(crate) fn try_enter(&self, name: &'static str) -> Option<Pass> {
        enter_again(self.number, name).or_else(|| self.try_enter_anew(name))
    }

    /// Counts an entry under that name, closed or not: for work that was accepted before.
    #[inline]
    pub(crate) fn enter(&self, name: &'static str) -> Pass {
        enter_again(self.number, name).unwrap_or_else(|| self.enter_anew(name))
    }

    #[cold]
    #[inline(never)]
    fn try_enter_anew(&self, name: &'static str) -> Option<Pass> {
        loop {
            // Read first: in a storm of refusals each would otherwise be counted for a moment, and keep the count
            // above zero.
            let state = self.state.get();
            if state.is_closed() {
                self.refuse(name);
                return None;
            }
            let (pass, closed) = self.enter_lane(name, state);
            if !closed {
                return Some(pass);
            }
            // Taken back. The generation has just ended, and the new state was set before that.
        }
    }

    #[cold]
    #[inline(never)]
    fn enter_anew(&self, name: &'static str) -> Pass {
        loop {
            let state = self.state.get();
            let (pass, closed) = self.enter_lane(name, state);
            if !closed {
                return pass;
            }
            if state.is_closed() {
                // After the count: a reader that sees the same `late` twice has seen this pass in between.
                self.late.fetch_add(1, Ordering::Release);
                return pass;
            }
        }
    }

    fn enter_lane(&self, name: &'static str, state: State) -> (Pass, bool) {
        let shard = self.lane(name).shards.mine();
        let (pass, closed) = shard.enter(state.generation());
        if !closed {
            memo::keep(self.number, name, shard, state.generation());
        }
        (pass, closed)
    }

    /// The lane of that name, made now if there is none.
    fn lane(&self, name: &'static str) -> &Lane {
        self.lanes.find(name).unwrap_or_else(|| self.make_lane(name))
    }

    #[cold]
    fn make_lane(&self, name: &'static str) -> &Lane {
        let ages = lock(&self.ages);
        // Another thread may have made it meanwhile.
        if let Some(lane) = self.lanes.find(name) {
            return lane;
        }
        let is_first = self.lanes.is_empty();
        let shards = Shards::new(self.number, &self.emptied);
        if !self.is_closed() {
            shards.open(ages.present());
        }
        let lane = self.lanes.add(name, shards);
        drop(ages);
        if let Some(first_used) = self.first_used.get().filter(|_| is_first) {
            first_used();
        }
        lane
    }

    /// Whether there ever was an entry.
    pub(crate) fn is_used(&self) -> bool {
        !self.lanes.is_empty()
    }

    /// What to do at the first entry. The first call counts.
    pub(crate) fn when_first_used(&self, tell: impl Fn() + Send + Sync + 'static) {
        let _ = self.first_used.set(Box::new(tell));
    }

    /// Refuses new entries from now on, under every name. `clock` as in [`look`](Gates::look).
    pub(crate) fn close(&self, clock: impl Fn() -> Duration) {
        self.shut(clock);
        self.emptied.notify_waiters();
    }

    /// The same, but wakes no waiter: one that is [waiting](Gates::idle) already is told by [`close`](Gates::close).
    pub(crate) fn shut(&self, clock: impl Fn() -> Duration) {
        let mut ages = lock(&self.ages);
        if !self.is_closed() {
            // Work that still comes in by `enter` gets a generation of its own, if there is one.
            let occupied = self.occupied();
            let next = ages.next(clock(), &occupied).unwrap_or(ages.present());
            self.go_on(&mut ages, next, true, clock);
        }
    }

    /// Accepts entries again, under every name.
    pub(crate) fn reopen(&self, clock: impl Fn() -> Duration) {
        let mut ages = lock(&self.ages);
        if self.is_closed() {
            let occupied = self.occupied();
            let next = ages.next(clock(), &occupied).unwrap_or(ages.present());
            self.go_on(&mut ages, next, false, clock);
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state.get().is_closed()
    }

    /// How many passes are out under all names together.
    pub(crate) fn total(&self) -> usize {
        self.lanes.iter().map(|lane| lane.shards.total()).sum()
    }

    /// How many were refused under all names together.
    #[cfg(test)]
    pub(crate) fn refused(&self) -> usize {
        lock(&self.refused).iter().map(|(_, count)| count).sum()
    }

    /// The same by name, in the order of the first refusals.
    pub(crate) fn refused_by_name(&self) -> Vec<(&'static str, usize)> {
        lock(&self.refused).clone()
    }

    fn refuse(&self, name: &'static str) {
        let mut refused = lock(&self.refused);
        match refused.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => refused.push((name, 1)),
        }
    }

    /// Every name used so far and how many passes are out under it, in the order of their first use.
    pub(crate) fn counts(&self) -> Vec<(&'static str, usize)> {
        self.lanes.iter().map(|lane| (lane.name, lane.shards.total())).collect()
    }

    /// The names under which passes are out, in the order of their first use.
    ///
    /// `clock` tells the time, always of the same clock.
    pub(crate) fn busy(&self, clock: impl Fn() -> Duration) -> Vec<Busy> {
        let mut ages = lock(&self.ages);
        let now = clock();
        self.look_with(&mut ages, &clock);
        self.lanes.iter().filter_map(|lane| busy(lane, &ages, now)).collect()
    }

    /// Ends the present generation, if it has an entry. Done about once a second, it makes ages right to a second.
    pub(crate) fn look(&self, clock: impl Fn() -> Duration) {
        self.look_with(&mut lock(&self.ages), &clock);
    }

    fn look_with(&self, ages: &mut Ages, clock: &impl Fn() -> Duration) {
        let occupied = self.occupied();
        if let Some(next) = ages.next(clock(), &occupied) {
            self.go_on(ages, next, self.is_closed(), clock);
        }
    }

    fn occupied(&self) -> Occupied {
        let is_occupied = |generation| self.lanes.iter().any(|lane| lane.shards.count(generation) > 0);
        std::array::from_fn(is_occupied)
    }

    /// First opens the new generation, then sets the state, and only then closes the old one: a thread that finds its
    /// generation closed finds the new state.
    fn go_on(&self, ages: &mut Ages, next: usize, closed: bool, clock: impl Fn() -> Duration) {
        let before = ages.present();
        if !closed {
            self.lanes.iter().for_each(|lane| lane.shards.open(next));
        }
        self.state.set(State::new(next, closed));
        if closed || next != before {
            self.lanes.iter().for_each(|lane| lane.shards.close(before));
        }
        // Not before: every entry made up to here is older than that time.
        if next != before {
            ages.go_on(next, clock());
        }
    }

    /// Waits until no pass is out. To be called after [`close`](Gates::close): before that, the last pass wakes no waiter
    /// when it is dropped.
    ///
    /// Cancel safe.
    pub(crate) async fn idle(&self) {
        loop {
            // Registered before the look: a pass that is dropped after it wakes this.
            let emptied = self.emptied.notified();
            if self.is_idle() {
                return;
            }
            emptied.await;
        }
    }

    /// Whether there was a moment at which no pass was out.
    ///
    /// The words are read one after the other. A closed one never rises again through `try_enter`, but work
    /// that is handed on by `enter` could move from a word not yet read to one that was: then `late` has grown
    /// meanwhile, and the reading is done again.
    fn is_idle(&self) -> bool {
        let _no_new_lanes = lock(&self.ages);
        loop {
            let before = self.late.load(Ordering::Acquire);
            if self.total() > 0 {
                return false;
            }
            if self.late.load(Ordering::Acquire) == before {
                return true;
            }
        }
    }
}

impl fmt::Debug for Gates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gates").field("counts", &self.counts()).field("is_closed", &self.is_closed()).finish()
    }
}

/// The fast path, through the gates of that number: if nothing has changed since this thread last entered. It needs no
/// reference to them.
#[inline]
pub(crate) fn enter_again(gates: u64, name: &'static str) -> Option<Pass> {
    let (shard, generation) = memo::recall(gates, name)?;
    let (pass, closed) = shard.enter(generation);
    if closed || !shard.belongs_to(gates) { take_back(pass, gates, name) } else { Some(pass) }
}

/// Out of line: undoes a count that came too late.
#[cold]
#[inline(never)]
fn take_back(pass: Pass, gates: u64, name: &'static str) -> Option<Pass> {
    memo::forget(gates, name);
    drop(pass);
    None
}

fn busy(lane: &Lane, ages: &Ages, now: Duration) -> Option<Busy> {
    let mut busy = Busy { name: lane.name, count: 0, oldest: Duration::ZERO };
    for generation in 0..GENERATIONS {
        let count = lane.shards.count(generation);
        if count > 0 {
            busy.count += count;
            busy.oldest = busy.oldest.max(ages.at_least(generation, now));
        }
    }
    (busy.count > 0).then_some(busy)
}
