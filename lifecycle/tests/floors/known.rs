//! What is not as it should be yet. These lists may only become shorter.

/// A file, and what it uses of a floor or wing above its own.
pub(crate) const UPWARD: &[(&str, &str)] = &[("sys/panics.rs", "words/text.rs"), ("sys/site.rs", "words/place.rs")];

/// Files that use each other in a cycle.
pub(crate) const IN_CYCLES: &[&str] = &[
    "run/record/report.rs",
    "run/record/view.rs",
    "run/stop/flags.rs",
    "run/stop/tokens.rs",
    "run/groups/change.rs",
    "run/groups/mod.rs",
    "run/signals/mod.rs",
    "run/signals/replaced.rs",
    "run/signals/unix.rs",
    "run/signals/windows.rs",
];

/// The same in the macro crate.
pub(crate) const IN_CYCLES_OF_MACROS: &[&str] = &[];
