//! Who is told when a flag of the whole App rises: every component, and what waits by a handle that belongs to none.

use std::sync::{Arc, Mutex, Weak};

use crate::run::calls::Calls;
use crate::run::calls::waiters::Bell;
use crate::sys::locks::lock;

use super::flags::{AppFlags, Flags};

#[derive(Debug)]
pub(crate) struct Broadcast {
    /// Subscribers, recorders and wakers are called by way of it.
    pub(crate) calls: Arc<Calls>,
    app: AppFlags,
    listeners: Mutex<Vec<Weak<Flags>>>,
    /// What handles hear that belong to no component.
    pub(crate) outside: Arc<Flags>,
    /// Rings after each step of the coordinator.
    pub(crate) stepped: Bell,
}

impl Broadcast {
    pub(super) fn new(app: AppFlags) -> Self {
        let calls = Calls::new();
        let outside = Arc::new(Flags::new(app.clone(), calls.clone()));
        let listeners = Mutex::new(vec![Arc::downgrade(&outside)]);
        Self { calls, app, listeners, outside, stepped: Bell::default() }
    }

    /// Flags that are raised with all others.
    pub(crate) fn listen(&self) -> Arc<Flags> {
        let flags = Arc::new(Flags::new(self.app.clone(), self.calls.clone()));
        let mut listeners = lock(&self.listeners);
        if listeners.len() == listeners.capacity() {
            listeners.retain(|flags| flags.strong_count() > 0);
        }
        listeners.push(Arc::downgrade(&flags));
        flags
    }

    /// Takes a component's flags back, unless the App itself has begun to stop.
    pub(crate) fn lower(&self, flags: &Flags) -> bool {
        if self.app.is_clear() {
            flags.lower();
        }
        self.app.is_clear()
    }

    /// What the App was told is taken back. What a component's group was told stands.
    pub(super) fn called_off(&self) {
        self.for_each(Flags::called_off);
    }

    /// Wakes all, if a flag of the App has risen and no other thread has done so.
    pub(super) fn wake(&self) {
        if self.app.take_due() {
            self.for_each(Flags::wake_all);
        }
    }

    fn for_each(&self, what: impl Fn(&Flags)) {
        let listeners: Vec<Arc<Flags>> = lock(&self.listeners).iter().filter_map(Weak::upgrade).collect();
        for flags in listeners {
            what(&flags);
            // The component may have ended meanwhile. Its flags hold wakers and tokens, and to drop those is user code.
            if let Some(last) = Arc::into_inner(flags) {
                self.calls.errand(move || drop(last));
            }
        }
    }
}
