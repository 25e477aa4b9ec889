//! What it costs to count a request in and out, with the question whether new ones are refused.
//!
//! `cargo bench -p lifecycle --bench requests`

#[path = "support/mod.rs"]
mod support;

use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

use lifecycle::{App, Requests, TaskSpec};
use support::compare;
use tokio_util::task::TaskTracker;

/// Runs `operation` on so many threads at once and gives the time of the slowest, per thread.
fn on_threads(threads: usize, n: u32, operation: impl Fn() + Sync) -> Duration {
    let barrier = Barrier::new(threads);
    let times = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                barrier.wait();
                let began = Instant::now();
                (0..n).for_each(|_| operation());
                times.lock().unwrap().push(began.elapsed());
            });
        }
    });
    times.into_inner().unwrap().into_iter().max().unwrap_or_default()
}

/// A `Requests` is handed to components only: this one is carried out of a task.
fn requests() -> Requests {
    let carried: Arc<Mutex<Option<Requests>>> = Arc::default();
    let out = carried.clone();
    let task = TaskSpec::new("lend", move |requests: Requests| {
        let out = out.clone();
        async move {
            *out.lock().unwrap() = Some(requests);
            std::future::pending::<()>().await;
        }
    });
    let app = App::builder().signals(false).guard(false).environment(false).task(task).build().expect("one task");
    std::thread::spawn(move || app.run_blocking());
    loop {
        if let Some(requests) = carried.lock().unwrap().take() {
            return requests;
        }
        std::thread::yield_now();
    }
}

fn main() {
    let (requests, tracker) = (requests(), TaskTracker::new());
    for threads in [1, 2] {
        compare(
            &format!("acquire + release, {threads} thread(s) on one object"),
            200_000,
            vec![
                (
                    "TaskTracker::token + is_closed",
                    Box::new(|n| {
                        on_threads(threads, n, || {
                            assert!(!tracker.is_closed());
                            drop(std::hint::black_box(tracker.token()));
                        })
                    }),
                ),
                (
                    "Requests::try_begin",
                    Box::new(|n| {
                        on_threads(threads, n, || {
                            let request = requests.try_begin("order");
                            assert!(request.is_some());
                            drop(std::hint::black_box(request));
                        })
                    }),
                ),
            ],
        );
    }
    // The App that lent its Requests runs on for ever.
    std::process::exit(0);
}
