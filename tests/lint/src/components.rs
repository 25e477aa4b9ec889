//! Methods that are tasks and hooks.

use lifecycle::{Res, Shutdown, component};

use crate::resources::{Plain, Shared};

#[component]
impl Plain {
    #[cooperative_task(interval = "1m")]
    async fn probe(&self, shared: Res<Shared>) {
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
