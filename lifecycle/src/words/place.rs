//! Where in the user's code something stands.

use std::fmt;

use serde::Serialize;

/// A place in source code: shown as `file:line`, so that terminals and editors make it a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
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

/// One `.await` in source code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct AwaitPlace {
    /// Path of the file as the compiler was given it.
    pub file: &'static str,
    /// Line of the `.await`, counted from 1.
    pub line: u32,
    /// Its column, counted from 1.
    pub column: u32,
    /// What is awaited, as it stands in the source.
    pub text: &'static str,
}

impl AwaitPlace {
    pub(crate) const fn new(file: &'static str, line: u32, column: u32, text: &'static str) -> Self {
        Self { file, line, column, text }
    }
}

impl fmt::Display for AwaitPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} · {}", self.file, self.line, self.text)
    }
}

/// Where something that an attribute registered stands: the place, and the module, which begins with its crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The place.
    pub place: Place,
    /// The module's path.
    pub module: &'static str,
}

impl Origin {
    /// An origin from the values of `file!()`, `line!()`, `column!()` and `module_path!()`.
    pub const fn new(file: &'static str, line: u32, column: u32, module: &'static str) -> Self {
        Self { place: Place::new(file, line, column), module }
    }
}

/// The crate that a module belongs to.
pub(crate) fn crate_of(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
