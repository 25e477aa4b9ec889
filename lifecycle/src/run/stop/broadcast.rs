//! What the whole App is told: each flag goes to every component, to those that come later too.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::run::work::requests::Requests;
use crate::sys::locks::lock;

use super::flags::{Flag, Flags};

#[derive(Debug)]
pub(crate) struct Broadcast {
    raised: AtomicU8,
    listeners: Mutex<Vec<Weak<Flags>>>,
    /// What handles hear that belong to no component.
    pub(crate) outside: Arc<Flags>,
    #[cfg(feature = "tower")]
    requests: Requests,
}

impl Broadcast {
    #[cfg_attr(not(feature = "tower"), allow(unused_variables, reason = "only servers ask the requests for it"))]
    pub(super) fn new(requests: &Requests) -> Self {
        let outside = Arc::new(Flags::new(0));
        Self {
            raised: AtomicU8::new(0),
            listeners: Mutex::new(vec![Arc::downgrade(&outside)]),
            outside,
            #[cfg(feature = "tower")]
            requests: requests.clone(),
        }
    }

    /// Flags that are raised with all others from now on. Those that are raised already are so in these too.
    pub(crate) fn listen(&self) -> Arc<Flags> {
        let mut listeners = lock(&self.listeners);
        let flags = Arc::new(Flags::new(self.raised.load(Ordering::SeqCst)));
        if listeners.len() == listeners.capacity() {
            listeners.retain(|flags| flags.strong_count() > 0);
        }
        listeners.push(Arc::downgrade(&flags));
        flags
    }

    /// Whether the App itself is that far, whatever a component was told.
    pub(crate) fn has(&self, flag: Flag) -> bool {
        self.raised.load(Ordering::SeqCst) & flag as u8 != 0
    }

    /// Takes a component's flags back, unless the App itself has begun to stop. Under the lock under which it begins.
    pub(crate) fn lower(&self, flags: &Flags) -> bool {
        let _listeners = lock(&self.listeners);
        let may = self.raised.load(Ordering::SeqCst) == 0;
        if may {
            flags.lower();
        }
        may
    }

    /// Takes back what was raised. What a component's group was told stands.
    pub(super) fn clear(&self) {
        let listeners = lock(&self.listeners);
        self.raised.store(0, Ordering::SeqCst);
        #[cfg(feature = "tower")]
        self.requests.announce(false);
        listeners.iter().filter_map(Weak::upgrade).for_each(|flags| flags.called_off());
    }

    pub(crate) fn raise(&self, flag: Flag) {
        let listeners: Vec<_> = {
            let listeners = lock(&self.listeners);
            let bits = if flag == Flag::Draining { Flag::Draining as u8 | Flag::Requested as u8 } else { flag as u8 };
            if self.raised.fetch_or(bits, Ordering::SeqCst) & bits == bits {
                return;
            }
            #[cfg(feature = "tower")]
            self.requests.announce(true);
            listeners.iter().filter_map(Weak::upgrade).collect()
        };
        listeners.iter().for_each(|flags| flags.raise(flag));
    }
}
