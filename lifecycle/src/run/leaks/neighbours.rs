//! Whether an App had the process, or its thread, to itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread::ThreadId;

use crate::sys::locks::lock;

/// An App that runs, for the others to know of.
#[derive(Debug)]
pub(super) struct Neighbour {
    thread: ThreadId,
    shares_process: AtomicBool,
    shares_thread: AtomicBool,
}

static RUNNING: Mutex<Vec<Weak<Neighbour>>> = Mutex::new(Vec::new());

/// Tells those that run of the new one, and it of them: Apps that overlap for a moment have shared.
pub(super) fn enlist(thread: ThreadId) -> Arc<Neighbour> {
    let me = Arc::new(Neighbour { thread, shares_process: false.into(), shares_thread: false.into() });
    let mut running = lock(&RUNNING);
    running.retain(|other| other.strong_count() > 0);
    for other in running.iter().filter_map(Weak::upgrade) {
        for app in [&me, &other] {
            app.shares_process.store(true, Ordering::Relaxed);
            app.shares_thread.fetch_or(me.thread == other.thread, Ordering::Relaxed);
        }
    }
    running.push(Arc::downgrade(&me));
    me
}

impl Neighbour {
    /// One that no other knows of.
    #[cfg(test)]
    pub(super) fn alone() -> Self {
        Self { thread: std::thread::current().id(), shares_process: false.into(), shares_thread: false.into() }
    }

    pub(super) fn shares_process(&self) -> bool {
        self.shares_process.load(Ordering::Relaxed)
    }

    pub(super) fn shares_thread(&self) -> bool {
        self.shares_thread.load(Ordering::Relaxed)
    }
}

/// Whether no other test can run in this process at the same time.
pub(super) fn is_only_test() -> bool {
    let says = |variable, value: &str| std::env::var_os(variable).is_some_and(|found| found == value);
    says("NEXTEST_EXECUTION_MODE", "process-per-test")
        || says("RUST_TEST_THREADS", "1")
        || is_single(std::env::args_os().filter_map(|arg| arg.into_string().ok()))
}

fn is_single(mut args: impl Iterator<Item = String>) -> bool {
    while let Some(arg) = args.next() {
        if arg == "--test-threads=1" || (arg == "--test-threads" && args.next().as_deref() == Some("1")) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_overlaps_has_shared_for_good() {
        // Other tests of this process may run Apps, so that only what holds among these two is looked at.
        let here = std::thread::current().id();
        let first = enlist(here);
        let elsewhere = std::thread::spawn(move || enlist(std::thread::current().id())).join().unwrap();
        assert!(first.shares_process() && elsewhere.shares_process());
        assert!(!first.shares_thread());
        drop(enlist(here));
        assert!(first.shares_thread() && !elsewhere.shares_thread());
    }

    #[test]
    fn one_thread_for_tests_is_read_in_both_forms() {
        let single = |args: &[&str]| is_single(args.iter().map(|arg| (*arg).to_owned()));
        assert!(single(&["tests", "--test-threads=1"]) && single(&["tests", "--test-threads", "1", "name"]));
        assert!(!single(&["tests", "--test-threads=16"]) && !single(&["--test-threads", "8", "1"]) && !single(&[]));
    }
}
