//! The runtime that an App builds for itself.
//!
//! Tokio panics if it cannot have a worker thread, and while it unwinds it waits for the workers that it has. So threads
//! and descriptors are asked for before, as many as it will need, and given back.

use std::io;
use std::sync::Mutex;
use std::thread::{Builder as Thread, available_parallelism};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use crate::run::process::start_error::StartError;
use crate::run::process::thread_number::ThreadNumber;
use crate::run::process::threads::Threads;
use crate::sys::locks::lock;
use crate::sys::panics;

/// How many threads its runtime has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Workers {
    /// The one that runs the App.
    Here,
    /// Threads of its own; `None`: as many as tokio likes.
    Apart(Option<usize>),
}

/// Descriptors that a runtime opens: six (two for its poller and one to wake it, three for signals).
const OF_RUNTIME: usize = 6;
/// Descriptors to spare: the report is a file, and it is looked at in `/proc` what threads do.
const TO_SPARE: usize = 2;
/// Longest wait for threads that have ended to be gone from the system.
const GONE: Duration = Duration::from_secs(1);

/// Builds it; its threads will be known to `threads`.
pub(crate) fn build(workers: Workers, threads: &Threads) -> Result<Runtime, StartError> {
    has_descriptors(OF_RUNTIME + TO_SPARE).map_err(StartError::without("no descriptors for the runtime"))?;
    has_threads(worker_count(workers)).map_err(StartError::without("no threads for the runtime's workers"))?;
    // What other processes of the same user take in this moment can still be missing: then it panics.
    let built = panics::catch_silently(|| {
        let mut builder = builder(workers);
        threads.watch(&mut builder);
        builder.enable_all().build()
    });
    built.unwrap_or_else(|panic| Err(io::Error::other(panic))).map_err(StartError::without("no runtime"))
}

/// Whether an App on a runtime that is there already can have what it needs at the end.
pub(crate) fn has_to_spare() -> Result<(), StartError> {
    has_descriptors(TO_SPARE).map_err(StartError::without("no descriptor for the report"))
}

fn worker_count(workers: Workers) -> usize {
    // The variable is tokio's.
    let by_default = || {
        let wished = std::env::var("TOKIO_WORKER_THREADS").ok().and_then(|count| count.parse().ok());
        wished.unwrap_or_else(|| available_parallelism().map_or(1, usize::from))
    };
    match workers {
        Workers::Here => 0,
        Workers::Apart(_) if cfg!(not(feature = "rt-multi-thread")) => 0,
        Workers::Apart(count) => count.unwrap_or_else(by_default),
    }
}

fn builder(workers: Workers) -> Builder {
    match workers {
        Workers::Here => Builder::new_current_thread(),
        Workers::Apart(count) => many_threads(count),
    }
}

#[cfg(feature = "rt-multi-thread")]
fn many_threads(workers: Option<usize>) -> Builder {
    let mut builder = Builder::new_multi_thread();
    if let Some(workers) = workers {
        builder.worker_threads(workers);
    }
    builder
}

#[cfg(not(feature = "rt-multi-thread"))]
fn many_threads(_: Option<usize>) -> Builder {
    Builder::new_current_thread()
}

/// Opens so many and closes them again.
#[cfg(unix)]
fn has_descriptors(count: usize) -> io::Result<()> {
    let sockets: io::Result<Vec<_>> = (0..count).map(|_| std::os::unix::net::UnixDatagram::unbound()).collect();
    sockets.map(drop)
}

#[cfg(not(unix))]
fn has_descriptors(_: usize) -> io::Result<()> {
    Ok(())
}

/// Has so many at once, and waits until they are gone again.
fn has_threads(count: usize) -> io::Result<()> {
    let all_are_there = Mutex::new(());
    let numbers = std::thread::scope(|scope| {
        let there = lock(&all_are_there);
        let wait = || {
            drop(lock(&all_are_there));
            ThreadNumber::current()
        };
        let threads: io::Result<Vec<_>> = (0..count).map(|_| Thread::new().spawn_scoped(scope, wait)).collect();
        drop(there);
        let numbers = threads?.into_iter().filter_map(|thread| thread.join().ok());
        Ok::<Vec<ThreadNumber>, io::Error>(numbers.collect())
    })?;
    // The system counts a thread a little longer than until it can be joined.
    let began = Instant::now();
    while !numbers.iter().all(|number| number.is_gone()) && began.elapsed() < GONE {
        std::thread::yield_now();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_that_were_asked_for_are_given_back() {
        has_threads(8).expect("there are eight");
        has_descriptors(OF_RUNTIME + TO_SPARE).expect("there are some");
    }

    #[test]
    fn a_runtime_of_the_thread_that_is_there_needs_no_other() {
        assert_eq!(worker_count(Workers::Here), 0);
        if cfg!(feature = "rt-multi-thread") {
            assert_eq!(worker_count(Workers::Apart(Some(3))), 3);
            assert!(worker_count(Workers::Apart(None)) > 0);
        }
    }

    /// Regression: no more threads than the system gives was a panic.
    #[test]
    fn more_threads_than_there_can_be_are_an_error() {
        let error = Thread::new().stack_size(usize::MAX / 4).spawn(|| ()).map(drop).expect_err("no such stack");
        let error = StartError::without("no threads")(error).to_string();
        assert!(error.starts_with("no threads: "), "{error}");
    }
}
