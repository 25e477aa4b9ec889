//! A stderr that takes nothing any more, or whose lock is kept.

use std::io::{PipeReader, PipeWriter, Write};
use std::time::Duration;

use lifecycle_tests::driver::{SLACK, Signal, over_within};

use super::{FLAVORS, scenario};

const WHOLE: Duration = Duration::from_secs(1).saturating_add(SLACK);

/// A pipe into which nothing fits any more, and its reader, which must stay.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let size = rustix::pipe::fcntl_getpipe_size(&writer).expect("a pipe has a size");
    writer.write_all(&vec![b'.'; size]).expect("that much fits");
    (reader, writer)
}

#[test]
fn a_full_stderr_holds_up_neither_the_end_nor_the_report() {
    for workers in FLAVORS {
        over_within(WHOLE, || {
            let (_reader, writer) = full_pipe();
            let mut running = scenario("ignores_asleep").workers(workers).timeout("1s").stderr(writer).start();
            running.wait_for("deaf sleeps");
            running.signal(Signal::USR1);
            let ended = running.end_by(Signal::TERM);
            ended.exits(3).outcome("deaf", "aborted").says(&["closed ledger"]);
            ended.elapsed
        });
    }
}

#[test]
fn a_full_stderr_does_not_hold_up_the_guard() {
    over_within(WHOLE, || {
        let (_reader, writer) = full_pipe();
        let running = scenario("two_block").timeout("1s").stderr(writer).start();
        running.wait_for("blocker1 blocks").wait_for("blocker2 blocks");
        let ended = running.end_by(Signal::TERM);
        assert!(matches!(ended.code(), Some(3 | 124)), "{ended:#?}");
        ended.blocked("blocker1").blocked("blocker2");
        ended.elapsed
    });
}

#[test]
fn a_task_that_keeps_the_lock_of_stderr_does_not_hold_up_the_guard() {
    for (workers, code) in [(1, 124), (2, 3)] {
        over_within(WHOLE, || {
            let running = scenario("lock_held").workers(workers).timeout("1s").start();
            running.wait_for("printer blocks");
            let ended = running.end_by(Signal::TERM);
            ended.exits(code).blocked("printer");
            ended.elapsed
        });
    }
}

#[test]
fn a_stderr_that_nobody_reads_any_more_does_no_harm() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let running = scenario("ignores_asleep").timeout("1s").stderr(writer).start();
    running.wait_for("deaf sleeps");
    running.end_by(Signal::TERM).exits(3).outcome("deaf", "aborted").says(&["closed ledger"]);
}
