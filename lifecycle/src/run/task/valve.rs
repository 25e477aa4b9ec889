//! Whether a task is to run, and whether it does: by this its group is stopped and started while the App runs.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

#[derive(Debug)]
pub(crate) struct Valve {
    shut: AtomicBool,
    changed: watch::Sender<Standing>,
}

/// What a task does, as far as its valve is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Running,
    /// It waits at the valve, and nothing of it runs.
    Held,
    /// It will not come back, and its children have ended too.
    Over,
}

impl Default for Valve {
    fn default() -> Self {
        Self { shut: AtomicBool::new(false), changed: watch::Sender::new(Standing::Running) }
    }
}

impl Valve {
    /// Whether the task is to be held.
    pub(crate) fn is_shut(&self) -> bool {
        self.shut.load(Ordering::SeqCst)
    }

    /// Says whether it is to be held, and whether that is new.
    pub(crate) fn shut(&self, shut: bool) -> bool {
        self.shut.swap(shut, Ordering::SeqCst) != shut
    }

    pub(crate) fn standing(&self) -> Standing {
        *self.changed.borrow()
    }

    pub(crate) fn set(&self, standing: Standing) {
        self.changed.send_replace(standing);
    }

    /// Waits until it no longer runs, or does so again. Cancel safe.
    pub(crate) async fn until(&self, is_so: impl FnMut(&Standing) -> bool) -> Standing {
        let mut changed = self.changed.subscribe();
        // The sender is here: it cannot be gone.
        changed.wait_for(is_so).await.map_or(Standing::Over, |standing| *standing)
    }
}
