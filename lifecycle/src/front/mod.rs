//! Floor 5: the front. What users call, and what attributes expand to.

pub(crate) mod app;
#[cfg(feature = "macros")]
pub(crate) mod attributes;
pub(crate) mod builder;
pub(crate) mod entry;
pub mod private;
pub(crate) mod specs;
pub(crate) mod testing;
