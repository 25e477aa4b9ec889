//! SIGKILL in the middle of writes.

use std::sync::Arc;

use lifecycle_tests::driver::{Signal, proc::until};
use tempfile::TempDir;

use crate::load::{Ledger, Load, check};

use super::{LONG, gateway, localzure, runtime};

const ROUNDS: usize = 5;
/// Answers in each round; not always after the same number of writes.
const ANSWERS: usize = 120;

#[test]
fn what_was_acknowledged_survives_kill_9_time_and_again() {
    let (folder, runtime, ledger) = (TempDir::new().unwrap(), runtime(), Arc::<Ledger>::default());
    let mut left_open = 0;
    for round in 0..ROUNDS {
        let queue = format!("round-{round}");
        let mut running = localzure(folder.path()).start();
        let load = runtime.block_on(Load::start(gateway(&running), &queue, 4, &ledger)).unwrap();
        let goal = ledger.answered() + ANSWERS + 7 * round;
        until(LONG, || ledger.answered() >= goal, || format!("{} answers of {goal}", ledger.answered()));
        running.signal(Signal::KILL);
        assert_eq!(running.end().killed_by(), Some(Signal::KILL.as_raw()));
        runtime.block_on(load.gone());
        left_open = ledger.unanswered();

        let again = localzure(folder.path()).start();
        let found = runtime.block_on(check(gateway(&again), &queue, &ledger)).unwrap();
        assert!(found.blobs > 0 && found.messages > 0, "{found:?}");
        again.end_by(Signal::TERM).exits(0);
    }
    assert!(left_open > 0, "it was never killed in the middle of a write");
}
