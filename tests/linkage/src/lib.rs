//! A crate that is never called: it only registers a task and what the task needs.

use lifecycle::{Res, cooperative_task, resource};

/// Opened by its default.
#[resource(name = "distant_store")]
#[derive(Debug, Default)]
pub struct Store;

#[cooperative_task]
async fn distant_work(_: Res<Store>) {}
