//! Components become an App, and the coordinator is driven: events in, actions out.

pub(crate) mod assembly;
pub(crate) mod driver;
pub(crate) mod last_closes;
