//! Marking an `.await` from the middle of an expression.

use crate::sys::trail::{Site, mark};

/// Puts a mark between a future and its `.await`, as a method, since that needs no beginning of the expression.
pub trait Marked: Sized {
    #[inline]
    fn __lifecycle_at(self, site: &'static Site) -> Self {
        mark(site);
        self
    }
}

impl<T> Marked for T {}
