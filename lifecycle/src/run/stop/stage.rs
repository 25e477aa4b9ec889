//! Which phase runs, until when, and by which budget.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::decide::Moment;
use crate::words::phase::Phase;
use crate::words::reason::State;
use crate::words::settings::Budget;

use super::moment::AtomicMoment;

#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) budget: Budget,
    phase: AtomicU8,
    phase_ends: AtomicMoment,
    /// Of the App, as a number.
    state: AtomicU8,
}

const NO_PHASE: u8 = u8::MAX;
const STATES: [State; 7] = [
    State::Initializing,
    State::Starting,
    State::Running,
    State::Draining,
    State::Stopping,
    State::Stopped,
    State::Failed,
];

impl Stage {
    pub(super) fn new(budget: Budget) -> Self {
        Self {
            budget,
            phase: AtomicU8::new(NO_PHASE),
            phase_ends: AtomicMoment::default(),
            state: AtomicU8::new(State::Initializing as u8),
        }
    }

    /// The phase that the coordinator has entered.
    pub(super) fn entered(&self) -> Option<Phase> {
        Phase::ALL.get(usize::from(self.phase.load(Ordering::Acquire))).copied()
    }

    pub(super) fn ends(&self) -> Option<Moment> {
        self.phase_ends.get()
    }

    pub(crate) fn first_phase(&self) -> Phase {
        let announces = !self.budget.share(Phase::Announce).planned.is_zero();
        if announces { Phase::Announce } else { Phase::StopNewWork }
    }

    pub(crate) fn enter(&self, phase: Phase, ends: Moment) {
        self.phase_ends.set(Some(ends));
        self.phase.store(phase as u8, Ordering::Release);
    }

    pub(crate) fn set_state(&self, state: State) {
        self.state.store(state as u8, Ordering::Release);
    }

    pub(crate) fn is(&self, state: State) -> bool {
        self.state() == state
    }

    pub(crate) fn state(&self) -> State {
        let state = self.state.load(Ordering::Acquire);
        STATES.into_iter().find(|known| *known as u8 == state).unwrap_or(State::Initializing)
    }

    pub(super) fn clear(&self) {
        self.phase.store(NO_PHASE, Ordering::Release);
        self.phase_ends.set(None);
    }
}
