//! What the attributes' expansions call. No promise of stability: the macro crate is pinned to this one.

#![allow(
    missing_docs,
    missing_debug_implementations,
    reason = "hidden from users: an expansion reads no documentation and prints nothing"
)]

mod action;
mod alone;
mod close;
mod close_path;
mod descriptor;
mod function;
mod missing;
mod open;
mod sends;
mod takes;
mod test;
#[cfg(test)]
mod tests;
mod traced;

pub use std::boxed::Box;
pub use std::option::Option;
pub use std::time::Duration;

pub use inventory;

pub use crate::AppBuilder;
pub use crate::front::assertion::assert_wiring;
pub use crate::front::entry::main;
pub use crate::front::report_assertions::{assert_clean, assert_order};
pub use crate::front::testing::test;
pub use crate::plan::wiring::{Link, check_resource};
pub use crate::run::handles::code::Open;
pub use crate::run::handles::inject::Context;
pub use crate::run::resource::code::{AnyArc, AnyBox, CloseFuture, OpenFuture};
pub use crate::run::resource::res::{Res, Resource};
pub use crate::run::task::output::TaskOutput;
pub use crate::run::task::unit::Run;
pub use crate::words::component::{HookSettings, ResourceSettings, TypeKey};
pub use crate::words::phase::Phase;
pub use crate::words::place::Origin;
pub use crate::words::supervision::{Backoff, Intensity, RestartPolicy};
pub use crate::words::task::{
    Blocking, BlockingOnShutdown, Missed, OnShutdown, Periodic, Plain, TaskKind, TaskSettings,
};

pub use self::action::{Act, ActionParameters, action};
pub use self::alone::{Asked, TakesSelfAlone, takes_self_alone};
pub use self::close::{
    ByFuture, ByReference, ByValue, Call, CloseError, Closer, Closing, Verdict, by_reference, closing, owned, shared,
    verdict,
};
pub use self::close_path::{ClosePath, PathByMut, PathByRef, PathByValue, PathUnknown};
pub use self::descriptor::{
    Actions, Described, Flavor, HookDescriptor, MainDescriptor, MainSettings, PhaseSettings, Registration,
    ResourceDescriptor, TaskDescriptor,
};
pub use self::function::{Answer, Ask, Begun, Callable, Code, run};
pub use self::missing::{FunctionNamedInOpen, MethodNamedInClose};
pub(crate) use self::open::open_owned;
pub use self::open::{
    DefaultOpener, OpenError, OpenFn, OpenOutput, OpenParameters, Opener, Opening, OpeningBy, Opens, Roaming, open_by,
    open_default, open_with, opener,
};
pub use self::sends::{
    ActionSends, CloseSends, HookSends, Kept, MainSends, Never, OpenSends, Sends, Sent, TaskSends, sends,
};
pub use self::takes::{
    ActionGives, ActionTakes, HookGives, HookTakes, HookUses, Inferred, MainGives, MainTakes, MainUses, Need,
    OpenTakes, OpenUses, Owner, Takes, TaskGives, TaskTakes, TaskUses, TestGives,
};
pub use self::test::{TestDescriptor, TestTakes};
pub use self::traced::Marked;
pub use crate::sys::branch::{Branch, branch};
pub use crate::sys::site::Site;
pub use crate::sys::trail::{Frame, frame, mark};
