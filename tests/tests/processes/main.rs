//! Programs met from outside: real processes, real signals, real time. Each ends under the eyes of
//! [`lifecycle_tests::driver`], which also looks for what it left behind.

mod calls;
mod closing;
mod culprit;
mod describe;
mod drain;
mod entry;
mod footprint;
#[cfg(target_os = "linux")]
mod forks;
mod groups;
mod handlers;
mod interrupt;
#[cfg(target_os = "linux")]
mod last_closes;
mod leaks;
#[cfg(target_os = "linux")]
mod limits;
mod opening;
mod report;
mod settings;
mod signals;
#[cfg(target_os = "linux")]
mod soak;
mod stderr;
mod stuck;
mod tasks;
mod terminal;

use lifecycle_tests::driver::Program;

/// A scenario of the program that holds them all, on two worker threads.
fn scenario(name: &str) -> Program {
    Program::at(env!("CARGO_BIN_EXE_scenarios")).arg(name)
}

/// Both kinds of runtime, by the number of workers.
const FLAVORS: [usize; 2] = [1, 2];
