//! Code that blocks, on a thread of its own: one that is stuck must not hold up the runtime's end, as one of the
//! runtime's pool would.

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::run::task::poll::{Body, Drove, drive};
use crate::run::task::unit::Unit;

/// Runs the body to its end on a thread of that name. Dropped, it leaves the thread behind.
pub(crate) async fn drive_on_own_thread<T: Send + 'static>(
    name: String,
    unit: Unit,
    body: Body<T>,
) -> std::io::Result<Drove<T>> {
    let (done, drove) = oneshot::channel();
    unit.pulse.runs_on_own_thread();
    let runtime = Handle::current();
    std::thread::Builder::new().name(name).spawn(move || {
        // Nobody waits for it any more if this fails.
        let _ = done.send(runtime.block_on(drive(&unit, body, None)));
    })?;
    Ok(drove.await.unwrap_or(Drove::Cancelled))
}
