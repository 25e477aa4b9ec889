//! How far the App is on its way to the end: the request, the flags that components hear, the clock.

pub(crate) mod clock;
pub(crate) mod control;
pub(crate) mod flags;
pub(crate) mod mail;
pub(crate) mod pause;
pub(crate) mod request;
