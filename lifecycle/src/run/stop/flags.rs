//! What one component hears of a shutdown: flags, and the wakers of what waits for them.
//!
//! A component's body is nearly always polled with the waker of the task that runs it. That waker is kept
//! once; a wait that is polled with it costs a load and a comparison and registers nothing. Only a wait
//! polled with another waker (in a `FuturesUnordered`, in a task that the user spawned) is put on a list.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::sys::coarse;
use crate::sys::locks::lock;

/// A step of being told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flag {
    /// Shutdown was asked for.
    Requested = 1,
    /// *stop_new_work* began.
    Draining = 2,
    /// The component's turn in *cancel_tasks* came.
    Cancelled = 4,
    /// It is dropped at its next `.await`, whatever it is: its group stops, and its time is over.
    Dropped = 8,
}

impl Flag {
    /// Each flag includes those before it: cancelled is draining too, and draining is requested too.
    const fn bits(self) -> u8 {
        match self {
            Flag::Requested => 1,
            Flag::Draining => 1 | 2,
            Flag::Cancelled => 1 | 2 | 4,
            Flag::Dropped => 1 | 2 | 4 | 8,
        }
    }
}

/// Where a flag comes from: the App's shutdown, in the lower half of the bits, or the component's group, in the upper one. What
/// the one takes back, the other may still say.
const GROUP: u32 = 4;
const OF_GROUP: u8 = 0xF0;

#[derive(Debug)]
pub(crate) struct Flags {
    flags: AtomicU8,
    /// The component has learnt of a flag in its present run.
    told: AtomicBool,
    /// When its share is over, in microseconds since the App began; `u64::MAX`: not said yet.
    until: AtomicU64,
    /// When it was woken because a flag rose, by the system's clock; 0: it was polled since.
    woken: AtomicU64,
    /// How often it had been polled when it was asked to stop; `u64::MAX`: it was not.
    asked_after: AtomicU64,
    runner: OnceLock<Waker>,
    /// The one that came after it, if the component was run again after a shutdown that was called off. That is rare, so
    /// it costs a lock where the first costs a load.
    later_runner: Mutex<Option<Waker>>,
    others: Mutex<Vec<Option<Waker>>>,
    draining: Token,
    cancelled: Token,
}

/// A token, once it was asked for.
type Token = Mutex<Option<CancellationToken>>;

impl Flags {
    pub(crate) fn new(flags: u8) -> Self {
        Self {
            flags: AtomicU8::new(flags),
            told: AtomicBool::new(false),
            until: AtomicU64::new(u64::MAX),
            woken: AtomicU64::new(0),
            asked_after: AtomicU64::new(u64::MAX),
            runner: OnceLock::new(),
            later_runner: Mutex::default(),
            others: Mutex::new(Vec::new()),
            draining: Token::default(),
            cancelled: Token::default(),
        }
    }

    pub(crate) fn has(&self, flag: Flag) -> bool {
        self.is_up(flag, Ordering::Acquire)
    }

    fn is_up(&self, flag: Flag, ordering: Ordering) -> bool {
        let flags = self.flags.load(ordering);
        (flags | flags >> GROUP) & flag as u8 != 0
    }

    /// Whether the App's shutdown has raised it, whatever the component's group says.
    pub(crate) fn app_has(&self, flag: Flag) -> bool {
        self.flags.load(Ordering::Acquire) & flag as u8 != 0
    }

    /// The same as [`has`](Self::has), asked by the component itself: if it is up, it has been told.
    pub(crate) fn tells(&self, flag: Flag) -> bool {
        let is_up = self.has(flag);
        if is_up {
            self.told.store(true, Ordering::Release);
        }
        is_up
    }

    /// Whether the component has learnt of a flag since [`run_begins`](Self::run_begins), even if it was taken back.
    pub(crate) fn was_told(&self) -> bool {
        self.told.load(Ordering::Acquire)
    }

    /// From here on it has been told nothing.
    pub(crate) fn run_begins(&self) {
        self.told.store(false, Ordering::Release);
    }

    /// Raises a flag and wakes every waiter.
    pub(crate) fn raise(&self, flag: Flag) {
        self.raise_bits(flag.bits());
    }

    /// The same, for the component's group.
    pub(crate) fn raise_for_group(&self, flag: Flag) {
        self.raise_bits(flag.bits() << GROUP);
    }

    fn raise_bits(&self, bits: u8) {
        let before = self.flags.fetch_or(bits, Ordering::SeqCst);
        if before & bits == bits {
            return;
        }
        // The first wake since the last poll counts. A clock that says 0 has only just begun.
        let _ = self.woken.compare_exchange(0, coarse::nanos().max(1), Ordering::SeqCst, Ordering::SeqCst);
        self.cancel_tokens();
        self.wake();
        let others: Vec<Waker> = self.others().iter().flatten().cloned().collect();
        others.into_iter().for_each(Waker::wake);
    }

    /// Wakes the task that runs the component.
    pub(crate) fn wake(&self) {
        let later = lock(&self.later_runner).clone();
        for runner in self.runner.get().into_iter().chain(&later) {
            runner.wake_by_ref();
        }
    }

    /// Takes all flags back: the component begins anew. Tokens that were given out stay cancelled.
    pub(crate) fn lower(&self) {
        self.until.store(u64::MAX, Ordering::Release);
        self.asked_after.store(u64::MAX, Ordering::Release);
        self.heard();
        self.flags.store(0, Ordering::SeqCst);
    }

    /// Takes back what the App's shutdown has said. What the component's group has said stands.
    pub(crate) fn called_off(&self) {
        if self.flags.load(Ordering::SeqCst) & OF_GROUP == 0 {
            self.until.store(u64::MAX, Ordering::Release);
            self.asked_after.store(u64::MAX, Ordering::Release);
            self.heard();
        }
        self.flags.fetch_and(OF_GROUP, Ordering::SeqCst);
    }

    /// Keeps the waker of the task that runs the component. Called before each poll of its body.
    pub(crate) fn adopt(&self, waker: &Waker) {
        if !self.runner.get_or_init(|| waker.clone()).will_wake(waker) {
            keep(&mut lock(&self.later_runner), waker);
        }
        self.heard();
    }

    /// The component was polled: what it is told from now on wakes it anew.
    pub(crate) fn heard(&self) {
        if self.woken.load(Ordering::Relaxed) != 0 {
            self.woken.store(0, Ordering::SeqCst);
        }
    }

    /// How long ago it was woken because a flag rose, if it was not polled since. By the system's clock: a thread
    /// takes its time however a test moves its own.
    pub(crate) fn unheard_for(&self) -> Option<Duration> {
        let woken = self.woken.load(Ordering::SeqCst);
        (woken != 0).then(|| Duration::from_nanos(coarse::nanos().saturating_sub(woken)))
    }

    /// It is asked to stop, having been polled so often. The first time counts.
    pub(crate) fn ask(&self, polls: u64) {
        let _ = self.asked_after.compare_exchange(u64::MAX, polls, Ordering::AcqRel, Ordering::Acquire);
    }

    /// How often it had been polled when it was asked to stop.
    pub(crate) fn asked_after(&self) -> Option<u64> {
        let polls = self.asked_after.load(Ordering::Acquire);
        (polls != u64::MAX).then_some(polls)
    }

    pub(crate) fn set_until(&self, moment: Duration) {
        let micros = u64::try_from(moment.as_micros()).unwrap_or(u64::MAX);
        self.until.store(micros, Ordering::Release);
    }

    pub(crate) fn until(&self) -> Option<Duration> {
        let micros = self.until.load(Ordering::Acquire);
        (micros != u64::MAX).then(|| Duration::from_micros(micros))
    }

    /// A token that is cancelled when the flag rises. One that is cancelled though the flag is down is of an earlier time.
    pub(crate) fn token(&self, flag: Flag) -> CancellationToken {
        let slot = if flag == Flag::Cancelled { &self.cancelled } else { &self.draining };
        let token = {
            let mut slot = lock(slot);
            if !self.has(flag) && slot.as_ref().is_some_and(CancellationToken::is_cancelled) {
                *slot = None;
            }
            slot.get_or_insert_with(CancellationToken::new).clone()
        };
        if self.tells(flag) {
            token.cancel();
        }
        token
    }

    fn cancel_tokens(&self) {
        for (flag, slot) in [(Flag::Draining, &self.draining), (Flag::Cancelled, &self.cancelled)] {
            let token = lock(slot).clone();
            if let Some(token) = token.filter(|_| self.tells(flag)) {
                token.cancel();
            }
        }
    }

    /// Resolves when the flag is up. Cancel safe; a wait that is never polled again leaves nothing behind.
    pub(crate) async fn wait(&self, flag: Flag) {
        let mut seat = Seat { flags: self, at: None };
        poll_fn(|context| if seat.poll(flag, context) { Poll::Ready(()) } else { Poll::Pending }).await;
        self.told.store(true, Ordering::Release);
    }

    /// The same, by what is ours and goes on all the same: the component has been told nothing.
    pub(crate) async fn wait_silently(&self, flag: Flag) {
        let mut seat = Seat { flags: self, at: None };
        poll_fn(|context| if seat.poll(flag, context) { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// The future's output, or `None` as soon as the flag is up. The flag is looked at first.
    pub(crate) async fn until_raised<F: Future>(&self, flag: Flag, future: F) -> Option<F::Output> {
        let mut seat = Seat { flags: self, at: None };
        let mut future = pin!(future);
        poll_fn(|context| {
            if seat.poll(flag, context) {
                self.told.store(true, Ordering::Release);
                return Poll::Ready(None);
            }
            future.as_mut().poll(context).map(Some)
        })
        .await
    }

    fn others(&self) -> MutexGuard<'_, Vec<Option<Waker>>> {
        lock(&self.others)
    }
}

fn keep(place: &mut Option<Waker>, waker: &Waker) {
    match place {
        Some(kept) => kept.clone_from(waker),
        empty => *empty = Some(waker.clone()),
    }
}

/// A wait's place on the list, if it needs one.
struct Seat<'a> {
    flags: &'a Flags,
    at: Option<usize>,
}

impl Seat<'_> {
    /// Whether the flag is up. If not, the context's waker will be woken when it rises.
    fn poll(&mut self, flag: Flag, context: &Context<'_>) -> bool {
        if self.flags.has(flag) {
            return true;
        }
        if self.flags.runner.get().is_some_and(|runner| runner.will_wake(context.waker())) {
            return false;
        }
        self.register(context.waker());
        // The flag may have risen before the waker stood on the list.
        self.flags.is_up(flag, Ordering::SeqCst)
    }

    fn register(&mut self, waker: &Waker) {
        let mut others = self.flags.others();
        let at = *self.at.get_or_insert_with(|| {
            others.iter().position(Option::is_none).unwrap_or_else(|| {
                others.push(None);
                others.len() - 1
            })
        });
        keep(&mut others[at], waker);
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let Some(at) = self.at else { return };
        let mut others = self.flags.others();
        let waker = others[at].take();
        while others.last().is_some_and(Option::is_none) {
            others.pop();
        }
        drop(others);
        // Dropping a waker may run user code: not under the lock.
        drop(waker);
    }
}

#[cfg(test)]
mod tests;
