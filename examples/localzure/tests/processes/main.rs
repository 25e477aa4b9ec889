//! The emulator as a process, from outside.

// A report of a process, and signals, are Unix's.
#![cfg(unix)]

mod demo;
mod drain;
mod hooks;
mod kill;
mod restore;
mod start;

// What keeps the demo's emulator busy keeps these busy as well.
#[path = "../../src/demo/load.rs"]
mod load;
#[path = "../../src/demo/upload.rs"]
mod upload;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use lifecycle_tests::driver::{Program, Running};

/// Longest wait for something that a test is about.
const LONG: Duration = Duration::from_secs(30);

/// An emulator with a port for probes, both ports of the system's choice.
fn localzure(data: &Path) -> Program {
    let data = data.to_str().expect("temporary folders have plain names");
    Program::at(env!("CARGO_BIN_EXE_localzure"))
        .arg("--port")
        .arg("0")
        .arg("--admin-port")
        .arg("0")
        .arg("--data")
        .arg(data)
}

/// Where a listener is, as the emulator has said.
fn address(running: &Running, who: &str) -> SocketAddr {
    running.wait_for("READY");
    let said = running.said();
    let beginning = format!("{who} http://");
    let address = said.lines().find_map(|line| line.strip_prefix(beginning.as_str()));
    address.and_then(|address| address.parse().ok()).unwrap_or_else(|| panic!("no {who} in: {said}"))
}

fn gateway(running: &Running) -> SocketAddr {
    address(running, "gateway")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("the system gives threads")
}
