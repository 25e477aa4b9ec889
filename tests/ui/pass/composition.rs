//! Other attributes on the same item, above and below ours.
#![deny(warnings)]

use lifecycle::{Res, Shutdown, component, cooperative_task, resource, shutdown_hook};
use tracing::instrument;

#[instrument]
#[cooperative_task]
async fn instrument_above() -> Result<(), String> {
    Ok(())
}

#[cooperative_task]
#[instrument(skip_all)]
async fn instrument_below(shutdown: Shutdown) {
    shutdown.cancelled().await;
}

#[instrument(skip_all, err)]
#[shutdown_hook(phase = "announce")]
async fn instrument_above_hook(_shutdown: Shutdown) -> Result<(), std::fmt::Error> {
    Ok(())
}

#[cooperative_task(interval = "1s")]
#[doc = "Documented."]
#[must_use]
#[inline]
#[allow(clippy::unused_async)]
#[expect(unused_variables)]
#[cfg_attr(all(), doc = "Twice.")]
#[cfg(all())]
async fn ours_above() -> Result<(), String> {
    let unused = 5;
    Ok(())
}

#[cfg(all())]
#[cfg_attr(all(), doc = "Twice.")]
#[expect(unused_variables)]
#[allow(clippy::unused_async)]
#[inline]
#[must_use]
#[doc = "Documented."]
#[cooperative_task(interval = "1s")]
async fn ours_below() -> Result<(), String> {
    let unused = 5;
    Ok(())
}

#[derive(Default)]
#[resource(close = "close")]
#[derive(Debug)]
#[non_exhaustive]
#[must_use]
#[deprecated]
struct Old;

#[allow(deprecated)]
impl Old {
    fn close(self) {}
}

#[deprecated]
#[cooperative_task]
#[allow(deprecated)]
async fn uses_old(_: Res<Old>) {}

#[cooperative_task]
#[deprecated]
async fn old_itself() {}

/// A resource whose methods are instrumented.
#[resource]
#[derive(Debug, Default)]
struct Prober;

#[component]
#[allow(dead_code)]
#[doc = "Documented."]
impl Prober {
    #[instrument]
    #[cooperative_task(interval = "1s")]
    #[must_use]
    async fn above(&self) -> Result<(), String> {
        Ok(())
    }

    #[cooperative_task(interval = "1s")]
    #[instrument(skip(self))]
    async fn below(&self) {}
}

#[instrument]
#[lifecycle::main]
#[allow(clippy::unused_async)]
async fn main() {}
