//! What the programs under test share: they tell the driver what happens, a line at a time.

use std::io::Write;
use std::time::Duration;

use lifecycle::{AppBuilder, Shutdown, TaskSpec};
use tokio::sync::Semaphore;

/// How many worker threads the driver wants; one is a `current_thread` runtime.
pub const WORKERS: &str = "LC_WORKERS";

/// Longer than any test may last: "for ever".
pub const FOR_EVER: Duration = Duration::from_secs(600);

/// Tells the driver a line. It is with the driver when this returns, however the process ends.
pub fn say(line: impl AsRef<str>) {
    // The driver may be gone; the program goes on.
    let _ = writeln!(std::io::stdout().lock(), "{}", line.as_ref());
}

/// Blocks the thread until long after the test, having told so.
pub fn block(who: &str) {
    say(format!("{who} blocks"));
    std::thread::sleep(FOR_EVER);
}

/// Panics in the place of its caller, but has a type that bodies may give.
#[track_caller]
pub fn give_up(why: &str) {
    panic!("{why}")
}

/// Never resolves, having told so.
pub async fn hang(who: &str) {
    say(format!("{who} hangs"));
    std::future::pending().await
}

/// Says "dropped …" when it is dropped.
#[derive(Debug)]
pub struct Farewell(pub &'static str);

impl Drop for Farewell {
    fn drop(&mut self) {
        say(format!("dropped {}", self.0));
    }
}

/// Tasks that have done what the driver has to wait for.
static ARRIVED: Semaphore = Semaphore::const_new(0);

/// One more has done what the driver has to wait for.
pub fn arrive() {
    ARRIVED.add_permits(1);
}

/// A task that says READY once so many have [arrived](arrive), and ends when shutdown was asked for. A task without a
/// `Shutdown` that has not been polled by then is dropped unpolled.
pub fn ready_after(arrivals: u32) -> TaskSpec {
    TaskSpec::new("ready", move |shutdown: Shutdown| async move {
        let _ = ARRIVED.acquire_many(arrivals).await;
        say("READY");
        shutdown.requested().await;
        say("asked");
    })
}

/// A task that says READY once tasks run, and ends, with "asked", when shutdown was asked for.
pub fn ready() -> TaskSpec {
    ready_after(0)
}

/// How many worker threads the driver wants, or two.
pub fn workers() -> usize {
    std::env::var(WORKERS).ok().and_then(|count| count.parse().ok()).unwrap_or(2)
}

/// Runs an App as a program: with the threads that the driver asked for, to the exit code of its report.
pub fn run(mut app: AppBuilder) -> ! {
    if let Some(workers) = std::env::var(WORKERS).ok().and_then(|count| count.parse().ok()) {
        app = app.worker_threads(workers);
    }
    match app.build() {
        Ok(app) => {
            let report = app.run_blocking();
            say("over");
            std::process::exit(report.exit_code.get().into())
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(lifecycle::ExitCode::INVALID.get().into())
        }
    }
}
