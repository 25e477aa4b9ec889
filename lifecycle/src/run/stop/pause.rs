//! Whether a task is paused: how its group is stopped and started while the App runs.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::run::calls::Calls;
use crate::run::calls::waiters::Bell;
use crate::sys::locks::lock;

/// The pause of one task: asked for by its group, carried out by the task's runner.
#[derive(Debug)]
pub(crate) struct Pause {
    requested: AtomicBool,
    state: Mutex<RunState>,
    changed: Bell,
}

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunState {
    Running,
    /// Its runner waits to be resumed; no code of the task runs.
    Paused,
    /// It does not come back, and its children have ended too.
    Ended,
}

impl Default for Pause {
    fn default() -> Self {
        Self { requested: AtomicBool::new(false), state: Mutex::new(RunState::Running), changed: Bell::default() }
    }
}

impl Pause {
    /// Whether the task is to pause.
    pub(crate) fn is_requested(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    /// Says whether it is to pause. `true`: that is new.
    pub(crate) fn request(&self, pause: bool) -> bool {
        self.requested.swap(pause, Ordering::SeqCst) != pause
    }

    pub(crate) fn state(&self) -> RunState {
        *lock(&self.state)
    }

    /// Its waiters are woken by way of the calls: they are what stops or starts the group.
    pub(crate) fn set(&self, state: RunState, calls: &Calls) {
        *lock(&self.state) = state;
        self.changed.ring(calls);
    }

    /// Waits until its state is one of those wanted. Cancel safe.
    pub(crate) async fn until(&self, is_wanted: impl Fn(RunState) -> bool) -> RunState {
        self.changed.until(|| Some(self.state()).filter(|state| is_wanted(*state))).await
    }
}
