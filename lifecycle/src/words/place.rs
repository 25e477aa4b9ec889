//! Where in the user's code something stands.

use std::fmt;

use serde::Serialize;

/// A place in source code: shown as `file:line`, so that terminals and editors make it a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Place {
    /// Path of the file as the compiler was given it.
    pub file: &'static str,
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1.
    pub column: u32,
}

impl Place {
    /// A place from the values of `file!()`, `line!()` and `column!()`.
    pub const fn new(file: &'static str, line: u32, column: u32) -> Self {
        Self { file, line, column }
    }

    /// The place of the caller, for functions marked `#[track_caller]`.
    #[track_caller]
    pub const fn caller() -> Self {
        let location = std::panic::Location::caller();
        Self::new(location.file(), location.line(), location.column())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
