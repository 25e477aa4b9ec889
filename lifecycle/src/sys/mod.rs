//! The one module with `unsafe` code, for three things that the safe language cannot say: signal masks, signal
//! handlers and `_exit` are C functions ([`signals`]); a constant that refers to a static without looking into it
//! needs a union ([`link`]); and a handle that is `Send` whatever it points to has to say so itself ([`shared`]).
//! No file decides anything.

#![allow(unsafe_code, reason = "see above; every block has its proof")]

pub(crate) mod link;
pub(crate) mod shared;
#[cfg(unix)]
pub(crate) mod signals;
