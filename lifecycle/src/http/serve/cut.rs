//! Breaks an upgraded connection off: a handler reads and writes on it by itself, in a task of its own.
//!
//! This file uses nothing but what `super::sync` provides, so that `tests/models` can compile it with the types of a
//! model checker.

use std::task::Waker;

use super::sync::{AtomicBool, Mutex, Ordering, lock};

/// Whether the connection is broken off, and what waits on it.
#[derive(Debug, Default)]
pub(super) struct Cut {
    is_cut: AtomicBool,
    /// At most one task reads and one writes.
    reader: Mutex<Option<Waker>>,
    writer: Mutex<Option<Waker>>,
}

impl Cut {
    /// Breaks it off, and wakes what waits, so that it finds that out.
    pub(super) fn cut(&self) {
        // First the flag and then the wakers, which the one that waits looks at in the other order.
        self.is_cut.store(true, Ordering::SeqCst);
        for waiting in [&self.reader, &self.writer] {
            let waker = lock(waiting).take();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut.load(Ordering::SeqCst)
    }

    /// Whether it is broken off; if not, the reader will be woken when it is.
    pub(super) fn wait_to_read(&self, waker: &Waker) -> bool {
        self.wait(&self.reader, waker)
    }

    /// The same for the writer.
    pub(super) fn wait_to_write(&self, waker: &Waker) -> bool {
        self.wait(&self.writer, waker)
    }

    fn wait(&self, slot: &Mutex<Option<Waker>>, waker: &Waker) -> bool {
        let replaced = lock(slot).replace(waker.clone());
        // Not under the lock: a waker may run code of a foreign executor when it is dropped.
        drop(replaced);
        self.is_cut()
    }
}
