//! The words that count, and the pass that is counted in one of them.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use tokio::sync::Notify;

use super::ages::GENERATIONS;
use crate::sys::locks::lock;

/// The lowest bit of a word: it takes no new entry.
const CLOSED: u32 = 1;

/// What one pass adds to a word.
const ONE: u32 = 2;

/// Words on cache lines that they share with no other shard; aligned to two, since processors fetch lines in pairs.
#[repr(align(128))]
pub(super) struct Shard {
    /// `count << 1 | closed` for each generation. Two thousand million at once are enough for one thread and name.
    words: [AtomicU32; GENERATIONS],
    /// The number of the gates that it belongs to; zero: to none.
    gates: AtomicU64,
    /// Notified when a closed word becomes empty.
    emptied: Mutex<Option<Arc<Notify>>>,
}

impl Shard {
    /// Closed and empty.
    pub(super) const fn new() -> Shard {
        let words = [const { AtomicU32::new(CLOSED) }; GENERATIONS];
        Shard { words, gates: AtomicU64::new(0), emptied: Mutex::new(None) }
    }

    #[inline]
    fn word(&self, generation: usize) -> &AtomicU32 {
        &self.words[generation % GENERATIONS]
    }

    /// Counts an entry, and tells whether that generation was closed then.
    #[inline]
    pub(super) fn enter(&'static self, generation: usize) -> (Pass, bool) {
        let before = self.word(generation).fetch_add(ONE, Ordering::Acquire);
        (Pass { shard: self, generation }, before & CLOSED != 0)
    }

    /// For a caller without a reference to the gates, after [`enter`](Shard::enter): one that entered an open word after the
    /// gates were gone finds that out here, since they gave up the shard before they closed it, and it was closed before
    /// other gates opened it.
    #[inline]
    pub(super) fn belongs_to(&self, gates: u64) -> bool {
        self.gates.load(Ordering::Acquire) == gates
    }

    fn count(&self, generation: usize) -> usize {
        (self.word(generation).load(Ordering::Acquire) / ONE) as usize
    }

    /// Out of line: it happens only when a generation that is over becomes empty.
    #[cold]
    fn tell(&self) {
        // Cloned, so that no waker is called under the lock.
        let emptied = lock(&self.emptied).clone();
        if let Some(emptied) = emptied {
            emptied.notify_waiters();
        }
    }
}

/// The shards of one name.
///
/// They are never freed: they come from a pool of the process and go back to it, so that a pass needs no reference
/// count.
pub(super) struct Shards {
    /// As many as a power of two.
    shards: &'static [Shard],
}

/// Shards that are not in use: closed and empty.
static POOL: Mutex<Vec<&'static [Shard]>> = Mutex::new(Vec::new());

impl Shards {
    /// All generations are closed; `emptied` is notified when a word of a closed one becomes empty.
    pub(super) fn new(gates: u64, emptied: &Arc<Notify>) -> Shards {
        let pooled = lock(&POOL).pop();
        let shards = pooled.unwrap_or_else(|| (0..shard_count()).map(|_| Shard::new()).collect::<Vec<_>>().leak());
        for shard in shards {
            *lock(&shard.emptied) = Some(Arc::clone(emptied));
            shard.gates.store(gates, Ordering::Release);
        }
        Shards { shards }
    }

    pub(super) fn open(&self, generation: usize) {
        for shard in self.shards {
            shard.word(generation).fetch_and(!CLOSED, Ordering::AcqRel);
        }
    }

    pub(super) fn close(&self, generation: usize) {
        for shard in self.shards {
            shard.word(generation).fetch_or(CLOSED, Ordering::AcqRel);
        }
    }

    /// How many passes of that generation are out.
    pub(super) fn count(&self, generation: usize) -> usize {
        self.shards.iter().map(|shard| shard.count(generation)).sum()
    }

    /// How many passes are out. While a generation is open, one that comes and one that goes during the call may
    /// both be missed.
    pub(super) fn total(&self) -> usize {
        let of = |shard: &Shard| (0..GENERATIONS).map(|generation| shard.count(generation)).sum::<usize>();
        self.shards.iter().map(of).sum()
    }

    /// The shard of the calling thread.
    #[inline]
    pub(super) fn mine(&self) -> &'static Shard {
        &self.shards[thread_number() & (self.shards.len() - 1)]
    }
}

impl Drop for Shards {
    /// Gives the shards back to the pool, unless a pass is still out: then they are left to that pass for good.
    fn drop(&mut self) {
        self.shards.iter().for_each(|shard| shard.gates.store(0, Ordering::Release));
        (0..GENERATIONS).for_each(|generation| self.close(generation));
        for shard in self.shards {
            *lock(&shard.emptied) = None;
        }
        if self.total() == 0 {
            lock(&POOL).push(self.shards);
        }
    }
}

/// An entry: it is counted until this is dropped, on any thread.
pub(crate) struct Pass {
    shard: &'static Shard,
    generation: usize,
}

impl Drop for Pass {
    #[inline]
    fn drop(&mut self) {
        // Release: a thread that sees the count at zero sees what was done under the pass.
        let before = self.shard.word(self.generation).fetch_sub(ONE, Ordering::Release);
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
/// are some more than that: then two busy threads rarely share one.
fn shard_count() -> usize {
    static COUNT: OnceLock<usize> = OnceLock::new();
    *COUNT.get_or_init(|| {
        let processors = thread::available_parallelism().map_or(1, |processors| processors.get());
        processors.next_power_of_two().clamp(8, 64)
    })
}
