//! What is told of a component is one moment of it, however busy it is.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::app;
use lifecycle::{Restart, Shutdown, TaskSpec};

/// Fails in every second run, and comes back at once.
fn flaky(name: String) -> TaskSpec {
    let fails = Arc::new(AtomicBool::new(true));
    TaskSpec::new(name, move || {
        let fails = fails.fetch_xor(true, Ordering::Relaxed);
        async move { if fails { Err("upstream is down") } else { Ok(()) } }
    })
    .critical(false)
    .restart(Restart::Always)
    .backoff(Duration::from_micros(1), Duration::from_micros(1))
    .max_restarts(u32::MAX, Duration::from_secs(1))
}

/// Regression: SIGUSR1 and `/lifecycle` could tell of 1 run and 0 failed ones, with the error of that run.
#[test]
fn counts_and_errors_belong_together() {
    for _ in 0..400 {
        let app = app().worker_threads(2).task(TaskSpec::new("stays", |shutdown: Shutdown| async move {
            shutdown.draining().await;
        }));
        let app = (0..8).fold(app, |app, at| app.task(flaky(format!("flaky{at}")))).build().expect("it is valid");
        let shutdown = app.shutdown();
        let run = std::thread::spawn(move || app.run_blocking());
        loop {
            let status = shutdown.status();
            for (name, task) in &status.services {
                assert_eq!(task.failures > 0, task.error.is_some(), "{name}: {task:?}");
                assert!(task.failures <= task.runs && task.restarts <= task.runs, "{name}: {task:?}");
                assert_eq!(task.next_try.is_some(), task.state == "backing off", "{name}: {task:?}");
            }
            let flaky = status.services.iter().filter(|(name, _)| name.starts_with("flaky"));
            if flaky.into_iter().all(|(_, task)| task.runs > 2) {
                break;
            }
        }
        shutdown.request("enough");
        run.join().expect("it does not panic");
    }
}
