//! Wakes the coordinator, and all that wait for the shutdown, when the guard says so. The guard wakes no task itself: to wake
//! a task is to call what its runtime, or the user, has made of it.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::Builder;

use crate::decide::Event;
use crate::run::stop::control::Control;
use crate::sys::panics;

/// What the guard has done, or has seen.
#[derive(Clone, Copy, Debug)]
enum Call {
    /// The request is made.
    Requested,
    /// It is forced.
    Forced,
    /// The coordinator's timer is late.
    Late,
}

/// The way to the thread, which ends with it. No user's waker keeps it: those are woken by others still.
#[derive(Debug)]
pub(super) struct Relay(Sender<Call>);

impl Relay {
    pub(super) fn start(control: Arc<Control>) -> io::Result<Self> {
        let (sender, calls) = channel();
        Builder::new().name("lifecycle-relay".to_owned()).spawn(move || {
            for call in calls {
                // The coordinator first. A panic is its own, and is told there.
                let _ = panics::catch(|| match call {
                    Call::Requested => control.tell(),
                    Call::Forced => control.send(Event::Force),
                    Call::Late => control.send(Event::Tick),
                });
            }
        })?;
        Ok(Self(sender))
    }

    pub(super) fn requested(&self) {
        self.call(Call::Requested);
    }

    pub(super) fn forced(&self) {
        self.call(Call::Forced);
    }

    pub(super) fn late(&self) {
        self.call(Call::Late);
    }

    fn call(&self, call: Call) {
        // The thread lives as long as this does.
        let _ = self.0.send(call);
    }
}
