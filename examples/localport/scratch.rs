//! A folder for a while.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use lifecycle::Resource;

/// A new folder among the temporary files.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Resource for Scratch {}

impl Scratch {
    /// A folder that did not exist before.
    pub(crate) fn new(purpose: &str) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        loop {
            let (process, count) = (std::process::id(), COUNT.fetch_add(1, Relaxed));
            let path = std::env::temp_dir().join(format!("localport-{purpose}-{process}-{count}"));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                // Left by an earlier process of the same number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Removes it with all that is in it.
    pub(crate) fn remove(self) -> io::Result<()> {
        std::fs::remove_dir_all(self.0)
    }
}
