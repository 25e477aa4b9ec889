//! Starts programs, signals them, waits for them, and looks at them from outside. Every wait has a bound, and
//! every test that fails prints all that its program said.

mod ended;
mod measure;
pub mod proc;
mod program;
mod running;
mod terminal;

pub use ended::Ended;
pub use measure::{SLACK, median, over_within};
pub use program::Program;
pub use running::Running;
pub use rustix::process::Signal;
