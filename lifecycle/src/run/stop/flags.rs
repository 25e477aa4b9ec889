//! What one component hears of a shutdown: flags, and the wakers of what waits for them.
//!
//! A component's body is nearly always polled with the waker of the task that runs it. That waker is kept
//! once; a wait that is polled with it costs a load and a comparison and registers nothing. Only a wait
//! polled with another waker (in a `FuturesUnordered`, in a task that the user spawned) is put on a list.
//!
//! To raise a flag is a store, for the whole App as for one component. To wake those who wait for it is another step. The
//! task that runs the component is one of the library's own, so its waker is tokio's, and wakes at once. Those on the list
//! may be user code, and so may those behind the tokens: they are errands of [`Calls`].

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering, fence};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::run::calls::Calls;
use crate::run::calls::waiters::{Seat, Waiters};
use crate::sys::coarse;
use crate::sys::fork;
use crate::sys::locks::lock;

use super::tokens::Token;

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

/// What the whole App is told. The flags of each component look at it as well, so that one store tells all of them, those
/// that come later too.
#[derive(Clone, Debug, Default)]
pub(crate) struct AppFlags(Arc<AppWord>);

#[derive(Debug, Default)]
struct AppWord {
    flags: AtomicU8,
    /// A flag has risen, and those who wait for it have not been woken yet.
    is_due: AtomicBool,
}

impl AppFlags {
    pub(super) fn raise(&self, flag: Flag) {
        let is_new = self.0.flags.fetch_or(flag.bits(), Ordering::SeqCst) & flag.bits() != flag.bits();
        if is_new {
            self.0.is_due.store(true, Ordering::SeqCst);
        }
    }

    /// Whether those who wait are to be woken, which is for the first caller to do.
    pub(super) fn take_due(&self) -> bool {
        self.0.is_due.swap(false, Ordering::SeqCst)
    }

    pub(super) fn clear(&self) {
        self.0.flags.store(0, Ordering::SeqCst);
    }

    pub(super) fn has(&self, flag: Flag) -> bool {
        self.0.flags.load(Ordering::SeqCst) & flag as u8 != 0
    }

    pub(super) fn is_clear(&self) -> bool {
        self.0.flags.load(Ordering::SeqCst) == 0
    }
}

#[derive(Debug)]
pub(crate) struct Flags {
    app: AppFlags,
    calls: Arc<Calls>,
    /// What this component alone is told.
    flags: AtomicU8,
    /// The component has learnt of a flag in its present run.
    told: AtomicBool,
    /// When its share is over, in microseconds since the App began; `u64::MAX`: not said yet.
    until: AtomicU64,
    /// The most time that it has to stop, in microseconds; `u64::MAX`: no bound of its own.
    bound: AtomicU64,
    /// When it was woken because a flag rose, by the system's clock; 0: it was polled since.
    woken: AtomicU64,
    /// How often it had been polled when it was asked to stop; `u64::MAX`: it was not.
    asked_after: AtomicU64,
    runner: OnceLock<Waker>,
    /// The one that came after it, if the component was run again after a shutdown that was called off. That is rare, so
    /// it costs a lock where the first costs a load.
    later_runner: Mutex<Option<Waker>>,
    others: Waiters,
    draining: OnceLock<Arc<Token>>,
    cancelled: OnceLock<Arc<Token>>,
}

impl Flags {
    pub(crate) fn new(app: AppFlags, calls: Arc<Calls>) -> Self {
        Self {
            app,
            calls,
            flags: AtomicU8::new(0),
            told: AtomicBool::new(false),
            until: AtomicU64::new(u64::MAX),
            bound: AtomicU64::new(u64::MAX),
            woken: AtomicU64::new(0),
            asked_after: AtomicU64::new(u64::MAX),
            runner: OnceLock::new(),
            later_runner: Mutex::default(),
            others: Waiters::default(),
            draining: OnceLock::new(),
            cancelled: OnceLock::new(),
        }
    }

    pub(crate) fn has(&self, flag: Flag) -> bool {
        self.is_up(flag, Ordering::Acquire)
    }

    fn is_up(&self, flag: Flag, ordering: Ordering) -> bool {
        let (flags, app) = (self.flags.load(ordering), self.app.0.flags.load(ordering));
        (flags | flags >> GROUP | app) & flag as u8 != 0
    }

    /// Whether the App's shutdown has raised it, whatever the component's group says.
    pub(crate) fn app_has(&self, flag: Flag) -> bool {
        (self.flags.load(Ordering::Acquire) | self.app.0.flags.load(Ordering::Acquire)) & flag as u8 != 0
    }

    /// The same as [`has`](Self::has), asked by the component itself: if it is up, it has been told.
    pub(crate) fn tells(&self, flag: Flag) -> bool {
        fork::end_if_forked();
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
        if before & bits != bits {
            self.wake_all();
        }
    }

    /// Wakes all that may wait for a flag that has risen.
    pub(super) fn wake_all(&self) {
        // The first wake since the last poll counts. A clock that says 0 has only just begun.
        let _ = self.woken.compare_exchange(0, coarse::nanos().max(1), Ordering::SeqCst, Ordering::SeqCst);
        // See `adopt`.
        fence(Ordering::SeqCst);
        self.wake();
        self.others.wake(&self.calls);
        for (flag, token) in [(Flag::Draining, &self.draining), (Flag::Cancelled, &self.cancelled)] {
            let token = token.get().filter(|token| token.is_given()).cloned();
            if let Some(token) = token.filter(|_| self.tells(flag)) {
                self.calls.errand(move || token.cancel());
            }
        }
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
        let is_new = match self.runner.get() {
            Some(runner) if runner.will_wake(waker) => false,
            Some(_) => {
                keep(&mut lock(&self.later_runner), waker);
                true
            }
            None => self.runner.set(waker.clone()).is_ok(),
        };
        if is_new {
            // Pairs with the fence in `wake_all`: either that thread finds the waker, or the flag that it raised is seen
            // by the look that follows this.
            fence(Ordering::SeqCst);
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

    /// The most time that it has to stop, whenever its turn comes. `None`: it has no bound of its own.
    pub(crate) fn set_bound(&self, bound: Option<Duration>) {
        let micros = bound.and_then(|bound| u64::try_from(bound.as_micros()).ok()).unwrap_or(u64::MAX);
        self.bound.store(micros, Ordering::Release);
    }

    pub(crate) fn bound(&self) -> Duration {
        match self.bound.load(Ordering::Acquire) {
            u64::MAX => Duration::MAX,
            micros => Duration::from_micros(micros),
        }
    }

    pub(crate) fn until(&self) -> Option<Duration> {
        let micros = self.until.load(Ordering::Acquire);
        (micros != u64::MAX).then(|| Duration::from_micros(micros))
    }

    /// A token that is cancelled when the flag rises. One that is cancelled though the flag is down is of an earlier time.
    pub(crate) fn token(&self, flag: Flag) -> CancellationToken {
        let token = if flag == Flag::Cancelled { &self.cancelled } else { &self.draining };
        let token = token.get_or_init(Arc::default).give(self.has(flag));
        // It may have risen before the token was there.
        if self.tells(flag) {
            token.cancel();
        }
        token
    }

    /// Resolves when the flag is up. Cancel safe; a wait that is never polled again leaves nothing behind.
    pub(crate) async fn wait(&self, flag: Flag) {
        let mut seat = self.others.seat();
        poll_fn(|context| if self.poll(flag, &mut seat, context) { Poll::Ready(()) } else { Poll::Pending }).await;
        self.told.store(true, Ordering::Release);
    }

    /// The same, by what is ours and goes on all the same: the component has been told nothing.
    pub(crate) async fn wait_silently(&self, flag: Flag) {
        let mut seat = self.others.seat();
        poll_fn(|context| if self.poll(flag, &mut seat, context) { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// The future's output, or `None` as soon as the flag is up. The flag is looked at first.
    pub(crate) async fn until_raised<F: Future>(&self, flag: Flag, future: F) -> Option<F::Output> {
        let mut seat = self.others.seat();
        let mut future = pin!(future);
        poll_fn(|context| {
            if self.poll(flag, &mut seat, context) {
                self.told.store(true, Ordering::Release);
                return Poll::Ready(None);
            }
            future.as_mut().poll(context).map(Some)
        })
        .await
    }

    /// Whether the flag is up. If not, the context's waker will be woken when it rises.
    fn poll(&self, flag: Flag, seat: &mut Seat<'_>, context: &Context<'_>) -> bool {
        if self.has(flag) {
            return true;
        }
        if self.runner.get().is_some_and(|runner| runner.will_wake(context.waker())) {
            return false;
        }
        seat.wait(context.waker());
        // The flag may have risen before the waker stood on the list.
        self.is_up(flag, Ordering::SeqCst)
    }
}

fn keep(place: &mut Option<Waker>, waker: &Waker) {
    match place {
        Some(kept) => kept.clone_from(waker),
        empty => *empty = Some(waker.clone()),
    }
}

#[cfg(test)]
mod tests;
