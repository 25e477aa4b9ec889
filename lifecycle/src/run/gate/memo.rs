//! What a thread remembers of its last ways in: with the same gates in the same state and under the same name it is
//! the same shard.

use std::cell::Cell;
use std::ptr;

use super::shards::Shard;
use super::state::State;

/// How many ways in a thread remembers: a program has a handful of names.
const MEMOS: usize = 4;

#[derive(Clone, Copy)]
struct Memo {
    /// Of open gates, which no other gates have, and these only as long as the generation is present: there is no
    /// way for what is remembered to be out of date.
    state: State,
    name: &'static str,
    shard: &'static Shard,
}

/// Stands where nothing is remembered.
static NOWHERE: Shard = Shard::new();

const NOTHING: Memo = Memo { state: State::NONE, name: "", shard: &NOWHERE };

// Without destructors, so that they can be used from the destructors of other thread-locals too.
thread_local! {
    static MEMO: [Cell<Memo>; MEMOS] = const { [const { Cell::new(NOTHING) }; MEMOS] };
    static OLDEST: Cell<usize> = const { Cell::new(0) };
}

/// The shard in which this thread entered by that name, if it remembers it and the gates are in the same state.
#[inline]
pub(super) fn recall(state: State, name: &'static str) -> Option<&'static Shard> {
    MEMO.with(|memos| {
        // Mostly it is the very same literal, and its address tells that sooner than its text.
        let is_it = |memo: &Memo| memo.state == state && ptr::eq(memo.name, name);
        memos.iter().map(Cell::get).find(is_it).map(|memo| memo.shard)
    })
}

/// In the place of the one that was kept first.
pub(super) fn keep(state: State, name: &'static str, shard: &'static Shard) {
    let oldest = OLDEST.get();
    OLDEST.set((oldest + 1) % MEMOS);
    MEMO.with(|memos| memos[oldest].set(Memo { state, name, shard }));
}
