//! A watch channel whose receivers keep their registration from one poll to the next.
//!
//! tokio's `watch` does not fit here. Each of its receivers registers anew for each wait, and its `changed` takes part
//! in cooperative scheduling: when the task's budget is used up, a poll of it registers nothing. A connection is
//! polled for every piece of data, so it must be able to tell cheaply that it is registered already, and a poll that
//! returns `Pending` must have registered.
//!
//! This file uses nothing but what `super::sync` provides, so that `tests/models` can compile it with the types of a
//! model checker.

use std::task::{Context, Poll, Waker};

use super::sync::{Arc, AtomicU64, Mutex, Ordering, lock};

/// Version of a channel that has lost its sender.
const CLOSED: u64 = u64::MAX;

/// Sets the value. When it is dropped, receivers hear that too.
#[derive(Debug)]
pub(super) struct Sender<T> {
    shared: Arc<Shared<T>>,
}

/// Sees the newest value, and whether it is new. A clone has seen what the original has.
#[derive(Debug)]
pub(super) struct Receiver<T> {
    shared: Arc<Shared<T>>,
    seen: u64,
    registration: Option<Registration>,
}

#[derive(Debug)]
struct Registration {
    slot: usize,
    /// What stands in the slot; `None` once the sender has taken it.
    waker: Option<Waker>,
}

#[derive(Debug)]
struct Shared<T> {
    /// Changes under the lock only. It is read without the lock to find out that nothing has changed.
    version: AtomicU64,
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    value: T,
    /// A receiver keeps its slot until it is dropped; `None` once its waker has been taken.
    wakers: Vec<Option<Waker>>,
    free: Vec<usize>,
}

impl<T: Copy> Sender<T> {
    pub(super) fn new(value: T) -> Self {
        let state = State { value, wakers: Vec::new(), free: Vec::new() };
        Self { shared: Arc::new(Shared { version: AtomicU64::new(0), state: Mutex::new(state) }) }
    }

    /// A receiver that has seen the present value.
    pub(super) fn subscribe(&self) -> Receiver<T> {
        // Only the sender changes the version, so it cannot change meanwhile.
        let seen = self.shared.version.load(Ordering::Relaxed);
        Receiver { shared: self.shared.clone(), seen, registration: None }
    }

    /// Sets the value and wakes all receivers.
    pub(super) fn send(&mut self, value: T) {
        let next = self.shared.version.load(Ordering::Relaxed) + 1;
        self.shared.publish(next, |state| state.value = value);
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.shared.publish(CLOSED, |_| {});
    }
}

impl<T> Shared<T> {
    /// Makes the change and its version visible at once, then wakes. A receiver registers under the same lock: either
    /// it sees the new version there, or its waker is among those that are taken here.
    fn publish(&self, version: u64, change: impl FnOnce(&mut State<T>)) {
        let wakers: Vec<Waker> = {
            let mut state = lock(&self.state);
            change(&mut state);
            self.version.store(version, Ordering::Release);
            state.wakers.iter_mut().filter_map(Option::take).collect()
        };
        // Not under the lock: a waker may run code of a foreign executor.
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl<T: Copy> Receiver<T> {
    /// The newest value. It does not count as seen.
    pub(super) fn get(&self) -> T {
        lock(&self.shared.state).value
    }

    /// The newest value once there is one that this receiver has not seen; `None` once the sender is gone.
    ///
    /// When it is pending, the context's waker will be woken at the next change. Called again with the same waker it
    /// costs one atomic load.
    pub(super) fn poll_changed(&mut self, context: &Context<'_>) -> Poll<Option<T>> {
        if self.is_registered(context.waker()) && self.shared.version.load(Ordering::Acquire) == self.seen {
            return Poll::Pending;
        }
        let mut state = lock(&self.shared.state);
        let version = self.shared.version.load(Ordering::Relaxed);
        if version == CLOSED {
            return Poll::Ready(None);
        }
        if version != self.seen {
            self.seen = version;
            let value = state.value;
            drop(state);
            if let Some(registration) = &mut self.registration {
                registration.waker = None;
            }
            return Poll::Ready(Some(value));
        }
        let slot = self.registration.as_ref().map_or_else(|| state.take_slot(), |registration| registration.slot);
        let replaced = state.wakers[slot].replace(context.waker().clone());
        drop(state);
        // Neither of the old wakers is dropped under the lock.
        drop(replaced);
        self.registration = Some(Registration { slot, waker: Some(context.waker().clone()) });
        Poll::Pending
    }

    fn is_registered(&self, waker: &Waker) -> bool {
        let registered = self.registration.as_ref().and_then(|registration| registration.waker.as_ref());
        registered.is_some_and(|registered| registered.will_wake(waker))
    }
}

impl<T> State<T> {
    fn take_slot(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.wakers.push(None);
            self.wakers.len() - 1
        })
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), seen: self.seen, registration: None }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let Some(Registration { slot, .. }) = self.registration else { return };
        let mut state = lock(&self.shared.state);
        let waker = state.wakers[slot].take();
        state.free.push(slot);
        drop(state);
        drop(waker);
    }
}
