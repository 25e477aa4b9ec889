//! The threads of the runtime that an App builds for itself, so that those left behind are counted.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

/// The runtime's threads that have started and not stopped, workers and blocking ones alike.
#[derive(Clone, Debug, Default)]
pub(crate) struct Threads(Arc<Mutex<HashSet<Thread>>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Thread {
    id: ThreadId,
    /// The kernel's number, where there is one.
    number: Option<u32>,
}

impl Thread {
    fn current() -> Self {
        Self { id: std::thread::current().id(), number: kernel_number() }
    }
}

impl Threads {
    pub(crate) fn watch(&self, builder: &mut tokio::runtime::Builder) {
        let (started, stopped) = (self.clone(), self.clone());
        builder.on_thread_start(move || {
            started.set().insert(Thread::current());
        });
        builder.on_thread_stop(move || {
            let id = std::thread::current().id();
            stopped.set().retain(|thread| thread.id != id);
        });
    }

    fn set(&self) -> MutexGuard<'_, HashSet<Thread>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Threads that still run. One that waits for a line on stdin does not count: nothing is lost with it,
    /// and there is no way to make it stop.
    pub(crate) fn left(&self) -> usize {
        self.set().iter().filter(|thread| !thread.number.is_some_and(reads_stdin)).count()
    }
}

#[cfg(target_os = "linux")]
fn kernel_number() -> Option<u32> {
    let link = std::fs::read_link("/proc/thread-self").ok()?;
    Path::new(&link).file_name()?.to_str()?.parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn kernel_number() -> Option<u32> {
    None
}

/// Whether the thread is in `read(0, …)`: proc(5) gives a thread's system call and its arguments.
#[cfg(target_os = "linux")]
fn reads_stdin(number: u32) -> bool {
    let path = format!("/proc/self/task/{number}/syscall");
    let Ok(call) = std::fs::read_to_string(Path::new(&path)) else { return false };
    let mut words = call.split_ascii_whitespace();
    let is_read = words.next().and_then(|word| word.parse().ok()) == Some(libc::SYS_read);
    is_read && words.next() == Some("0x0")
}

#[cfg(not(target_os = "linux"))]
fn reads_stdin(_: u32) -> bool {
    false
}
