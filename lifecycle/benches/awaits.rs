//! What it costs to know at which `.await` a task stands, per `.await`.
//!
//! `cargo bench -p lifecycle --bench awaits`

#[path = "support/mod.rs"]
mod support;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use lifecycle::{App, cooperative_task};
use support::compare;
use tokio::task::yield_now;

static TURNS: Mutex<(bool, u32)> = Mutex::new((false, 0));
static TAKEN: Mutex<Duration> = Mutex::new(Duration::ZERO);

async fn item(suspends: bool) -> u32 {
    if suspends {
        yield_now().await;
    }
    std::hint::black_box(1)
}

/// The same body twice: with marks and without.
macro_rules! body {
    () => {{
        let (suspends, turns) = *TURNS.lock().unwrap();
        let began = Instant::now();
        let mut sum = 0_u32;
        for _ in 0..turns {
            sum = sum.wrapping_add(item(suspends).await);
        }
        std::hint::black_box(sum);
        *TAKEN.lock().unwrap() = began.elapsed();
    }};
}

#[cooperative_task(traced = false)]
async fn unmarked() {
    body!()
}

/// A macro's own tokens are not seen by the attribute, so this one is written out.
#[cooperative_task]
async fn marked() {
    let (suspends, turns) = *TURNS.lock().unwrap();
    let began = Instant::now();
    let mut sum = 0_u32;
    for _ in 0..turns {
        sum = sum.wrapping_add(item(suspends).await);
    }
    std::hint::black_box(sum);
    *TAKEN.lock().unwrap() = began.elapsed();
}

fn measure(runtime: &tokio::runtime::Runtime, task: &str, suspends: bool, n: u32) -> Duration {
    *TURNS.lock().unwrap() = (suspends, n);
    let app = App::builder().signals(false).guard(false).environment(false);
    let app = app.registered_where(|name, _| name == task).build().expect("one task");
    runtime.block_on(app.run());
    *TAKEN.lock().unwrap()
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for (title, suspends, n) in [("the future is ready", false, 1_000_000), ("one suspension", true, 50_000)] {
        let candidate = |name, task: &'static str| {
            let runtime = &runtime;
            (name, Box::new(move |n| measure(runtime, task, suspends, n)) as Box<dyn FnMut(u32) -> Duration>)
        };
        compare(title, n, vec![candidate("without marks", "unmarked"), candidate("with marks", "marked")]);
    }
}
