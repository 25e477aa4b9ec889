//! What it costs to count a request in and out, with the question whether new ones are refused.
//!
//! `cargo bench -p lifecycle --bench requests`

#[path = "support/mod.rs"]
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lifecycle::{App, Requests, TaskSpec};
use support::compare;
use tokio_util::task::TaskTracker;

/// Runs `operation` on so many threads at once and gives the time of the slowest, per thread.
///
/// On a machine with other work the threads may get their turns one after the other, and do not meet. Such a run says
/// nothing about many threads on one object, and is done again, within reason.
fn on_threads(threads: usize, n: u32, operation: impl Fn() + Sync) -> Duration {
    let mut slowest = Duration::ZERO;
    for _ in 0..200 {
        let times = run_on_threads(threads, n, &operation);
        slowest = times.iter().map(|(began, ended)| *ended - *began).max().unwrap_or_default();
        let all_began = times.iter().map(|(began, _)| *began).max();
        let first_ended = times.iter().map(|(_, ended)| *ended).min();
        let together =
            first_ended.zip(all_began).map_or(Duration::ZERO, |(end, begin)| end.saturating_duration_since(begin));
        if together > slowest.mul_f64(0.8) {
            break;
        }
    }
    slowest
}

/// They wait for each other on their processors: one that had to be woken first would come when the other is over.
fn run_on_threads(threads: usize, n: u32, operation: &(impl Fn() + Sync)) -> Vec<(Instant, Instant)> {
    let ready = AtomicUsize::new(0);
    let times = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                ready.fetch_add(1, Ordering::SeqCst);
                while ready.load(Ordering::SeqCst) < threads {
                    std::hint::spin_loop();
                }
                let began = Instant::now();
                (0..n).for_each(|_| operation());
                times.lock().unwrap().push((began, Instant::now()));
            });
        }
    });
    times.into_inner().unwrap()
}

/// A `Requests` is handed to components only: this one is carried out of a task. The guard has its looks, as it has in
/// a program.
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
    let app = App::builder().signals(false).environment(false).task(task).build().expect("one task");
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
            20_000,
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
                (
                    "the same, four names in turn",
                    Box::new(|n| {
                        on_threads(threads, n / 4, || {
                            for name in ["order", "query", "upload", "health"] {
                                let request = requests.try_begin(name);
                                assert!(request.is_some());
                                drop(std::hint::black_box(request));
                            }
                        })
                    }),
                ),
            ],
        );
    }
    let _in_flight = ["order", "query", "upload", "health"].map(|name| requests.begin(name));
    compare(
        "a reading, four names in use",
        1_000,
        vec![
            ("Requests::in_flight", Box::new(|n| on_threads(1, n, || assert_eq!(requests.in_flight(), 4)))),
            ("Requests::oldest", Box::new(|n| on_threads(1, n, || assert!(requests.oldest().is_some())))),
        ],
    );
    // The App that lent its Requests runs on for ever.
    std::process::exit(0);
}
