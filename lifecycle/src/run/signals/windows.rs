//! Console events on Windows, heard through tokio on a thread of their own.
//!
//! The system calls a console handler on a new thread, so there is nothing to block before the handlers stand: an
//! event before that ends the process, as it would without this crate. tokio leaves its handler in place, which
//! passes an event on to the default as long as no listener is there.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::windows;
use tokio::sync::oneshot;

use super::received::{Hangup, Received, Signals};
use super::replaced::Replaced;
use crate::words::reason::Signal;

/// Ends the process now, without destructors.
pub(crate) fn exit_now(code: i32) -> ! {
    std::process::exit(code)
}

/// On Windows there is no mask to change; see the module.
pub(crate) struct Blocked(());

pub(crate) fn block() -> Blocked {
    Blocked(())
}

pub(crate) fn let_through() {}

impl Blocked {
    pub(crate) fn release(self) {}
}

#[derive(Default)]
struct State {
    signals: Signals,
    woken: bool,
}

/// What inbox, wakers and subscriptions share.
#[derive(Default)]
struct Channel {
    state: Mutex<State>,
    bell: Condvar,
}

impl Channel {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) {
        self.state().woken = true;
        self.bell.notify_one();
    }

    fn tell(&self, signal: Signal) {
        self.state().signals.insert(signal);
        self.wake();
    }
}

/// The place where a thread outside any runtime waits for signals and wakes.
pub(crate) struct Inbox(Arc<Channel>);

/// Wakes the thread that waits at an [`Inbox`], or the next wait if none does. From any thread; never fails.
#[derive(Clone)]
pub(crate) struct Waker(Arc<Channel>);

/// An inbox that no signal reaches yet, and its waker.
///
/// # Errors
///
/// None on Windows.
pub(crate) fn inbox() -> io::Result<(Inbox, Waker)> {
    let channel = Arc::new(Channel::default());
    Ok((Inbox(Arc::clone(&channel)), Waker(channel)))
}

/// A console has a list of handlers: none takes the place of another.
impl Waker {
    pub(crate) fn wake(&self) {
        self.0.wake();
    }

    pub(crate) fn newly_replaced(&self) -> Vec<Replaced> {
        Vec::new()
    }

    pub(crate) fn replaced(&self) -> Vec<Replaced> {
        Vec::new()
    }

    pub(crate) fn handlers(&self) -> Vec<Replaced> {
        Vec::new()
    }
}

impl Inbox {
    /// Blocks until a signal arrives, a waker wakes it, or `timeout` is over (`None`: never).
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> Received {
        let state = self.0.state();
        let mut state = match timeout {
            None => {
                let waited = self.0.bell.wait_while(state, |state| !state.woken);
                waited.unwrap_or_else(PoisonError::into_inner)
            }
            Some(timeout) => {
                let waited = self.0.bell.wait_timeout_while(state, timeout, |state| !state.woken);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        state.woken = false;
        Received { signals: std::mem::take(&mut state.signals), hangup: Hangup::Sent }
    }
}

/// Brings signals to one inbox, until it is dropped.
pub(crate) struct Subscription {
    /// Dropped: the listening thread ends.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// From now on signals reach the inbox of `waker`.
///
/// # Errors
///
/// When the thread, its runtime or a handler cannot be had.
pub(crate) fn subscribe(waker: &Waker) -> io::Result<Subscription> {
    let runtime = Builder::new_current_thread().build()?;
    // Here and not on the thread: the handlers stand when this returns.
    listen_to_all(&runtime, &waker.0)?;
    let (stop, stopped) = oneshot::channel();
    let thread = thread::Builder::new().name("lifecycle-signals".into()).spawn(move || {
        // The end of the sender is what is waited for.
        let _ = runtime.block_on(stopped);
    })?;
    Ok(Subscription { stop: Some(stop), thread: Some(thread) })
}

fn listen_to_all(runtime: &Runtime, channel: &Arc<Channel>) -> io::Result<()> {
    // A macro, because the five listeners are five types without a common trait.
    macro_rules! forward {
        ($listen:path, $signal:expr) => {
            let mut events = $listen()?;
            let channel = Arc::clone(channel);
            runtime.spawn(async move {
                while events.recv().await.is_some() {
                    channel.tell($signal);
                }
            });
        };
    }
    forward!(windows::ctrl_c, Signal::Interrupt);
    forward!(windows::ctrl_break, Signal::CtrlBreak);
    forward!(windows::ctrl_close, Signal::CtrlClose);
    forward!(windows::ctrl_logoff, Signal::CtrlLogoff);
    forward!(windows::ctrl_shutdown, Signal::CtrlShutdown);
    Ok(())
}

impl Drop for Subscription {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It can only have panicked, which has been reported where it happened.
            let _ = thread.join();
        }
    }
}
