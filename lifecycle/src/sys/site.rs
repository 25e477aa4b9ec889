//! The place of an `.await` as a constant of the program: a mark is a pointer to it, which is good for ever.

use crate::words::place::AwaitPlace;

/// The place of one `.await`, as expansions make it.
#[repr(align(16))]
#[derive(Debug)]
pub struct Site(pub(crate) AwaitPlace);

impl Site {
    /// From the values of `file!()`, `line!()` and `column!()`, and the text before `.await`.
    pub const fn new(file: &'static str, line: u32, column: u32, text: &'static str) -> Self {
        Self(AwaitPlace::new(file, line, column, text))
    }
}
