//! The tokens that a component was given. To cancel one wakes all who wait for it, and to ask it anything may wait for that:
//! so no thread of the library's touches them but those that may block.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio_util::sync::CancellationToken;

use crate::sys::locks::lock;

use super::flags::Flag;

#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// For which flags there is one.
    given: AtomicU8,
    draining: Mutex<Option<CancellationToken>>,
    cancelled: Mutex<Option<CancellationToken>>,
}

impl Tokens {
    fn of(&self, flag: Flag) -> &Mutex<Option<CancellationToken>> {
        if flag == Flag::Cancelled { &self.cancelled } else { &self.draining }
    }

    pub(super) fn has_given(&self, flag: Flag) -> bool {
        self.given.load(Ordering::SeqCst) & flag as u8 != 0
    }

    /// The token of that flag; a new one if it was cancelled in an earlier shutdown.
    pub(super) fn give(&self, flag: Flag, is_up: bool) -> CancellationToken {
        let token = {
            let mut token = lock(self.of(flag));
            if !is_up && token.as_ref().is_some_and(CancellationToken::is_cancelled) {
                *token = None;
            }
            token.get_or_insert_with(CancellationToken::new).clone()
        };
        self.given.fetch_or(flag as u8, Ordering::SeqCst);
        token
    }

    pub(super) fn cancel(&self, flag: Flag) {
        let token = lock(self.of(flag)).clone();
        if let Some(token) = token {
            token.cancel();
        }
    }
}
