//! Servers that are stopped while clients of all kinds are at them, each in a process of its own.

mod announced;
mod backlog;
mod burst;
mod called_off;
mod client;
mod crowd;
mod cut;
mod grpc;
mod http2;
mod listeners;
mod losses;
mod probes;
mod slow;
mod vanished;

use std::net::SocketAddr;

use lifecycle_http_tests::launch;
use lifecycle_tests::driver::{Ended, Running, Signal};

/// The program that has servers and clients in it.
const HARNESS: &str = env!("CARGO_BIN_EXE_http-harness");

/// Ends a server by SIGTERM while the clients of this test go on.
async fn end_by_sigterm(server: Running) -> Ended {
    let ended = tokio::task::spawn_blocking(move || server.end_by(Signal::TERM)).await;
    ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

/// Where a server that is up listens for probes.
fn admin_address(server: &Running) -> SocketAddr {
    launch::said_after(server, "ADMIN ").parse().expect("an address")
}
