//! Hearing signals outside any runtime: an [`Inbox`] that a plain thread waits at, a [`Waker`] that wakes it from
//! anywhere, and a [`Subscription`] that brings signals to it.
//!
//! The order in which they are used, as the first things that a program does:
//!
//! 1. [`block`]: from now on a signal stays pending;
//! 2. [`inbox`] and [`subscribe`]: from now on a signal is heard;
//! 3. [`Blocked::release`]: what came in between is heard now. Threads inherit the mask of the thread that starts
//!    them, so this comes before any thread of the runtime is started.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{Blocked, Inbox, Subscription, Waker, block, exit_now, inbox, let_through, subscribe};

mod received;
pub(crate) use received::{Hangup, Received};

pub(crate) mod replaced;
#[cfg(unix)]
mod terminal;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{Blocked, Inbox, Subscription, Waker, block, exit_now, inbox, let_through, subscribe};

#[cfg(all(test, unix))]
mod tests;
