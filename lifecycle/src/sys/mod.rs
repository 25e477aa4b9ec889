//! The one module with `unsafe` code, for seven things that the safe language cannot say: signal masks, signal
//! handlers and `_exit` are C functions ([`signals`]), and so are the limits of the process ([`limits`]); a constant that refers to a static without looking into it
//! needs a union ([`link`]); a handle that is `Send` whatever it points to has to say so itself ([`shared`]); a place in the code that
//! is written with each `.await` has to be one word, and found without a lock ([`trail`], [`branches`]); a future that stays on its thread
//! in a type that is `Send` has to say so itself ([`here`]); and the clock that is read with
//! each poll is a C function too ([`coarse`]).
//! No file decides anything.

#![allow(unsafe_code, reason = "see above; every block has its proof")]

pub(crate) mod branch;
pub(crate) mod branches;
pub(crate) mod coarse;
#[cfg(unix)]
pub(crate) mod fork;
#[cfg(not(unix))]
#[path = "fork_elsewhere.rs"]
pub(crate) mod fork;
pub(crate) mod here;
#[cfg(unix)]
pub(crate) mod limits;
pub(crate) mod link;
pub(crate) mod locks;
pub(crate) mod panics;
pub(crate) mod park;
pub(crate) mod repeats;
pub(crate) mod shared;
#[cfg(unix)]
pub(crate) mod signals;
pub(crate) mod site;
pub(crate) mod text;
pub(crate) mod trail;
