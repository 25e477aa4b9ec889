//! The controlling terminal of the process, and whether it is gone.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;

use crate::sys::signals::session;

/// A terminal that the process had.
pub(super) struct Terminal {
    /// The session to which it belonged.
    session: i32,
}

impl Terminal {
    /// `None`: it has none, as a daemon.
    pub(super) fn of_process() -> Option<Terminal> {
        (look() == Look::Here).then(|| Terminal { session: session() })
    }

    /// Whether it was closed. A process that has left its session since has left its terminal by itself.
    pub(super) fn is_gone(&self) -> bool {
        session() == self.session && look() == Look::Gone
    }
}

#[derive(PartialEq, Eq)]
enum Look {
    Here,
    Gone,
    /// There is no descriptor left to look with, for one.
    Unknown,
}

/// `/dev/tty` is the controlling terminal of the process that opens it. After a hangup it has none.
fn look() -> Look {
    // Neither waits for the terminal nor takes hold of it.
    let flags = libc::O_NOCTTY | libc::O_NONBLOCK;
    match OpenOptions::new().read(true).custom_flags(flags).open("/dev/tty") {
        Ok(_) => Look::Here,
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENXIO | libc::EIO)) => Look::Gone,
        Err(_) => Look::Unknown,
    }
}
