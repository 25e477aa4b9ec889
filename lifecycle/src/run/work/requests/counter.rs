//! Counting under a name without a reference to the App: a service that is cloned for each request would otherwise count
//! one more reference for each.

use std::sync::{Arc, Mutex, Weak};

use crate::run::work::gate;
use crate::sys::locks::lock;

use super::{InFlight, Inner, Requests};

/// Where requests begin under a name, as long as there is the App. It costs nothing to copy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counter {
    gates: u64,
    name: &'static str,
}

/// The Apps that there are, by the numbers of their gates: few.
static APPS: Mutex<Vec<(u64, Weak<Inner>)>> = Mutex::new(Vec::new());

impl Counter {
    pub(crate) fn name(self, name: &'static str) -> Counter {
        Counter { name, ..self }
    }

    /// Begins a request as [`Requests::try_begin`] does. `None` too if the App is gone: then nothing would wait for it.
    #[inline]
    pub(crate) fn try_begin(self) -> Option<InFlight> {
        let pass = gate::enter_again(self.gates, self.name).map(InFlight::new);
        pass.or_else(|| self.try_begin_anew())
    }

    #[cold]
    #[inline(never)]
    fn try_begin_anew(self) -> Option<InFlight> {
        let inner = lock(&APPS).iter().find(|(gates, _)| *gates == self.gates)?.1.upgrade()?;
        Requests { inner }.try_begin(self.name)
    }
}

impl Requests {
    pub(crate) fn counter(&self, name: &'static str) -> Counter {
        let gates = self.inner.gates.number();
        let mut apps = lock(&APPS);
        if !apps.iter().any(|(known, _)| *known == gates) {
            apps.push((gates, Arc::downgrade(&self.inner)));
        }
        Counter { gates, name }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let gates = self.gates.number();
        lock(&APPS).retain(|(known, _)| *known != gates);
    }
}
