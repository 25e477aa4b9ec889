//! What `watch` and `cut` are made of. `tests/models` compiles these files with the types of a model checker in place of
//! what is here.

pub(super) use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
pub(super) use std::sync::{Arc, Mutex};

pub(super) use crate::sys::locks::lock;
