//! The file of a Unix socket.

use std::path::{Path, PathBuf};

/// The file of a socket that listens. It is removed when this is dropped, if it is still the same file: another process
/// may have put its own socket there.
///
/// To be dropped while the listener is open, since the system may give the file's number to another one after that.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    id: Id,
    is_removed: bool,
}

/// The file system and the number in it.
type Id = (u64, u64);

impl SocketFile {
    /// The socket at that path; `None` if there is none. The path may be relative, and the working directory may change
    /// later.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let path = std::path::absolute(path).ok()?;
        let id = id(&path)?;
        Some(Self { path, id, is_removed: false })
    }

    /// Leaves the file where it is.
    pub(crate) fn leave(mut self) {
        self.is_removed = true;
    }

    /// Removes it. `false` if it is another file by now, or none.
    ///
    /// # Errors
    ///
    /// Those of the system.
    #[cfg_attr(not(unix), allow(dead_code, reason = "there are no such files"))]
    pub(crate) fn remove(mut self) -> std::io::Result<bool> {
        self.remove_once()
    }

    fn remove_once(&mut self) -> std::io::Result<bool> {
        if std::mem::replace(&mut self.is_removed, true) || id(&self.path) != Some(self.id) {
            return Ok(false);
        }
        std::fs::remove_file(&self.path)?;
        Ok(true)
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if let Err(error) = self.remove_once() {
            tracing::warn!(path = ?self.path, %error, "the file of a socket could not be removed");
        }
    }
}

#[cfg(unix)]
fn id(path: &Path) -> Option<Id> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let metadata = std::fs::symlink_metadata(path).ok()?;
    metadata.file_type().is_socket().then(|| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn id(_: &Path) -> Option<Id> {
    None
}
