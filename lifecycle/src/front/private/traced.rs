//! Marking an `.await` from the middle of an expression.

use crate::sys::branch::Branch;
use crate::sys::site::Site;
use crate::sys::trail::mark;

/// Puts a mark between a future and its `.await`, as a method, since that needs no beginning of the expression.
pub trait Marked: Sized {
    #[inline]
    fn __lifecycle_at(self, site: &'static Site) -> Self {
        mark(site);
        self
    }

    /// The same within an async block.
    #[inline]
    fn __lifecycle_in(self, site: &'static Site, block: &Branch) -> Self {
        block.mark(site);
        self
    }
}

impl<T> Marked for T {}
