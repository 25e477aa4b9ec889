//! Whether shutdown was asked for, in a word that is never freed.
//!
//! A caller that asks only for that, once for each request, needs no reference to the App: a [`Mark`] remembers the word,
//! and which App had it. Words come from a pool of the process and go back to it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::sys::locks::lock;

/// The lowest bit says it; above it stands how many Apps have had the word before.
const TENANT_AT: u32 = 1;

/// Words that no App has.
static POOL: Mutex<Vec<&'static AtomicU64>> = Mutex::new(Vec::new());

/// An App's word. It goes back to the pool with the App; marks of it notice that.
#[derive(Debug)]
pub(super) struct Announced(Mark);

impl Announced {
    pub(super) fn new() -> Announced {
        let pooled = lock(&POOL).pop();
        let word = pooled.unwrap_or_else(|| Box::leak(Box::new(AtomicU64::new(0))));
        Announced(Mark { word, tenant: word.load(Ordering::Relaxed) >> TENANT_AT })
    }

    pub(super) fn mark(&self) -> Mark {
        self.0
    }

    pub(super) fn set(&self, is_announced: bool) {
        let Mark { word, tenant } = self.0;
        word.store(tenant << TENANT_AT | u64::from(is_announced), Ordering::SeqCst);
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        let Mark { word, tenant } = self.0;
        word.store((tenant + 1) << TENANT_AT, Ordering::SeqCst);
        lock(&POOL).push(word);
    }
}

/// Where an App says whether shutdown was requested, for as long as it lives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    word: &'static AtomicU64,
    tenant: u64,
}

impl Mark {
    /// Whether shutdown was asked for; of an App that is gone it always was.
    #[inline]
    pub(crate) fn is_announced(self) -> bool {
        self.word.load(Ordering::Acquire) != self.tenant << TENANT_AT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_tells_what_is_announced_and_knows_that_the_app_is_gone() {
        let announced = Announced::new();
        let mark = announced.mark();
        assert!(!mark.is_announced());
        announced.set(true);
        assert!(mark.is_announced());
        announced.set(false);
        assert!(!mark.is_announced());
        drop(announced);
        // Another App has the word now.
        let others: Vec<_> = (0..200).map(|_| Announced::new()).collect();
        assert!(others.iter().all(|other| !other.mark().is_announced()));
        assert!(mark.is_announced());
    }

    #[test]
    fn a_word_begins_with_nothing_announced_whatever_was_there_before() {
        for _ in 0..200 {
            Announced::new().set(true);
            assert!(!Announced::new().mark().is_announced());
        }
    }
}
