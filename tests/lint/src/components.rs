//! Methods that are tasks and hooks.

use lifecycle::{Res, Shutdown, component};

use crate::resources::{Plain, Shared};

#[component]
impl Plain {
    #[cooperative_task(interval = "1m", failure_threshold = 2, on_failure = "alarm")]
    async fn probe(&self, shared: Res<Shared>) {
        drop(shared);
    }

    async fn alarm(&self, shared: Res<Shared>) {
        drop(shared);
    }

    #[cooperative_task]
    async fn watch(&self, shutdown: Shutdown) -> Result<(), String> {
        shutdown.draining().await;
        Ok(())
    }

    #[shutdown_hook(phase = "complete_current")]
    async fn flush(&self) {}
}
