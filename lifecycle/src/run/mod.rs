//! Floor 4: what runs. Tasks and their loops, opening and closing, counting work in progress, signals, the
//! guard thread. Nothing here knows attributes.
//!
//! Its wings, top first. A wing uses those below it and knows nothing of those above.

pub(crate) mod drive;
pub(crate) mod leaks;

pub(crate) mod handles;

pub(crate) mod groups;

pub(crate) mod resource;

pub(crate) mod task;

pub(crate) mod process;

pub(crate) mod record;

pub(crate) mod stop;

pub(crate) mod signals;
pub(crate) mod work;

pub(crate) mod calls;
