//! What a thread has to know to enter, in one number.

use std::sync::atomic::{AtomicU64, Ordering};

use super::ages::GENERATIONS;

/// The present generation, and whether the gates are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(u64);

const CLOSED: u64 = 1;
const GENERATION_AT: u32 = 1;

impl State {
    pub(super) fn new(generation: usize, is_closed: bool) -> State {
        State((generation as u64) << GENERATION_AT | u64::from(is_closed))
    }

    #[inline]
    pub(super) fn generation(self) -> usize {
        (self.0 >> GENERATION_AT) as usize % GENERATIONS
    }

    #[inline]
    pub(super) fn is_closed(self) -> bool {
        self.0 & CLOSED != 0
    }
}

/// The state of some gates.
#[derive(Debug)]
pub(super) struct StateCell(AtomicU64);

impl StateCell {
    pub(super) fn new(state: State) -> StateCell {
        StateCell(AtomicU64::new(state.0))
    }

    pub(super) fn get(&self) -> State {
        State(self.0.load(Ordering::Acquire))
    }

    /// Only under the lock of the gates.
    pub(super) fn set(&self, state: State) {
        self.0.store(state.0, Ordering::Release);
    }
}
