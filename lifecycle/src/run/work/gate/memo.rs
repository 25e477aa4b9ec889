//! What a thread remembers of its last entries: through the same gates and under the same name it is the same shard, and
//! mostly the same generation.

use std::cell::Cell;
use std::ptr;

use super::shards::Shard;

/// How many entries a thread remembers: a program has a handful of names.
const MEMOS: usize = 4;

/// It may be out of date: the generation has ended, or the gates are closed or gone. Adding to the word tells: it is closed,
/// or the shard belongs to other gates.
#[derive(Clone, Copy)]
struct Memo {
    /// No two gates have the same.
    gates: u64,
    name: &'static str,
    /// `None` where nothing is remembered. (A constant must not refer to a static with interior mutability: rustc 1.85
    /// refuses it.)
    shard: Option<&'static Shard>,
    generation: usize,
}

/// No gates have the number zero.
const NOTHING: Memo = Memo { gates: 0, name: "", shard: None, generation: 0 };

// Without destructors, so that they can be used from the destructors of other thread-locals too.
thread_local! {
    static MEMO: [Cell<Memo>; MEMOS] = const { [const { Cell::new(NOTHING) }; MEMOS] };
    static OLDEST: Cell<usize> = const { Cell::new(0) };
}

impl Memo {
    #[inline]
    fn is_of(&self, gates: u64, name: &'static str) -> bool {
        // Mostly it is the same literal; any other falls through to the slow path.
        self.gates == gates && ptr::eq(self.name, name)
    }
}

/// The shard and the generation in which this thread last entered these gates by that name, if it remembers them.
#[inline]
pub(super) fn recall(gates: u64, name: &'static str) -> Option<(&'static Shard, usize)> {
    MEMO.with(|memos| {
        let memo = memos.iter().map(Cell::get).find(|memo| memo.is_of(gates, name))?;
        Some((memo.shard?, memo.generation))
    })
}

/// In its old place, or else in a free one, or else in that of the oldest.
pub(super) fn keep(gates: u64, name: &'static str, shard: &'static Shard, generation: usize) {
    MEMO.with(|memos| {
        let place = |is_it: &dyn Fn(Memo) -> bool| memos.iter().position(|memo| is_it(memo.get()));
        let at = place(&|memo| memo.is_of(gates, name)).or_else(|| place(&|memo| memo.gates == 0));
        let at = at.unwrap_or_else(|| OLDEST.replace((OLDEST.get() + 1) % MEMOS));
        memos[at].set(Memo { gates, name, shard: Some(shard), generation });
    });
}

/// It is out of date. What comes next reads the state before it adds, so that a storm of refusals does not keep the count
/// above zero.
pub(super) fn forget(gates: u64, name: &'static str) {
    MEMO.with(|memos| memos.iter().filter(|memo| memo.get().is_of(gates, name)).for_each(|memo| memo.set(NOTHING)));
}
