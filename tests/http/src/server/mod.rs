//! Servers that are told how to stop.

mod called_off;
mod grpc;
mod other;
mod ours;
mod plain;
mod routes;
mod starting;
mod streams;

pub use grpc::Raw;
pub use routes::work;

use std::net::SocketAddr;
use std::time::Duration;

use lifecycle_tests::stage::{WORKERS, say};
use tokio::runtime::{Builder, Runtime};

use ours::Setup;

/// Runs the server that the first argument names.
pub fn main(arguments: &[String]) {
    crate::launch::raise_file_limit();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["plain"] => plain::run(),
        ["ours"] => ours::run(Setup::Whole),
        ["bare"] => ours::run(Setup::Bare),
        ["layered"] => ours::run(Setup::Layered),
        ["unlayered"] => ours::run(Setup::Unlayered),
        ["starting"] => starting::run(),
        ["called_off", "announced"] => called_off::run(Duration::from_secs(5)),
        ["called_off", "at_once"] => called_off::run(Duration::ZERO),
        ["unix", path] => other::unix(path.into()),
        ["unix_socket", path] => other::unix_socket(path.into()),
        ["tls"] => other::tls(None),
        ["tls", "hasty"] => other::tls(Some(Duration::from_secs(2))),
        ["grpc"] => grpc::run(),
        _ => panic!("there is no server {arguments:?}"),
    }
}

/// Tells the driver where the server listens. Connections that are made from now on wait to be accepted.
fn listens(address: SocketAddr) {
    say(format!("LISTENS {address}"));
}

/// Threads that the driver asked for.
fn workers() -> usize {
    std::env::var(WORKERS).ok().and_then(|count| count.parse().ok()).unwrap_or(2)
}

/// A runtime for servers that make their own: of the same sort as an App's, which costs more than one thread's alone.
fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(workers()).enable_all().build().expect("tokio builds a runtime")
}
