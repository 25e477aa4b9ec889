//! The threads of the runtime that an App builds for itself, so that those left behind are counted and named.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use crate::run::process::thread_number::ThreadNumber;
use crate::sys::locks::lock;
use crate::sys::{fork, trail};

/// What a thread is called that is started now: tokio asks on the thread that needs it, so the component that
/// called `spawn_blocking` is known when no idle thread was there to take the work.
fn thread_name() -> String {
    trail::current_name().map_or_else(|| WORKER.to_owned(), |name| format!("{name}{BLOCKING}"))
}

/// How often it is looked whether threads have ended: no notice comes of that.
const LOOK_EVERY: Duration = Duration::from_millis(2);

const WORKER: &str = "lifecycle-rt";
const BLOCKING: &str = "/blocking";

/// The runtime's threads that have started and not stopped, workers and blocking ones alike.
#[derive(Clone, Debug, Default)]
pub(crate) struct Threads(Arc<Mutex<HashSet<Thread>>>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Thread {
    id: ThreadId,
    /// The component that started it, if one did.
    starter: Option<String>,
    number: ThreadNumber,
}

impl Thread {
    fn current() -> Self {
        let thread = std::thread::current();
        let starter = thread.name().and_then(|name| name.strip_suffix(BLOCKING)).map(str::to_owned);
        Self { id: thread.id(), starter, number: ThreadNumber::current() }
    }
}

impl Threads {
    pub(crate) fn watch(&self, builder: &mut tokio::runtime::Builder) {
        let (started, stopped) = (self.clone(), self.clone());
        builder.thread_name_fn(thread_name);
        // The one thread of a fork comes by here when it has done what it was about.
        builder.on_thread_park(fork::end_if_forked);
        builder.on_thread_start(move || {
            started.set().insert(Thread::current());
        });
        builder.on_thread_stop(move || {
            fork::end_if_forked();
            let id = std::thread::current().id();
            stopped.set().retain(|thread| thread.id != id);
        });
    }

    fn set(&self) -> MutexGuard<'_, HashSet<Thread>> {
        lock(&self.0)
    }

    /// Waits until no more workers run than are blocked: the runtime has been told to end, and the others do.
    pub(crate) fn wait_for_workers(&self, blocked: usize, most: Duration) {
        let began = Instant::now();
        let workers = || self.left().iter().filter(|starter| starter.is_none()).count();
        while workers() > blocked && began.elapsed() < most {
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Threads that still run, by the component that started each; `None` for a worker. One that waits for input
    /// does not count: nothing is lost with it, and there is no way to make it stop.
    pub(crate) fn left(&self) -> Vec<Option<String>> {
        let threads = self.set();
        let left = threads.iter().filter(|thread| !thread.number.waits_for_input());
        left.map(|thread| thread.starter.clone()).collect()
    }
}
