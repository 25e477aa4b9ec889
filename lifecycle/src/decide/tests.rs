//! The coordinator on a stage of its own: no runtime, no clock but the one that the tests turn.

mod beside;
mod calling_off;
mod closing;
mod forced;
mod hooks;
mod meanwhile;
mod model;
mod phases;
mod play;
mod starting;
mod stopping;
mod world;
