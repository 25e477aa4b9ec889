//! Code that blocks, on a thread of its own: one that is stuck must not hold up the runtime's end, as one of the
//! runtime's pool would.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::run::process::thread_number::ThreadNumber;
use crate::run::stop::flags::{Flag, Flags};
use crate::run::task::main_thread::MainThread;
use crate::run::task::poll::{Body, Drove, drive};
use crate::run::task::unit::Unit;
use crate::sys::park::block_on;

/// How often it is looked whether a cancelled body waits for input. Two looks in a row are enough: what comes back
/// from a read in between goes on by itself, and hears that it is cancelled.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A body on its way, on its thread.
pub(crate) struct OwnThread<T> {
    drove: oneshot::Receiver<Drove<T>>,
    number: Arc<OnceLock<ThreadNumber>>,
}

impl<T: Send + 'static> OwnThread<T> {
    /// Runs the body on the main thread, if one is given, or on one of its own that has its name.
    ///
    /// The thread is in the context of the runtime, so that the body can spawn and use timers, but not inside of its
    /// `block_on`: there tokio would refuse any other `block_on`, and code that blocks is often a wrapper of one.
    pub(crate) fn start(main_thread: Option<&MainThread>, unit: Unit, body: Body<T>) -> std::io::Result<Self> {
        let (done, drove) = oneshot::channel();
        let number = Arc::new(OnceLock::new());
        let tell_number = number.clone();
        unit.pulse.runs_on_own_thread();
        let (runtime, name) = (Handle::current(), unit.name.to_string());
        let run = move || {
            let _ = tell_number.set(ThreadNumber::current());
            let _context = runtime.enter();
            // The receiver is gone if the thread was left behind.
            let _ = done.send(block_on(drive(&unit, body, None)));
        };
        match main_thread {
            Some(main_thread) => main_thread.run(Box::new(run))?,
            None => drop(std::thread::Builder::new().name(name).spawn(run)?),
        }
        Ok(Self { drove, number })
    }

    /// Waits for its end, but not for that of a body that waits for input once its turn to be cancelled has come: that may
    /// take for ever, and nothing is lost with it. Dropped, it leaves the thread behind.
    pub(crate) async fn end(mut self, flags: &Flags) -> Drove<T> {
        let number = self.number;
        let mut waits_for_input = pin!(waits_for_input(flags, &number));
        poll_fn(|context| match Pin::new(&mut self.drove).poll(context) {
            Poll::Ready(drove) => Poll::Ready(drove.unwrap_or(Drove::Cancelled)),
            Poll::Pending => waits_for_input.as_mut().poll(context).map(|()| Drove::WaitsForInput),
        })
        .await
    }
}

async fn waits_for_input(flags: &Flags, number: &OnceLock<ThreadNumber>) {
    flags.wait_silently(Flag::Cancelled).await;
    let mut looks = 0;
    while looks < 2 {
        // One whose group is stopped runs again: a second reader beside it would get a part of the input only.
        let waits = flags.app_has(Flag::Cancelled) && number.get().is_some_and(|number| number.waits_for_input());
        looks = if waits { looks + 1 } else { 0 };
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
