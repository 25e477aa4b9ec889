//! What components take as parameters: `Shutdown`, `Tasks`, and how a parameter is found by its type.

pub(crate) mod code;
pub(crate) mod inject;
pub(crate) mod nursery;
pub(crate) mod scope;
pub(crate) mod shared;
pub(crate) mod shutdown;
pub(crate) mod tasks;
