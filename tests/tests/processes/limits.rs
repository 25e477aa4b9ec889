//! Too few descriptors or threads for an App: it refuses to start, and says what is missing.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use lifecycle_tests::driver::{Ended, Program};

use super::scenario;

const FRONTS: [&str; 3] = ["run", "blocking", "process"];

/// A program that refused to start with 71 and told why, or ran with a guard and ended well.
#[track_caller]
fn assert_refused_or_ran(ended: &Ended, limit: &str) -> bool {
    match ended.code() {
        Some(0) => {
            assert_eq!(ended.err, "", "{ended:#?}");
            assert!(!ended.out.contains("guards: 0"), "it ran without a guard: {ended:#?}");
            true
        }
        Some(71) => {
            ended.tells("exit code 71").tells("cannot start").tells(limit).never_says("guards: 1");
            false
        }
        _ => panic!("neither did it refuse nor did it run ({limit}): {ended:#?}"),
    }
}

/// Whether the limit of threads can be tried.
fn may_become_others() -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        eprintln!("skipped: the limit of threads is one of a user, and only root can become a user without any");
    }
    is_root
}

/// A user without a process, so that a program counts its own threads alone.
fn user() -> String {
    static USERS: AtomicU32 = AtomicU32::new(0);
    (1_000_000 + std::process::id() % 100_000 * 1_000 + USERS.fetch_add(1, Ordering::Relaxed)).to_string()
}

/// How many of these runs went well: `run` tells how one ends with so little.
fn sweep(few: impl IntoIterator<Item = u32>, limit: &str, run: impl Fn(u32) -> Program + Sync) -> usize {
    let (few, next): (Vec<u32>, _) = (few.into_iter().collect(), AtomicU32::new(0));
    let one_after_the_other = || {
        let mut well = 0;
        while let Some(most) = few.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
            well += usize::from(assert_refused_or_ran(&run(*most).start().end(), limit));
        }
        well
    };
    thread::scope(|scope| {
        let threads = [0; 4].map(|_| scope.spawn(one_after_the_other));
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).sum()
    })
}

/// Regression: with 4 to 11 descriptors the program panicked (101), and with some more it went on without its guard.
#[test]
fn with_too_few_descriptors_an_app_refuses_to_start() {
    for front in FRONTS {
        for workers in [1, 3] {
            let limited =
                |most: u32| scenario("limited").arg(front).arg("nofile").arg(&most.to_string()).workers(workers);
            let well = sweep(3..=40, "RLIMIT_NOFILE", limited);
            assert!((1..38).contains(&well), "{well} of 38 {front} runs with {workers} workers went well");
        }
    }
}

/// Regression: with 1 to 4 threads the program panicked (101), and with some more it went on without its guard.
#[test]
fn with_too_few_threads_an_app_refuses_to_start() {
    if !may_become_others() {
        return;
    }
    for front in FRONTS {
        for workers in [1, 3] {
            let limited = |most: u32| {
                let program = scenario("limited").arg(front).arg("nproc").arg(&most.to_string());
                program.arg(&user()).workers(workers)
            };
            let well = sweep(1..=10, "RLIMIT_NPROC", limited);
            assert!((1..10).contains(&well), "{well} of 10 {front} runs with {workers} workers went well");
        }
    }
}

/// Regression: the look for leaks panicked when there was no thread to wait on, and no report was made.
#[test]
fn what_finds_no_thread_of_its_own_later_fails_with_the_reason() {
    if !may_become_others() {
        return;
    }
    // With one thread for the runtime: a limit of the user's counts for the thread that has become the user.
    let ended = scenario("no_more_threads").arg(&user()).workers(1).start().end();
    ended.exits(3).says(&["child: failed: no thread for it: Resource temporarily unavailable (os error 11)", "over"]);
    ended.never_says("ran").never_says("closed").outcome("leaves_none", "stopped");
    assert_eq!(ended.report()["leaks"][0]["kind"], "task", "{ended:#?}");
    ended.outcome("store", "failed").error("store", "no thread for its close: Resource temporarily unavailable");
}
