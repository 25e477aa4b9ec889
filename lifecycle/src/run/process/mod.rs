//! The threads outside the runtime: the guard, and those that write in its place.

pub(crate) mod guard;
pub(crate) mod scribe;
pub(crate) mod threads;
