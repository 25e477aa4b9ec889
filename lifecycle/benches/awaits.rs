//! What it costs to know at which `.await` a task stands and since when, per `.await` and per poll.
//!
//! `cargo bench -p lifecycle --bench awaits`

#[path = "support/mod.rs"]
mod support;

use std::future::poll_fn;
use std::sync::Mutex;
use std::task::Poll;
use std::time::{Duration, Instant};

use lifecycle::{App, cooperative_task};
use support::{Candidate, compare};

static TURNS: Mutex<(bool, u32)> = Mutex::new((false, 0));
static TAKEN: Mutex<Duration> = Mutex::new(Duration::ZERO);

/// Suspends and is woken at once: the cheapest way through the runtime that there is.
async fn again() {
    let mut woken = false;
    poll_fn(|context| {
        if std::mem::replace(&mut woken, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

async fn item(suspends: bool) -> u32 {
    if suspends {
        again().await;
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

/// The same within an async block, which has marks of its own.
#[cooperative_task]
async fn marked_in_a_block() {
    let (suspends, turns) = *TURNS.lock().unwrap();
    let began = Instant::now();
    let block = async {
        let mut sum = 0_u32;
        for _ in 0..turns {
            sum = sum.wrapping_add(item(suspends).await);
        }
        sum
    };
    std::hint::black_box(block.await);
    *TAKEN.lock().unwrap() = began.elapsed();
}

/// The same body in a task of tokio's own.
fn measure_plain(runtime: &tokio::runtime::Runtime, suspends: bool, n: u32) -> Duration {
    let body = async move {
        let began = Instant::now();
        let mut sum = 0_u32;
        for _ in 0..n {
            sum = sum.wrapping_add(item(suspends).await);
        }
        std::hint::black_box(sum);
        began.elapsed()
    };
    runtime.block_on(async { tokio::spawn(body).await.expect("it does not panic") })
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
    for (title, suspends, n) in [("the future is ready", false, 1_000_000), ("a wake and a poll", true, 100_000)] {
        let candidate = |name, task: &'static str| {
            let runtime = &runtime;
            (name, Box::new(move |n| measure(runtime, task, suspends, n)) as Box<dyn FnMut(u32) -> Duration>)
        };
        let plain: Candidate<'_> = ("a task of tokio's own", Box::new(|n| measure_plain(&runtime, suspends, n)));
        compare(
            title,
            n,
            vec![
                candidate("without marks", "unmarked"),
                candidate("with marks", "marked"),
                candidate("with marks, in a block", "marked_in_a_block"),
                plain,
            ],
        );
    }
}
