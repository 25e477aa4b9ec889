//! The children of a scope: none outlives it.

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::sys::locks::lock;

/// A scope; dropped, it aborts those of its children that still run.
#[derive(Debug, Default)]
pub(crate) struct Nursery {
    pub(crate) state: Arc<NurseryState>,
}

#[derive(Debug)]
pub(crate) struct NurseryState {
    handles: Mutex<Handles>,
    running: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Handles {
    handles: Vec<AbortHandle>,
    closed: bool,
}

impl Default for NurseryState {
    fn default() -> Self {
        Self { handles: Mutex::default(), running: watch::Sender::new(0) }
    }
}

impl Nursery {
    /// Waits until no child runs. Cancel safe.
    pub(crate) async fn until_empty(&self) {
        let mut running = self.state.running.subscribe();
        // The sender is here: it cannot be gone.
        let _ = running.wait_for(|running| *running == 0).await;
    }
}

impl Drop for Nursery {
    fn drop(&mut self) {
        let mut handles = self.state.handles();
        handles.closed = true;
        let left = std::mem::take(&mut handles.handles);
        drop(handles);
        left.iter().for_each(AbortHandle::abort);
    }
}

impl NurseryState {
    fn handles(&self) -> MutexGuard<'_, Handles> {
        lock(&self.handles)
    }

    /// One more child, until its seat is dropped.
    pub(crate) fn seat(self: &Arc<Self>) -> Seat {
        self.running.send_modify(|running| *running += 1);
        Seat(self.clone())
    }

    /// Its handle. A clone of the scope's `Tasks` may have outlived the scope: what it spawns is dropped at once.
    pub(crate) fn keep(&self, handle: AbortHandle) {
        let mut handles = self.handles();
        if handles.closed {
            handle.abort();
            return;
        }
        if handles.handles.len() == handles.handles.capacity() {
            handles.handles.retain(|handle| !handle.is_finished());
        }
        handles.handles.push(handle);
    }
}

/// A child's place in the scope.
#[derive(Debug)]
pub(crate) struct Seat(Arc<NurseryState>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.running.send_modify(|running| *running -= 1);
    }
}
