//! Tasks and hooks, private and public, documented and not, with every option.

use std::time::Duration;

use lifecycle::{Requests, Res, Shutdown, Tasks, cooperative_task, shutdown_hook};

use crate::resources::{ByMethod, Plain};

#[cooperative_task]
async fn nothing_at_all() {}

#[cooperative_task(
    name = "http server",
    priority = -5,
    timeout = "1h",
    on_shutdown = "finish",
    stop_timeout = "2s",
    critical = false,
    tags = ["http"]
)]
async fn takes_all(
    plain: Res<Plain>,
    mut by_method: Res<ByMethod>,
    shutdown: Shutdown,
    requests: Requests,
    tasks: Tasks,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    by_method = by_method.clone();
    shutdown.cancelled().await;
    drop((plain, by_method, requests, tasks));
    Ok(())
}

#[cooperative_task(interval = "30s", initial_delay = "1s", jitter = "5s", missed = "delay")]
async fn periodic(_: Shutdown) -> Result<(), std::io::Error> {
    Ok(())
}

#[cooperative_task(unstoppable = true)]
async fn endless() {
    loop {
        std::thread::sleep(Duration::from_hours(1));
    }
}

#[cooperative_task(interval = "1m", failure_threshold = 3, on_failure = "alarm", on_recovery = "calm")]
async fn watched() -> Result<(), String> {
    Err("it is ill".to_owned())
}

async fn alarm(_plain: Res<Plain>) {}

async fn calm() -> Result<(), std::io::Error> {
    Ok(())
}

#[cooperative_task(blocking = true)]
fn blocks(shutdown: Shutdown) {
    while !shutdown.is_cancelled() {
        std::thread::sleep(Duration::from_millis(1));
    }
    drop(shutdown);
}

#[shutdown_hook(phase = "announce", priority = 3, timeout = "1s", name = "say goodbye", tags = ["http"])]
async fn leave(_plain: Res<Plain>) -> Result<(), String> {
    Err("it is not there".to_owned())
}

/// The last.
#[shutdown_hook(phase = "force_cleanup")]
pub async fn last() {}
