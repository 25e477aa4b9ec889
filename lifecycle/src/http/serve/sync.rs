//! What `watch` is made of. `tests/models` compiles that file with the types of a model checker in place of these.

pub(super) use std::sync::atomic::{AtomicU64, Ordering};
pub(super) use std::sync::{Arc, Mutex};

pub(super) use crate::sys::locks::lock;
