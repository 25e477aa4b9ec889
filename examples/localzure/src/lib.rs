//! A local cloud-services emulator in small: blobs and queues over HTTP, kept in SQLite files.
//!
//! The shapes are those of Azure Storage, with JSON in the place of XML, and without accounts and signatures:
//!
//! | request | what it does |
//! |---|---|
//! | `PUT`, `DELETE /blob/{container}` | makes a container, removes it with all that is in it |
//! | `GET /blob/{container}?prefix=&marker=&maxresults=` | lists blobs, in the order of their names |
//! | `PUT`, `GET`, `HEAD`, `DELETE /blob/{container}/{name…}` | one blob |
//! | `PUT`, `DELETE /queue/{queue}` | makes a queue, removes it with its messages |
//! | `GET /queue/{queue}` | how many messages it holds |
//! | `POST /queue/{queue}/messages?visibilitytimeout=&messagettl=` | puts a message |
//! | `GET /queue/{queue}/messages?numofmessages=&visibilitytimeout=` | takes messages, hidden from others for that time |
//! | `DELETE /queue/{queue}/messages/{id}?popreceipt=` | removes one that was taken |
//!
//! On the admin port `/livez`, `/readyz`, `/startupz` and `/lifecycle`: the probes of lifecycle, with details.
//!
//! What a request was told to be done is done: it is on the disk before the answer is sent, and is still there after
//! `kill -9`.
//!
//! # How it is wired
//!
//! ```text
//! store ─┬─ blobs ──┬─ gateway ── gateway_server
//!        └─ queues ─┘
//! ```
//!
//! Each is a [resource](macro@lifecycle::resource) that takes what stands to its left, and so opens after it and
//! closes before it. The two services open and close at the same time. When one of them fails to open, what is open
//! closes again in reverse, and the program exits with 69.
//!
//! What is known when the program is written stands under attributes; what only its user knows (the
//! [configuration](Config), the [hooks]) is handed to the builder as values.

mod admin;
mod blob;
pub mod client;
mod config;
mod faults;
mod gateway;
pub mod hooks;
mod queue;
mod refusal;
mod store;

use std::time::Duration;

use lifecycle::{App, AppBuilder, ResourceSpec};

pub use crate::config::{Config, Service, UnknownService};
pub use crate::hooks::Hooks;

/// More than any answer takes; after Ctrl-C a user does not want to wait for longer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The emulator, to be run as a process or inside of another program.
///
/// ```no_run
/// use localzure::{Config, Hooks, emulator, hooks::When};
///
/// let hooks = Hooks::new().on(When::Ready, "seed", async |event| {
///     println!("blobs and queues at {}", event.url);
///     Ok(())
/// });
/// emulator(Config::default(), hooks).run_process()
/// ```
pub fn emulator(config: Config, hooks: Hooks) -> AppBuilder {
    let app = App::builder().registered().version(env!("CARGO_PKG_VERSION")).timeout(TIMEOUT);
    hooks.install(app.resource(ResourceSpec::value("config", config)))
}
