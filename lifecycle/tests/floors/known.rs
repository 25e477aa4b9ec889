//! What is not as it should be yet. These lists may only become shorter.

/// A file, and what it uses of a floor or wing above its own.
pub(crate) const UPWARD: &[(&str, &str)] = &[];

/// Files that use each other in a cycle.
pub(crate) const IN_CYCLES: &[&str] = &[];

/// The same in the macro crate.
pub(crate) const IN_CYCLES_OF_MACROS: &[&str] = &[];
