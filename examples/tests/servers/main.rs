//! The small servers as processes, from outside.

// A report of a process, and signals, are Unix's.
#![cfg(unix)]

mod echo;
mod web;

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use lifecycle_tests::driver::{Running, proc::until};

/// Longest wait for something that a test is about.
const LONG: Duration = Duration::from_secs(20);

/// Where it listens: what follows the beginning of a line that it says.
fn address(running: &Running, beginning: &str) -> SocketAddr {
    let said = || running.said().lines().find_map(|line| line.strip_prefix(beginning)?.parse().ok());
    until(LONG, || said().is_some(), || format!("no `{beginning}` in: {}", running.said()));
    said().expect("it was there before")
}

fn until_closed(at: SocketAddr) {
    until(LONG, || TcpStream::connect(at).is_err(), || format!("{at} is still open"));
}
