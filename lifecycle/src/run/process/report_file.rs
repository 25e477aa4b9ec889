//! Writes a report to the path that the operator gave: a file is replaced whole or not at all, a pipe or a device is
//! written to.
//!
//! The folder may be one in which others can make files (`/tmp`), and the process may run as root. So nothing is opened
//! that another user may have put there: the new file is one that did not exist, and a symbolic link is replaced, not
//! followed. Only links in `/dev` and `/proc` are followed, which belong to the system: `/dev/stdout` is one.

use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often a pipe that is full is tried again.
const AGAIN: Duration = Duration::from_millis(5);

/// How long a disk may take to write a file for good. Without so much time, as when the guard ends the process, that is
/// left to the system: a report that may be lost by a power failure is better than none.
const FLUSH: Duration = Duration::from_millis(200);

/// How many names are tried for the new file, all free but for an accident.
const NAMES: usize = 8;

/// Writes the text. A pipe is given up at that moment.
pub(super) fn write(path: &Path, text: &str, until: Instant) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() && is_of_the_system(path) => write_to(open(path, true)?, text, until),
        Ok(metadata) if metadata.is_file() || metadata.is_symlink() => replace(path, text, until),
        Ok(metadata) => {
            may_be_written_to(&metadata)?;
            write_to(open(path, false)?, text, until)
        }
        // It is not there, or the error that there is comes again.
        Err(_) => replace(path, text, until),
    }
}

/// Puts a new file in place of what is there: a reader sees the old one or the new one.
fn replace(path: &Path, text: &str, until: Instant) -> io::Result<()> {
    let (file, beside) = create_beside(path)?;
    write_whole(file, text, until)?;
    beside.rename_to(path)
}

fn write_whole(mut file: File, text: &str, until: Instant) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    if until.saturating_duration_since(Instant::now()) < FLUSH {
        return Ok(());
    }
    // A disk that is full may say so only now; and after a power failure a file that was renamed before it was written
    // would be an empty one.
    file.sync_all()
}

/// A file that did not exist, in the same folder, with the permissions that the umask says. Its name cannot be guessed,
/// so nothing can be there before it.
fn create_beside(path: &Path) -> io::Result<(File, Beside)> {
    let mut last = ErrorKind::AlreadyExists.into();
    for try_ in 0..NAMES {
        // Keyed by the system's random numbers.
        let number = RandomState::new().hash_one(try_);
        let beside = path.with_file_name(format!(".lifecycle-{number:016x}"));
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(file) => return Ok((file, Beside { path: beside, is_in_place: false })),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// A file that is removed unless it comes to its place.
struct Beside {
    path: PathBuf,
    is_in_place: bool,
}

impl Beside {
    fn rename_to(mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        self.is_in_place = true;
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.is_in_place {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes to a pipe or a device. A pipe that nothing is read from takes 64 KiB, and then no more.
fn write_to(mut file: File, text: &str, until: Instant) -> io::Result<()> {
    let (mut rest, whole) = (text.as_bytes(), text.len());
    while !rest.is_empty() {
        match file.write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => rest = &rest[count..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < until => std::thread::sleep(AGAIN),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let written = whole - rest.len();
                let why = format!("its reader is too slow; it took {written} of {whole} bytes");
                return Err(io::Error::new(ErrorKind::TimedOut, why));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(unix)]
fn open(path: &Path, follow: bool) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    // Not blocking: to open a pipe waits for its reader otherwise. Appending: `/dev/stdout` may be a file.
    let mut flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    if !follow {
        flags |= libc::O_NOFOLLOW;
    }
    let opened = OpenOptions::new().append(true).custom_flags(flags).open(path);
    let file = opened.map_err(|error| match error.raw_os_error() {
        Some(libc::ENXIO) => io::Error::new(error.kind(), "no process reads from this pipe"),
        _ => error,
    })?;
    // What is opened may be another thing than what was looked at.
    may_be_written_to(&file.metadata()?)?;
    Ok(file)
}

#[cfg(not(unix))]
fn open(path: &Path, _: bool) -> io::Result<File> {
    OpenOptions::new().append(true).open(path)
}

/// Links there, such as `/dev/stdout`, lead to what the process was given by its parent.
#[cfg(unix)]
fn is_of_the_system(path: &Path) -> bool {
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    // Not all below `/dev`: anyone may make files in `/dev/shm`.
    folder.is_some_and(|folder| folder == Path::new("/dev") || folder.starts_with("/proc"))
}

#[cfg(not(unix))]
fn is_of_the_system(_: &Path) -> bool {
    false
}

#[cfg(unix)]
fn may_be_written_to(metadata: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    if kind.is_dir() {
        Err(ErrorKind::IsADirectory.into())
    } else if kind.is_block_device() {
        Err(io::Error::other("it is a disk"))
    } else if kind.is_socket() {
        Err(io::Error::other("it is a socket"))
    } else {
        Ok(())
    }
}

#[cfg(not(unix))]
fn may_be_written_to(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_dir() { Err(ErrorKind::IsADirectory.into()) } else { Ok(()) }
}

#[cfg(all(test, unix))]
mod tests;
