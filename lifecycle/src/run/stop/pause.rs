//! Whether a task is paused: how its group is stopped and started while the App runs.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// The pause of one task: asked for by its group, carried out by the task's runner.
#[derive(Debug)]
pub(crate) struct Pause {
    requested: AtomicBool,
    state: watch::Sender<RunState>,
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
        Self { requested: AtomicBool::new(false), state: watch::Sender::new(RunState::Running) }
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
        *self.state.borrow()
    }

    pub(crate) fn set(&self, state: RunState) {
        self.state.send_replace(state);
    }

    /// Waits until its state is one of those wanted. Cancel safe.
    pub(crate) async fn until(&self, is_wanted: impl FnMut(&RunState) -> bool) -> RunState {
        let mut state = self.state.subscribe();
        // The sender is a field of `self`: it is not dropped meanwhile.
        state.wait_for(is_wanted).await.map_or(RunState::Ended, |state| *state)
    }
}
