//! What a thread remembers of its last ways in: through the same gates and under the same name it is the same shard, and
//! mostly the same generation.

use std::cell::Cell;
use std::ptr;

use super::shards::Shard;

/// How many ways in a thread remembers: a program has a handful of names.
const MEMOS: usize = 4;

/// It may be out of date, if the generation is over, the gates are closed, or they are gone. The word says so to who adds
/// to it: it is closed, or the shard belongs to others.
#[derive(Clone, Copy)]
struct Memo {
    /// No two gates have the same.
    gates: u64,
    name: &'static str,
    shard: &'static Shard,
    generation: usize,
}

/// Stands where nothing is remembered.
static NOWHERE: Shard = Shard::new();

/// No gates have the number zero.
const NOTHING: Memo = Memo { gates: 0, name: "", shard: &NOWHERE, generation: 0 };

// Without destructors, so that they can be used from the destructors of other thread-locals too.
thread_local! {
    static MEMO: [Cell<Memo>; MEMOS] = const { [const { Cell::new(NOTHING) }; MEMOS] };
    static OLDEST: Cell<usize> = const { Cell::new(0) };
}

impl Memo {
    #[inline]
    fn is_of(&self, gates: u64, name: &'static str) -> bool {
        // Mostly it is the very same literal, and its address tells that sooner than its text.
        self.gates == gates && ptr::eq(self.name, name)
    }
}

/// The shard and the generation in which this thread last entered these gates by that name, if it remembers them.
#[inline]
pub(super) fn recall(gates: u64, name: &'static str) -> Option<(&'static Shard, usize)> {
    MEMO.with(|memos| {
        let memo = memos.iter().map(Cell::get).find(|memo| memo.is_of(gates, name))?;
        Some((memo.shard, memo.generation))
    })
}

/// In its old place, or else in a free one, or else in that of the one that was kept first.
pub(super) fn keep(gates: u64, name: &'static str, shard: &'static Shard, generation: usize) {
    MEMO.with(|memos| {
        let place = |is_it: &dyn Fn(Memo) -> bool| memos.iter().position(|memo| is_it(memo.get()));
        let at = place(&|memo| memo.is_of(gates, name)).or_else(|| place(&|memo| memo.gates == 0));
        let at = at.unwrap_or_else(|| OLDEST.replace((OLDEST.get() + 1) % MEMOS));
        memos[at].set(Memo { gates, name, shard, generation });
    });
}

/// It is out of date. Whoever is refused looks before it adds, so that a storm of them does not keep the count above zero.
pub(super) fn forget(gates: u64, name: &'static str) {
    MEMO.with(|memos| memos.iter().filter(|memo| memo.get().is_of(gates, name)).for_each(|memo| memo.set(NOTHING)));
}
