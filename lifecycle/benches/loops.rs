//! What it costs a task to be cancellable, per iteration of its loop.
//!
//! `cargo bench -p lifecycle --bench loops`

#[path = "support/mod.rs"]
mod support;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lifecycle::{App, Shutdown, TaskSpec};
use support::compare;
use tokio::task::yield_now;
use tokio_util::sync::CancellationToken;

#[derive(Clone, Copy)]
enum Way {
    Bare,
    UntilDraining,
    SelectShutdown,
    SelectToken,
    RunUntilCancelled,
}

/// Times the loop inside a task, as a user would write it.
fn measure(runtime: &tokio::runtime::Runtime, way: Way, suspends: bool, n: u32) -> Duration {
    let taken = Arc::new(Mutex::new(Duration::ZERO));
    let result = taken.clone();
    let task = TaskSpec::new("loop", move |shutdown: Shutdown| {
        let result = result.clone();
        async move { *result.lock().unwrap() = iterate(way, suspends, n, shutdown).await }
    });
    let app = App::builder().signals(false).guard(false).environment(false).task(task);
    runtime.block_on(app.build().expect("one task").run());
    // The guard is dropped before what it guards.
    let taken = taken.lock().map(|taken| *taken);
    taken.unwrap_or_default()
}

async fn item(suspends: bool) -> u32 {
    if suspends {
        yield_now().await;
    }
    std::hint::black_box(1)
}

async fn iterate(way: Way, suspends: bool, n: u32, shutdown: Shutdown) -> Duration {
    let token = CancellationToken::new();
    let began = Instant::now();
    let mut sum = 0_u32;
    for _ in 0..n {
        let next = match way {
            Way::Bare => Some(item(suspends).await),
            Way::UntilDraining => shutdown.until_draining(item(suspends)).await,
            Way::SelectShutdown => tokio::select! {
                biased;
                () = shutdown.draining() => None,
                item = item(suspends) => Some(item),
            },
            Way::SelectToken => tokio::select! {
                biased;
                () = token.cancelled() => None,
                item = item(suspends) => Some(item),
            },
            Way::RunUntilCancelled => token.run_until_cancelled(item(suspends)).await,
        };
        sum = sum.wrapping_add(next.unwrap_or(0));
    }
    std::hint::black_box(sum);
    began.elapsed()
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for (title, suspends, n) in [("event ready", false, 200_000), ("one suspension", true, 50_000)] {
        let candidate = |name, way| {
            let runtime = &runtime;
            (name, Box::new(move |n| measure(runtime, way, suspends, n)) as Box<dyn FnMut(u32) -> Duration>)
        };
        compare(
            title,
            n,
            vec![
                candidate("bare loop, no cancellation", Way::Bare),
                candidate("shutdown.until_draining(next)", Way::UntilDraining),
                candidate("select! on shutdown.draining()", Way::SelectShutdown),
                candidate("select! on CancellationToken::cancelled()", Way::SelectToken),
                candidate("CancellationToken::run_until_cancelled(next)", Way::RunUntilCancelled),
            ],
        );
    }
}
