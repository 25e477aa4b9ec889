//! What happened so far, and the report, status, progress and metrics made of it.

mod beside;
pub(crate) mod book;
pub(crate) mod children;
pub(crate) mod counts;
mod critical;
pub(crate) mod ledger;
pub(crate) mod left;
pub(crate) mod metrics;
pub(crate) mod progress;
pub(crate) mod pulse;
pub(crate) mod report;
pub(crate) mod status;
pub(crate) mod view;
mod views;
