//! The attributes, re-exported with their documentation, so that its examples are compiled and run.

pub use lifecycle_macros::component;
pub use lifecycle_macros::cooperative_task;
pub use lifecycle_macros::main;
pub use lifecycle_macros::resource;
pub use lifecycle_macros::shutdown_hook;
pub use lifecycle_macros::test;
