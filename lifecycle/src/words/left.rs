//! Something that was given up, and still runs.

use std::fmt;

use serde::Serialize;

use super::component::Kind;
use super::place::Place;

/// A component that was told to end, could not be ended, and still runs; by
/// [`Shutdown::left_behind`](crate::Shutdown::left_behind).
///
/// ```
/// # fn of(left: &lifecycle::LeftBehind) {
/// eprintln!("the lease is kept: {left} still runs");
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LeftBehind {
    /// What it is.
    pub kind: Kind,
    /// Its name; of a child `owner/name`.
    pub name: String,
    /// Where it stands in the code; of a child, where its owner does.
    pub place: Place,
}

impl LeftBehind {
    pub(crate) fn new(kind: Kind, name: String, place: Place) -> Self {
        Self { kind, name, place }
    }
}

/// As in "task `sweep` (src/main.rs:12)".
impl fmt::Display for LeftBehind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` ({})", self.kind, self.name, self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_says_where_it_stands() {
        let left = LeftBehind::new(Kind::Task, "sweep".to_owned(), Place::new("src/main.rs", 12, 1));
        assert_eq!(left.to_string(), "task `sweep` (src/main.rs:12)");
    }
}
