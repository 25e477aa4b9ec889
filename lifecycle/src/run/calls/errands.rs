//! Wakers are woken by threads of the library's. One that blocks keeps the thread that woke it, and no other from being
//! woken: before a thread runs anything, another one stands by.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Builder, ThreadId};
use std::time::{Duration, Instant};

use crate::sys::locks::lock;
use crate::words::duration::show;

use super::faults::Faults;

/// Threads at most: so many wakers may block.
const MOST_THREADS: usize = 64;

/// One that takes longer than this blocks.
const BLOCKS: Duration = Duration::from_millis(10);

pub(super) type Errand = Box<dyn FnOnce() + Send>;

/// Where errands are left. Its threads end when it is dropped, those that are not stuck.
#[derive(Debug)]
pub(super) struct Errands(Arc<Pool>);

struct Pool {
    state: Mutex<State>,
    changed: Condvar,
    faults: Arc<Faults>,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Errand>,
    threads: usize,
    /// Threads that wait, or have been started and not come to it yet.
    free: usize,
    /// Since when each of the others has been at its errand.
    busy: HashMap<ThreadId, Instant>,
    closed: bool,
}

impl Errands {
    pub(super) fn new(faults: Arc<Faults>) -> Self {
        Self(Arc::new(Pool { state: Mutex::default(), changed: Condvar::new(), faults }))
    }

    /// Starts the first thread, if there is none.
    pub(super) fn prepare(&self) -> std::io::Result<()> {
        let mut state = self.0.state();
        if state.threads == 0 { self.0.start(&mut state) } else { Ok(()) }
    }

    pub(super) fn run(&self, errand: Errand) {
        let mut state = self.0.state();
        state.queue.push_back(errand);
        if state.free == 0 {
            // Without a thread it waits until one of those that are there comes back.
            let _ = self.0.start(&mut state);
        }
        self.0.changed.notify_one();
    }

    /// That something blocks, for the report.
    pub(super) fn note(&self) -> Option<String> {
        let state = self.0.state();
        let blocks = state.busy.values().map(Instant::elapsed).filter(|time| *time >= BLOCKS);
        let (count, longest) = blocks.fold((0, Duration::ZERO), |(count, most), time| (count + 1, most.max(time)));
        (count > 0)
            .then(|| format!("{count} wakers of waits on lifecycle have not returned, one for {}", show(longest)))
    }
}

impl Errands {
    /// Ends the threads when they have run all errands so far, those that are not stuck.
    pub(super) fn end(&self) {
        self.0.state().closed = true;
        self.0.changed.notify_all();
    }
}

impl Drop for Errands {
    fn drop(&mut self) {
        self.end();
    }
}

impl Pool {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn start(self: &Arc<Self>, state: &mut State) -> std::io::Result<()> {
        if state.threads >= MOST_THREADS {
            return Ok(());
        }
        let pool = self.clone();
        Builder::new().name("lifecycle-wakes".to_owned()).spawn(move || pool.work())?;
        state.threads += 1;
        state.free += 1;
        Ok(())
    }

    fn work(self: Arc<Self>) {
        let mut state = self.state();
        loop {
            if let Some(errand) = state.queue.pop_front() {
                state.free -= 1;
                if state.free == 0 {
                    // It may block.
                    let _ = self.start(&mut state);
                }
                state.busy.insert(thread::current().id(), Instant::now());
                drop(state);
                self.faults.guard("a waker", errand);
                state = self.state();
                state.busy.remove(&thread::current().id());
                state.free += 1;
            } else if state.closed || state.free > 1 {
                break;
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        state.free -= 1;
        state.threads -= 1;
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("threads", &self.state().threads).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn what_blocks_or_panics_keeps_nothing_else_from_its_turn() {
        let errands = Errands::new(Arc::default());
        let (release, blocked) = channel::<()>();
        let (done, ran) = channel();
        let blocked = Arc::new(Mutex::new(blocked));
        for number in 0..30 {
            let (done, blocked) = (done.clone(), blocked.clone());
            errands.run(Box::new(move || match number % 3 {
                0 => {
                    let _ = lock(&blocked).recv();
                }
                1 => panic!("no"),
                _ => done.send(number).unwrap(),
            }));
        }
        let mut numbers: Vec<i32> = (0..10).map(|_| ran.recv_timeout(LONG).expect("it is run")).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..10).map(|number| number * 3 + 2).collect::<Vec<_>>());
        let began = Instant::now();
        let note = loop {
            match errands.note().filter(|note| note.starts_with("10 wakers")) {
                Some(note) => break note,
                None => assert!(began.elapsed() < LONG, "{:?}", errands.note()),
            }
        };
        assert!(note.contains("have not returned, one for"), "{note}");
        drop(release);
    }

    #[test]
    fn the_threads_end_with_it_and_only_one_waits_until_then() {
        let errands = Errands::new(Arc::default());
        errands.prepare().unwrap();
        for _ in 0..100 {
            errands.run(Box::new(|| ()));
        }
        let pool = errands.0.clone();
        let until = |is_so: &dyn Fn(&State) -> bool| {
            let began = Instant::now();
            while !is_so(&pool.state()) {
                assert!(began.elapsed() < LONG, "{} threads", pool.state().threads);
                thread::yield_now();
            }
        };
        until(&|state| state.queue.is_empty() && state.threads == 1);
        drop(errands);
        until(&|state| state.threads == 0);
    }
}
