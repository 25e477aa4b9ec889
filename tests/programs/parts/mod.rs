//! What the programs that begin with `#[lifecycle::main]` have in common.

use std::cell::RefCell;

use lifecycle::{Groups, Phase, Res, Shutdown, cooperative_task, resource, shutdown_hook};
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
pub(crate) async fn main(shutdown: Shutdown, groups: Groups) -> Result<(), std::io::Error> {
    let what = std::env::args().nth(1).unwrap_or_default();
    match what.as_str() {
        "ok" => Ok(()),
        "err" => Err(std::io::Error::other("the disk is full")),
        "panics" => panic!("main gave up"),
        "child_masks" => {
            let child = tokio::process::Command::new("cat").arg("/proc/self/status").output().await?;
            say(String::from_utf8_lossy(&child.stdout));
            Ok(())
        }
        "called_off" => {
            tokio::spawn(call_off(shutdown.clone()));
            shutdown.requested().await;
            Ok(())
        }
        "stops" => {
            say(format!("tick: {:?}", groups.stop("tick").await));
            say(format!("store: {:?}", groups.stop("store").await));
            say(format!("all: {:?}", groups.cascading().stop("store").await));
            say(format!("main: {:?}", groups.stop("main").await));
            say("READY");
            shutdown.requested().await;
            Ok(())
        }
        "exit_hangs" => {
            exit_and_hang();
            shutdown.requested().await;
            Ok(())
        }
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

/// Has `main` end, takes that back, and ends the program without it.
async fn call_off(shutdown: Shutdown) {
    shutdown.request("first");
    while shutdown.status().services["main"].state == "running" {
        tokio::task::yield_now().await;
    }
    say(format!("without {:?}", shutdown.abort().await));
    say(format!("{:?}", shutdown.status().status));
    shutdown.request("second");
}

/// A thread that ends the process, and gets stuck while it does: no other thread's `exit` comes through then.
fn exit_and_hang() {
    struct Stuck;
    impl Drop for Stuck {
        fn drop(&mut self) {
            block("exit");
        }
    }
    thread_local! {
        static STUCK: RefCell<Option<Stuck>> = const { RefCell::new(None) };
    }
    std::thread::spawn(|| {
        STUCK.set(Some(Stuck));
        std::process::exit(7)
    });
}
