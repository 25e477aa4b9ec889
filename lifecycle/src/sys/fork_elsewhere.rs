//! Systems without `fork`: nothing to see.

use std::io;

/// An App that runs, while it lives.
#[derive(Debug)]
pub(crate) struct RunningApp(());

impl RunningApp {
    pub(crate) fn begin() -> io::Result<Self> {
        Ok(Self(()))
    }
}

#[inline]
pub(crate) fn end_if_forked() {}
