//! A `main` that is no `async fn`: its body has the process's main thread. The first argument says what it does.

use std::time::Duration;

use lifecycle::{Res, Shutdown, Tasks, cooperative_task, resource};
use lifecycle_tests::stage::{block, give_up, say};
use tokio::runtime::Handle;

#[resource(close = "close")]
#[derive(Default)]
struct Store;

impl Store {
    async fn close(&self) {
        say("close store");
    }
}

#[cooperative_task]
async fn other(_store: Res<Store>, shutdown: Shutdown) {
    say(format!("other on {}", if is_main_thread() { "main" } else { "another" }));
    shutdown.cancelled().await;
}

fn is_main_thread() -> bool {
    rustix::thread::gettid() == rustix::process::getpid()
}

#[lifecycle::main(timeout = "2s", worker_threads = 2)]
fn main(shutdown: Shutdown, tasks: Tasks, _store: Res<Store>) -> Result<(), String> {
    say(format!("body on {}", if is_main_thread() { "main" } else { "another" }));
    let found = Handle::current().block_on(async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        tasks.spawn("child", async {}).await
    });
    found.map_err(|error| error.to_string())?;
    say("READY");
    match std::env::args().nth(1).as_deref() {
        Some("ok") => return Ok(()),
        Some("fails") => return Err("no window".to_owned()),
        Some("panics") => give_up("no window"),
        Some("deaf") => block("main"),
        _ => {}
    }
    while !shutdown.is_requested() {
        std::thread::sleep(Duration::from_millis(1));
    }
    say("body ends");
    Ok(())
}
