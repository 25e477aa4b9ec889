//! Counting the work in progress, and refusing more: both in one atomic word, so that nothing slips between.
//!
//! A [`Gate`] is split into shards, each on a cache line of its own, and a thread uses mostly one of them, so that
//! threads do not slow each other down. A shard is one word, `count << 1 | closed`: the addition that counts
//! somebody in also tells whether the gate was closed at that very moment.

mod lanes;
#[cfg(test)]
mod tests;

pub(crate) use lanes::Gates;

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use tokio::sync::Notify;

/// The lowest bit of a shard's word: nobody new is let in.
const CLOSED: usize = 1;

/// What one pass adds to a shard's word.
const ONE: usize = 2;

/// One word on its own cache line; two lines, since processors fetch them in pairs.
#[repr(align(128))]
struct Shard {
    /// `count << 1 | closed`.
    word: AtomicUsize,
    /// Told when the closed shard becomes empty.
    emptied: Mutex<Option<Arc<Notify>>>,
}

impl Shard {
    /// Closed and empty.
    fn new() -> Shard {
        Shard { word: AtomicUsize::new(CLOSED), emptied: Mutex::new(None) }
    }

    fn open(&self, emptied: Arc<Notify>) {
        *lock(&self.emptied) = Some(emptied);
        self.word.fetch_and(!CLOSED, Ordering::AcqRel);
    }

    fn close(&self) {
        self.word.fetch_or(CLOSED, Ordering::AcqRel);
    }

    /// Counts one in, and tells whether the shard was closed then.
    #[inline]
    fn enter(&'static self) -> (Pass, bool) {
        let before = self.word.fetch_add(ONE, Ordering::Acquire);
        (Pass { shard: self }, before & CLOSED != 0)
    }

    fn word(&self) -> usize {
        self.word.load(Ordering::Acquire)
    }

    /// Out of line: it happens only after the closing.
    #[cold]
    fn tell(&self) {
        // Cloned, so that no waker is called under the lock.
        let emptied = lock(&self.emptied).clone();
        if let Some(emptied) = emptied {
            emptied.notify_waiters();
        }
    }
}

/// Refusal of new work and the count of work in progress, under one name.
///
/// The shards are never freed: they come from a pool of the process and go back to it, so that a pass needs no
/// reference count.
pub(crate) struct Gate {
    /// As many as a power of two.
    shards: &'static [Shard],
    /// Set before the shards are closed. Only a hint, which spares a storm of refusals the counting: each would
    /// be in the count for a moment, and keep it above zero. (A look at the shard itself would tell as much, but
    /// reading a word between two atomic additions to it costs half as much again as the additions.)
    closing: AtomicBool,
    /// How many were let in after the gate was closed.
    late: AtomicUsize,
    refused: AtomicUsize,
}

/// Shards that nobody uses: closed and empty.
static POOL: Mutex<Vec<&'static [Shard]>> = Mutex::new(Vec::new());

impl Gate {
    /// An open gate; `emptied` is told when one of its shards becomes empty after the closing.
    fn open(emptied: &Arc<Notify>) -> Gate {
        let pooled = lock(&POOL).pop();
        let shards = pooled.unwrap_or_else(|| (0..shard_count()).map(|_| Shard::new()).collect::<Vec<_>>().leak());
        for shard in shards {
            shard.open(Arc::clone(emptied));
        }
        Gate { shards, closing: AtomicBool::new(false), late: AtomicUsize::new(0), refused: AtomicUsize::new(0) }
    }

    /// Lets one in and counts it, unless the gate is closed.
    #[inline]
    pub(crate) fn try_enter(&self) -> Option<Pass> {
        if self.closing.load(Ordering::Relaxed) {
            return self.refuse(None);
        }
        let (pass, closed) = self.shard().enter();
        if closed {
            return self.refuse(Some(pass));
        }
        Some(pass)
    }

    /// Out of line, and with it the undoing of a count that came too late: it happens only after the closing.
    #[cold]
    fn refuse(&self, undone: Option<Pass>) -> Option<Pass> {
        drop(undone);
        self.refused.fetch_add(1, Ordering::Relaxed);
        None
    }

    /// Lets one in and counts it, closed or not: for work that was accepted before.
    #[inline]
    pub(crate) fn enter(&self) -> Pass {
        let (pass, closed) = self.shard().enter();
        if closed {
            // After the count, so that whoever sees the same `late` twice has seen this pass in between.
            self.late.fetch_add(1, Ordering::Release);
        }
        pass
    }

    /// Lets nobody new in from now on.
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
        for shard in self.shards {
            shard.close();
        }
    }

    /// How many passes are out. While the gate is open, one that comes and one that goes during the call may
    /// both be missed.
    pub(crate) fn count(&self) -> usize {
        self.shards.iter().map(|shard| shard.word() / ONE).sum()
    }

    /// How many [`try_enter`](Gate::try_enter) has turned away.
    pub(crate) fn refused(&self) -> usize {
        self.refused.load(Ordering::Relaxed)
    }

    /// The shard of the calling thread.
    #[inline]
    fn shard(&self) -> &'static Shard {
        &self.shards[thread_number() & (self.shards.len() - 1)]
    }
}

impl Drop for Gate {
    /// Gives the shards back to the pool, unless a pass is still out: then they are left to that pass for good.
    fn drop(&mut self) {
        self.close();
        for shard in self.shards {
            *lock(&shard.emptied) = None;
        }
        if self.count() == 0 {
            lock(&POOL).push(self.shards);
        }
    }
}

/// One that was let in; it is counted until this is dropped, on whatever thread.
pub(crate) struct Pass {
    shard: &'static Shard,
}

impl Drop for Pass {
    #[inline]
    fn drop(&mut self) {
        // Release: who sees the count at zero sees what was done under the pass.
        let before = self.shard.word.fetch_sub(ONE, Ordering::Release);
        if before == ONE | CLOSED {
            self.shard.tell();
        }
    }
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pass").finish_non_exhaustive()
    }
}

/// A small number for each thread, in the order in which they first ask.
#[inline]
fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    const NONE: usize = usize::MAX;
    // Without a destructor, so that it can be used from the destructors of other thread-locals too.
    thread_local!(static NUMBER: Cell<usize> = const { Cell::new(NONE) });

    NUMBER.with(|number| {
        if number.get() == NONE {
            number.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        number.get()
    })
}

/// A power of two, at least the number of processors. Threads take shards in turn, so with few processors there
/// are some more than that: it makes it rarer that two busy threads meet.
fn shard_count() -> usize {
    static COUNT: OnceLock<usize> = OnceLock::new();
    *COUNT.get_or_init(|| {
        let processors = thread::available_parallelism().map_or(1, |processors| processors.get());
        processors.next_power_of_two().clamp(8, 64)
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
