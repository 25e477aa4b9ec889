//! What the programs that begin with `#[lifecycle::main]` have in common.

use lifecycle::{Phase, Res, Shutdown, cooperative_task, resource, shutdown_hook};
use lifecycle_tests::stage::{block, say};

#[resource(open = "open", close = "close")]
pub(crate) struct Store;

impl Store {
    fn open() -> Self {
        say("opened store");
        Self
    }

    async fn close(self) {
        say("closed store");
    }
}

#[cooperative_task(interval = "30s")]
async fn tick(_store: Res<Store>) {
    say("tick");
}

#[shutdown_hook(phase = "stop_new_work")]
async fn goodbye(shutdown: Shutdown) {
    debug_assert_eq!(shutdown.phase(), Some(Phase::StopNewWork));
    say("goodbye");
}

/// What `main` does, by the first argument.
pub(crate) async fn main(shutdown: Shutdown) -> Result<(), std::io::Error> {
    match std::env::args().nth(1).unwrap_or_default().as_str() {
        "ok" => Ok(()),
        "err" => Err(std::io::Error::other("the disk is full")),
        "panics" => panic!("main gave up"),
        "blocks" => {
            block("main");
            Ok(())
        }
        _ => {
            say("READY");
            shutdown.requested().await;
            say("main ends");
            Ok(())
        }
    }
}
