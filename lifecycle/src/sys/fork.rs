//! Whether this process is a fork of one in which an App runs.
//!
//! `fork` takes one thread along, the one that called it. In the child there is no guard, no worker of the runtime and no
//! coordinator, and nothing that waits for them will ever go on. A child that calls `exec` soon, as
//! [`Command`](std::process::Command) does, is none the worse for it. So what runs in each child only leaves a mark, and a
//! child that comes back to an App of its parent's ends there, with a message.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};

use libc::c_int;

use super::locks::lock;
use super::signals::{exit_now, process_id};

/// How many Apps run in this process; in a fork, in its parent when it was forked.
static APPS: AtomicUsize = AtomicUsize::new(0);
/// The process in which they run.
static PROCESS: AtomicI32 = AtomicI32::new(0);
/// This process is a fork of it.
static IS_FORK: AtomicBool = AtomicBool::new(false);
/// This process has forked while an App ran.
static HAS_FORKED: AtomicBool = AtomicBool::new(false);
/// Whether the system calls the functions below.
static HOOKED: Mutex<bool> = Mutex::new(false);

/// `EX_OSERR`, as for an App that cannot start.
const EXIT_CODE: c_int = 71;

/// An App that runs, while it lives.
#[derive(Debug)]
pub(crate) struct RunningApp(());

impl RunningApp {
    /// In a fork of a process in which an App runs this is the end: locks of the parent's threads may be held for ever.
    ///
    /// # Errors
    ///
    /// When there is no memory.
    pub(crate) fn begin() -> io::Result<Self> {
        end_if_forked();
        let mut hooked = lock(&HOOKED);
        if !*hooked {
            hook()?;
            *hooked = true;
        }
        PROCESS.store(process_id(), Ordering::Relaxed);
        APPS.fetch_add(1, Ordering::Relaxed);
        Ok(Self(()))
    }
}

impl Drop for RunningApp {
    fn drop(&mut self) {
        if APPS.fetch_sub(1, Ordering::Relaxed) == 1 {
            HAS_FORKED.store(false, Ordering::Relaxed);
        }
    }
}

fn hook() -> io::Result<()> {
    // SAFETY: the three functions live as long as the process (lifecycle is never unloaded: its threads run its code), and do
    // nothing but what a signal handler may do: they store to atomics and call `write`.
    let error = unsafe { libc::pthread_atfork(None, Some(in_parent), Some(in_child)) };
    if error != 0 {
        return Err(io::Error::from_raw_os_error(error));
    }
    // SAFETY: as above.
    match unsafe { libc::atexit(at_exit) } {
        0 => Ok(()),
        _ => Err(io::Error::from_raw_os_error(libc::ENOMEM)),
    }
}

extern "C" fn in_parent() {
    if APPS.load(Ordering::Relaxed) > 0 {
        HAS_FORKED.store(true, Ordering::Relaxed);
    }
}

extern "C" fn in_child() {
    if APPS.load(Ordering::Relaxed) > 0 {
        IS_FORK.store(true, Ordering::Relaxed);
    }
}

/// A process that forks and calls `exit` while its App runs is most likely about to become a daemon. Its child may have no
/// stderr to say so.
extern "C" fn at_exit() {
    let is_parent = HAS_FORKED.load(Ordering::Relaxed) && !IS_FORK.load(Ordering::Relaxed);
    if is_parent && APPS.load(Ordering::Relaxed) > 0 {
        say(format_args!(
            "lifecycle: process {} has forked and exits, and its App still runs: nothing is closed, and a fork cannot go on \
             with it; to become a daemon, fork before the App begins (before `run_process`)",
            process_id()
        ));
    }
}

/// To be called where code of an App goes on: a fork ends here.
#[inline]
pub(crate) fn end_if_forked() {
    if IS_FORK.load(Ordering::Relaxed) {
        end();
    }
}

#[cold]
fn end() -> ! {
    say(format_args!(
        "lifecycle: exit code {EXIT_CODE}: process {} is a fork of process {}, in which an App runs, and has none of its \
         threads: it cannot go on with the App; to become a daemon, fork before the App begins (before `run_process`)",
        process_id(),
        PROCESS.load(Ordering::Relaxed)
    ));
    exit_now(EXIT_CODE)
}

/// Writes a line to stderr without allocating and without a lock: those of the parent may be held for ever here.
fn say(line: std::fmt::Arguments<'_>) {
    let mut text = [0; 512];
    let mut rest = &mut text[..];
    // A line that is too long is cut.
    let _ = writeln!(rest, "{line}");
    let left = rest.len();
    let text = &text[..512 - left];
    // SAFETY: the buffer is valid for as many bytes as are told. What becomes of the line cannot be told to anything.
    unsafe { libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len()) };
}
