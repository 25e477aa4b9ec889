//! What a thread has to know on its way in, in one number.

use std::sync::atomic::{AtomicU64, Ordering};

use super::ages::GENERATIONS;

/// The present generation, whether the gates are closed, and a number that no other state of any gates has had: who
/// finds the state unchanged knows that it is the same gates as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(u64);

const CLOSED: u64 = 1;
const GENERATION_AT: u32 = 1;
const SERIAL_AT: u32 = 8;
const _: () = assert!(GENERATIONS == 1 << (SERIAL_AT - GENERATION_AT));

impl State {
    /// One that no gates are ever in.
    pub(super) const NONE: State = State(0);

    /// A new one. At one a microsecond they would last two thousand years.
    pub(super) fn new(generation: usize, is_closed: bool) -> State {
        static SERIAL: AtomicU64 = AtomicU64::new(1);
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        State(serial << SERIAL_AT | (generation as u64) << GENERATION_AT | u64::from(is_closed))
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

/// The state of some gates, on cache lines of its own: many read it all the time, and next to it counts of references
/// may change as often.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct StateCell(AtomicU64);

impl StateCell {
    pub(super) fn new(state: State) -> StateCell {
        StateCell(AtomicU64::new(state.0))
    }

    #[inline]
    pub(super) fn get(&self) -> State {
        State(self.0.load(Ordering::Acquire))
    }

    /// Only under the lock of the gates.
    pub(super) fn set(&self, state: State) {
        self.0.store(state.0, Ordering::Release);
    }
}
