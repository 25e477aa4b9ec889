//! Floor 5: the front. What users call, and what attributes expand to.

pub(crate) mod app;
pub(crate) mod assertion;
#[cfg(feature = "macros")]
pub(crate) mod attributes;
pub(crate) mod build_error;
pub(crate) mod builder;
pub(crate) mod entry;
#[cfg(feature = "test-util")]
pub(crate) mod faults;
#[cfg(feature = "test-util")]
pub(crate) mod harness;
pub(crate) mod macros;
pub(crate) mod near;
pub mod private;
mod process;
mod refusal;
pub(crate) mod registry;
pub(crate) mod report_assertions;
pub(crate) mod specs;
pub(crate) mod testing;
mod watch;
