//! What options of the `lifecycle` crate may be, and which go together: one set of rules for its two fronts.
//!
//! The attributes apply them while a program is compiled, the builder in `build()`. Each front hands over what it was
//! given, gets the faults with the option that each is about, and says where that stands. So both refuse the same, in
//! the same words. No promise of stability: both crates are pinned to this one.

pub mod budget;
pub mod duration;
mod given;
mod name;
pub mod near;
mod task;

pub use given::{Fault, Given, Part};
pub use name::{crate_faults, label_faults, name_fault};
pub use task::Task;

/// What is wrong with an option for which zero makes no sense, if it is zero.
pub fn zero(option: &'static str, is_zero: bool, remedy: &str) -> Option<Fault> {
    is_zero.then(|| Fault::value(option, format!("`{option}` is zero; {remedy}")))
}

/// What is wrong with the bound on a hook.
pub fn hook_timeout(timeout: std::time::Duration) -> Option<Fault> {
    zero("timeout", timeout.is_zero(), "leave it out for a share of the phase")
}

/// What is wrong with the bound on opening a resource.
pub fn open_timeout(timeout: std::time::Duration) -> Option<Fault> {
    zero("open_timeout", timeout.is_zero(), "nothing opens in no time; leave it out for 10 s")
}

/// What is wrong with the bound on closing a resource.
pub fn close_timeout(timeout: std::time::Duration) -> Option<Fault> {
    zero("close_timeout", timeout.is_zero(), "nothing closes in no time; leave it out for 5 s")
}

/// What is wrong with the number of the runtime's threads.
pub fn worker_threads(threads: usize) -> Option<Fault> {
    zero("worker_threads", threads == 0, "leave it out for one per core")
}
