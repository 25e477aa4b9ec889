//! A token that a component was given. To cancel it wakes all who wait for it, and to ask it anything may wait for that: so no
//! thread of the library's touches it but those that may block.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

use crate::sys::locks::lock;

/// The place of the token for one flag.
#[derive(Debug, Default)]
pub(super) struct Token {
    is_given: AtomicBool,
    token: Mutex<Option<CancellationToken>>,
}

impl Token {
    pub(super) fn is_given(&self) -> bool {
        self.is_given.load(Ordering::SeqCst)
    }

    /// The token; a new one if it was cancelled in an earlier shutdown, which is so if the flag is down.
    pub(super) fn give(&self, is_up: bool) -> CancellationToken {
        let token = {
            let mut token = lock(&self.token);
            if !is_up && token.as_ref().is_some_and(CancellationToken::is_cancelled) {
                *token = None;
            }
            token.get_or_insert_with(CancellationToken::new).clone()
        };
        self.is_given.store(true, Ordering::SeqCst);
        token
    }

    pub(super) fn cancel(&self) {
        let token = lock(&self.token).clone();
        if let Some(token) = token {
            token.cancel();
        }
    }
}
