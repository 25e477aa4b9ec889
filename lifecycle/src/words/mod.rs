//! Floor 1: the words everything above speaks. Plain data, no behaviour in time.

pub(crate) mod abort;
pub(crate) mod component;
pub(crate) mod counted;
pub(crate) mod duration;
pub(crate) mod format;
pub(crate) mod leak;
pub(crate) mod left;
pub(crate) mod outcome;
pub(crate) mod phase;
pub(crate) mod place;
pub(crate) mod reason;
pub(crate) mod report;
pub(crate) mod seconds;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod supervision;
pub(crate) mod task;
