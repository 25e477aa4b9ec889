//! Work in progress: refused and counted in one atomic word.

pub(crate) mod gate;
pub(crate) mod requests;
