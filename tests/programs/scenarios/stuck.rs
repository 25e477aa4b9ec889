//! What does not end by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lifecycle::{App, AppBuilder, Resource, ResourceSpec, Shutdown, TaskSpec, Tasks};
use lifecycle_tests::stage::{FOR_EVER, block, ready, say, workers};
use tokio::sync::Notify;

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    let app = with_ledger(App::builder());
    Some(match name {
        "ignores_asleep" => app.task(ready()).task(TaskSpec::new("deaf", ignores_asleep)),
        "ignores_blocking" => app.task(blocker("deaf")),
        "ignores_forever_loop" => app.task(TaskSpec::new("deaf", always_ready)),
        "one_blocks" => app.task(blocker("blocker")),
        "two_block" => app.task(blocker("blocker1")).task(blocker("blocker2")),
        "tick_blocks" => app.task(TaskSpec::new("tick", || async { block("tick") }).interval(FOR_EVER)),
        "blocks_when_cancelled" => app.task(ready()).task(TaskSpec::new("late", blocks_when_cancelled)),
        "spawn_blocking_awaited" => app.task(TaskSpec::new("worker", |_: Shutdown| spawn_blocking())),
        "spawn_blocking_dropped" => app.task(TaskSpec::new("worker", spawn_blocking)),
        "stdin" => app.task(TaskSpec::new("reader", stdin)),
        "stdin_and_shutdown" => app.task(TaskSpec::new("reader", |shutdown: Shutdown| async move {
            shutdown.until_draining(stdin()).await;
        })),
        "stdin_blocking_task" => app.task(TaskSpec::blocking("reader", read_line)),
        "stdin_blocking_child" => app.task(TaskSpec::new("nursery", stdin_in_a_child)),
        "terminal_blocking_task" => app.task(TaskSpec::blocking("reader", read_from_terminal)),
        "blocks_in_place" => app.task(TaskSpec::new("deaf", blocks_in_place)),
        "blocking_task_blocks_on_a_timer" => app.task(TaskSpec::blocking("deaf", block_on_a_timer)),
        "asks_in_its_close" => asks_in_its_close(App::builder()),
        "child_blocks" => app.task(TaskSpec::new("nursery", child_blocks)),
        "wakes_and_blocks" => wakes_and_blocks(app),
        "starved" => starved(app),
        "drop_blocks" => app.task(TaskSpec::new("holder", drop_blocks)),
        "huge_panic" => app.task(ready()).task(TaskSpec::new("loud", huge_panic)),
        "huge_error" => app.task(ready()).task(TaskSpec::new("loud", huge_error)),
        "lock_held" => app.task(TaskSpec::new("printer", holds_stderr)),
        _ => return None,
    })
}

/// Something that wants to be closed, whatever the tasks do.
struct Ledger;

impl Resource for Ledger {}

fn with_ledger(app: AppBuilder) -> AppBuilder {
    let ledger = ResourceSpec::value("ledger", Ledger);
    app.resource(ledger.close(|_| async { say("closed ledger") }))
}

async fn ignores_asleep(_shutdown: Shutdown) {
    say("deaf sleeps");
    tokio::time::sleep(Duration::from_secs(60)).await;
}

/// Never gives its thread back to the runtime.
fn blocker(name: &'static str) -> TaskSpec {
    TaskSpec::new(name, move |_: Shutdown| async move { block(name) })
}

/// Awaits, but only what is ready: it comes back to the runtime, and goes on.
async fn always_ready(_shutdown: Shutdown) {
    say("READY");
    loop {
        tokio::task::yield_now().await;
    }
}

async fn blocks_when_cancelled(shutdown: Shutdown) {
    shutdown.cancelled().await;
    block("late");
}

async fn child_blocks(tasks: Tasks) {
    tasks.spawn("blocker", async { block("child") });
    std::future::pending().await
}

/// Wakes another task and then blocks: tokio keeps what was woken last for the same thread.
fn wakes_and_blocks(app: AppBuilder) -> AppBuilder {
    let bell = Arc::new(Notify::new());
    let rung = bell.clone();
    let sleeper = move |_: Shutdown| {
        let rung = rung.clone();
        async move {
            rung.notified().await;
            std::future::pending::<()>().await
        }
    };
    let blocker = move |_: Shutdown| {
        let bell = bell.clone();
        async move {
            tokio::task::yield_now().await;
            bell.notify_one();
            block("blocker");
        }
    };
    app.task(TaskSpec::new("sleeper", sleeper)).task(TaskSpec::new("blocker", blocker))
}

/// A task that waits, and once it does, as many that block as there are threads: it is woken, and no thread is there for
/// it. Who blocks has come back to the runtime before, and so has let it know that there is work for another thread.
fn starved(app: AppBuilder) -> AppBuilder {
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    let all = workers() + 1;
    let sleeper = |_: Shutdown| async {
        RUNNING.fetch_add(1, Ordering::SeqCst);
        std::future::pending::<()>().await
    };
    let blocker = move |_: Shutdown| async move {
        RUNNING.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        while RUNNING.load(Ordering::SeqCst) < all {
            tokio::task::yield_now().await;
        }
        block("blocker");
    };
    app.task(TaskSpec::new("sleeper", sleeper)).task(TaskSpec::new("blocker", blocker).instances(workers()))
}

async fn spawn_blocking() {
    let _ = tokio::task::spawn_blocking(|| block("thread")).await;
}

async fn stdin() {
    say("READY");
    let mut line = String::new();
    let mut stdin = tokio::io::BufReader::new(tokio::io::stdin());
    let _ = tokio::io::AsyncBufReadExt::read_line(&mut stdin, &mut line).await;
    say("stdin gave something");
}

async fn blocks_in_place(_shutdown: Shutdown) {
    tokio::task::block_in_place(block_on_a_timer);
}

fn block_on_a_timer() {
    say("deaf blocks");
    tokio::runtime::Handle::current().block_on(tokio::time::sleep(FOR_EVER));
}

fn read_line() {
    say("READY");
    let mut line = String::new();
    let _ = std::io::stdin().read_line(&mut line);
    say("stdin gave something");
}

async fn stdin_in_a_child(tasks: Tasks, shutdown: Shutdown) {
    tasks.spawn_blocking_with("reader", |_| read_line());
    shutdown.requested().await;
}

/// Reads what stdin reads, by another descriptor.
fn read_from_terminal() -> std::io::Result<()> {
    let mut terminal = std::fs::File::open("/proc/self/fd/0")?;
    say("READY");
    let mut byte = [0];
    std::io::Read::read_exact(&mut terminal, &mut byte)?;
    say("the terminal gave something");
    Ok(())
}

/// A close that waits for an answer, which takes a moment.
fn asks_in_its_close(app: AppBuilder) -> AppBuilder {
    let document = ResourceSpec::value("document", Ledger).blocking(true).close(|_| async {
        say("save it?");
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        say(format!("saved: {}", answer.trim()));
        read
    });
    app.resource(document).task(ready())
}

/// Held across an await, so that it is dropped with the task.
struct Heavy;

impl Drop for Heavy {
    fn drop(&mut self) {
        block("drop");
    }
}

async fn drop_blocks() {
    let _heavy = Heavy;
    say("READY");
    std::future::pending().await
}

/// Bytes of a text that takes longer to be told than there is time.
const HUGE: usize = 16 << 20;

/// Ends, when it is told to, by a panic without a text for a message.
async fn huge_panic(shutdown: Shutdown) {
    // What the program prints of it itself takes as long as it likes.
    std::panic::set_hook(Box::new(|_| ()));
    shutdown.draining().await;
    std::panic::panic_any("x".repeat(HUGE));
}

async fn huge_error(shutdown: Shutdown) -> Result<(), String> {
    shutdown.draining().await;
    Err("x".repeat(HUGE))
}

/// Keeps stderr for itself and blocks: what wants to print waits for ever.
async fn holds_stderr(_shutdown: Shutdown) {
    let _stderr = std::io::stderr().lock();
    block("printer");
}
