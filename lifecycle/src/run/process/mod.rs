//! The threads outside the runtime: the guard, and those that write in its place.

mod clerk;
pub(crate) mod guard;
pub(crate) mod last_closes;
mod relay;
mod report_file;
pub(crate) mod runtime;
pub(crate) mod scribe;
pub(crate) mod start_error;
pub(crate) mod thread_number;
pub(crate) mod threads;
pub(crate) mod view;
