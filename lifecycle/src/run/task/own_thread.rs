//! Code that blocks, on a thread of its own: one that is stuck must not hold up the runtime's end, as one of the
//! runtime's pool would.

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::run::task::poll::{Body, Drove, drive};
use crate::run::task::unit::Unit;
use crate::sys::park::block_on;

/// Runs the body to its end on a thread of that name. Dropped, it leaves the thread behind.
///
/// The thread is in the context of the runtime, so that the body can spawn and use timers, but not inside of its
/// `block_on`: there tokio would refuse any other `block_on`, and code that blocks is often a wrapper of one.
pub(crate) async fn drive_on_own_thread<T: Send + 'static>(
    name: String,
    unit: Unit,
    body: Body<T>,
) -> std::io::Result<Drove<T>> {
    let (done, drove) = oneshot::channel();
    unit.pulse.runs_on_own_thread();
    let runtime = Handle::current();
    std::thread::Builder::new().name(name).spawn(move || {
        let _context = runtime.enter();
        // The receiver is gone if the thread was left behind.
        let _ = done.send(block_on(drive(&unit, body, None)));
    })?;
    Ok(drove.await.unwrap_or(Drove::Cancelled))
}
