//! Resources: handles, opening and closing.

pub(crate) mod code;
pub(crate) mod effects;
pub(crate) mod res;
