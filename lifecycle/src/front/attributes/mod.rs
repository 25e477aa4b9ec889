//! The attributes, re-exported with their documentation, so that its examples are compiled and run.

mod component;
mod hook;
mod main;
mod resource;
mod task;
mod test;
mod traced;

pub use self::component::*;
pub use self::hook::*;
pub use self::main::*;
pub use self::resource::*;
pub use self::task::*;
pub use self::test::*;
pub use self::traced::*;
