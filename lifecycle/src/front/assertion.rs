//! The whole-program checks as a test: where `assert_wiring!` begins.

use crate::App;
use crate::words::place::Place;

use super::builder::AppBuilder;
use super::registry;

/// Panics with every fault of what is registered; see [`assert_wiring!`](crate::assert_wiring).
#[track_caller]
pub fn assert_wiring(expected: &[&str]) {
    let place = Place::caller();
    let mut faults = Vec::new();
    for builder in programs() {
        if let Err(error) = builder.expected_at(expected, place).build() {
            faults.extend(error.faults);
        }
    }
    // What is wrong whatever main there is would be told once for each.
    let mut told = std::collections::HashSet::new();
    faults.retain(|fault| told.insert(fault.clone()));
    if faults.is_empty() && registry::definitions().is_empty() && registry::mains().is_empty() {
        faults.push(format!(
            "{place}: nothing is registered in this program, so nothing can be checked; the linker leaves out a crate that the program does not name: add `use your_crate as _;`"
        ));
    }
    assert!(faults.is_empty(), "the wiring is invalid:\n  {}", faults.join("\n  "));
}

/// What is registered with each `main` that is, or without one.
fn programs() -> Vec<AppBuilder> {
    let mains = registry::mains();
    let programs = match mains.len() {
        0 => vec![App::builder().registered()],
        _ => mains.into_iter().map(AppBuilder::for_main).collect(),
    };
    programs.into_iter().map(|program| program.environment(false)).collect()
}
