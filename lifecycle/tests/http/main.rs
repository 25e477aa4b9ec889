//! The server, the layer and the probes, over real sockets and by a client that sees every byte.

mod abort;
mod client;
mod extract;
mod layer;
#[path = "../common/lines.rs"]
mod lines;
mod listeners;
mod phases;
mod probes;
mod streams;
#[cfg(unix)]
mod unix_sockets;
mod web;
