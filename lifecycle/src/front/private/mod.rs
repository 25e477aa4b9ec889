//! What the attributes' expansions call. No promise of stability: the macro crate is pinned to this one.

#![allow(
    missing_docs,
    missing_debug_implementations,
    reason = "hidden from users: an expansion reads no documentation and prints nothing"
)]

mod action;
mod close;
mod close_path;
mod descriptor;
mod open;
mod traced;

pub use std::boxed::Box;
pub use std::option::Option;
pub use std::time::Duration;

pub use inventory;

pub use crate::front::assertion::assert_wiring;
pub use crate::front::entry::main;
pub use crate::front::testing::test;
pub use crate::plan::wiring::{Link, Node, check_resource};
pub use crate::run::code::{AnyArc, AnyBox, CloseFuture, Open, OpenFuture, Run};
pub use crate::run::inject::{Context, Inject};
pub use crate::run::output::{TaskOutput, settle};
pub use crate::run::res::Resource;
pub use crate::words::component::{HookSettings, Missed, OnShutdown, ResourceSettings, Tags, TaskSettings, TypeKey};
pub use crate::words::phase::Phase;
pub use crate::words::place::Origin;
pub use crate::words::supervision::{Backoff, Intensity, Restart, Supervision};

pub use self::action::{needs_of, needs_of_action, run_action};
pub use self::close::{ByFuture, ByValue, Call, Closer, SharedByReference, Verdict, owned, shared, verdict};
pub use self::close_path::{ClosePath, PathByMut, PathByRef, PathByValue, PathUnknown};
pub use self::descriptor::{
    Action, Actions, Described, Flavor, HookDescriptor, MainDescriptor, MainSettings, Owner, PhaseSettings,
    Registration, ResourceDescriptor, TaskDescriptor, TestDescriptor, takes_shutdown,
};
pub(crate) use self::open::open_owned;
pub use self::open::{DefaultOpener, OpenError, OpenFn, Opener, Opening, open_default, open_with};
pub use self::traced::Marked;
pub use crate::sys::trail::{Frame, Site, frame, mark};
