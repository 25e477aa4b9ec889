//! How far the App is on its way to the end: the request, the flags that components hear, the clock.

pub(crate) mod broadcast;
pub(crate) mod cancelled;
pub(crate) mod clock;
pub(crate) mod control;
pub(crate) mod deadline;
pub(crate) mod flags;
pub(crate) mod mail;
pub(crate) mod moment;
pub(crate) mod pause;
pub(crate) mod request;
pub(crate) mod stage;
pub(crate) mod state;
pub(crate) mod time;
mod tokens;
