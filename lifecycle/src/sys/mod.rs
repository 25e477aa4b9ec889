//! The one module with `unsafe` code, for two things that the safe language cannot say: signal masks, signal
//! handlers and `_exit` are C functions ([`signals`]); and a constant that refers to a static without looking
//! into it needs a union ([`link`]). Neither file decides anything.

#![allow(unsafe_code, reason = "see above; every block has its proof")]

pub(crate) mod link;
#[cfg(unix)]
pub(crate) mod signals;
