//! The error by which a component says that it ended because it was told to.

use std::fmt;

/// A component's turn to stop has come; see [`Shutdown::checkpoint`](crate::Shutdown::checkpoint).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled(());

impl Cancelled {
    pub(crate) fn new() -> Self {
        Self(())
    }
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cancelled: shutdown has come to this component")
    }
}

impl std::error::Error for Cancelled {}
