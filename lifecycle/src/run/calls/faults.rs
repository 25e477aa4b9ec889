//! Panics of user code that belongs to no component: caught, said once, counted.

use std::fmt;
use std::sync::{Mutex, OnceLock};

use crate::sys::locks::lock;
use crate::sys::panics;

/// Panics so far.
#[derive(Default)]
pub(crate) struct Faults {
    panics: Mutex<Panics>,
    say: OnceLock<Box<dyn Fn(String) + Send + Sync>>,
}

#[derive(Debug, Default)]
struct Panics {
    count: usize,
    first: Option<String>,
}

impl Faults {
    pub(super) fn say_by(&self, say: impl Fn(String) + Send + Sync + 'static) {
        let _ = self.say.set(Box::new(say));
    }

    /// Makes a call of user code, after which ours goes on in any case. `what` it is, for the message.
    pub(super) fn guard(&self, what: &str, call: impl FnOnce()) {
        let Err(panic) = panics::catch(call) else { return };
        let first = format!("{what} {panic}");
        let is_first = {
            let mut panics = lock(&self.panics);
            panics.count += 1;
            let is_first = panics.first.is_none();
            panics.first.get_or_insert_with(|| first.clone());
            is_first
        };
        if let Some(say) = self.say.get().filter(|_| is_first) {
            say(format!("lifecycle: {first}; it was caught, and the program goes on"));
        }
    }

    /// How often, and what the first said.
    pub(super) fn note(&self) -> Option<String> {
        let panics = lock(&self.panics);
        let first = panics.first.as_ref()?;
        Some(match panics.count {
            1 => first.clone(),
            count => format!("{first} (the first of {count} panics outside of components)"),
        })
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").field("panics", &self.panics).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_panic_is_caught_said_once_and_counted() {
        let (faults, said) = (Faults::default(), Arc::new(AtomicUsize::new(0)));
        let heard = said.clone();
        faults.say_by(move |_| {
            heard.fetch_add(1, Ordering::SeqCst);
        });
        assert_eq!(faults.note(), None);
        faults.guard("a waker", || ());
        faults.guard("a waker", || panic!("no more"));
        let note = faults.note().unwrap();
        assert!(note.starts_with("a waker panicked") && note.ends_with("no more"), "{note}");
        faults.guard("a recorder", || panic!("nor this"));
        assert!(faults.note().unwrap().ends_with("no more (the first of 2 panics outside of components)"));
        assert_eq!(said.load(Ordering::SeqCst), 1);
    }
}
