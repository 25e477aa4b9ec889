//! Hand-overs between threads, run under every order of steps that a model checker comes to.
//!
//! Each file under test is compiled here a second time, with shuttle's locks and atomics in place of std's. shuttle
//! runs one thread at a time and chooses which one at each lock and each atomic access; a wake-up that gets lost is a
//! deadlock, which it reports with the schedule that leads there.

use std::panic::catch_unwind;

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, FailurePersistence, Runner};

/// What the files under test are made of.
mod sync {
    pub(super) use shuttle::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    pub(super) use shuttle::sync::{Arc, Mutex};

    use shuttle::sync::MutexGuard;

    pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().expect("no thread panics with it")
    }
}

#[path = "../../src/http/serve/cut.rs"]
mod cut;
#[path = "../../src/http/serve/watch.rs"]
mod watch;

mod stages;
mod upgraded;

/// Schedules of each kind.
const SCHEDULES: usize = 1_000;

/// Most changes of priority in a schedule of the kind that looks for rare orders.
const CHANGES: usize = 3;

/// Runs the model under random schedules, and under ones that keep to priorities and so starve a thread for long.
fn check(model: fn()) {
    Runner::new(RandomScheduler::new(SCHEDULES), Config::new()).run(model);
    Runner::new(PctScheduler::new(CHANGES, SCHEDULES), Config::new()).run(model);
}

/// Whether a schedule is found under which the model fails.
fn fails(model: fn()) -> bool {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    catch_unwind(|| Runner::new(RandomScheduler::new(SCHEDULES), config).run(model)).is_err()
}
