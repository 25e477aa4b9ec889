//! Floor 4: what runs. Tasks and their loops, opening and closing, counting work in progress, signals, the
//! guard thread. Nothing here knows attributes.

pub(crate) mod assembly;
pub(crate) mod cell;
pub(crate) mod code;
pub(crate) mod compose;
pub(crate) mod control;
pub(crate) mod driver;
pub(crate) mod effects;
pub(crate) mod family;
pub(crate) mod gate;
pub(crate) mod groups;
pub(crate) mod guard;
pub(crate) mod inject;
pub(crate) mod ledger;
pub(crate) mod meter;
pub(crate) mod monitor;
pub(crate) mod nursery;
pub(crate) mod output;
pub(crate) mod own_thread;
pub(crate) mod panics;
pub(crate) mod poll;
pub(crate) mod random;
pub(crate) mod requests;
pub(crate) mod res;
pub(crate) mod restarts;
pub(crate) mod runner;
pub(crate) mod scope;
pub(crate) mod scribe;
pub(crate) mod shutdown;
pub(crate) mod signals;
pub(crate) mod snapshot;
pub(crate) mod status;
pub(crate) mod tasks;
pub(crate) mod threads;
pub(crate) mod unit;
pub(crate) mod valve;
