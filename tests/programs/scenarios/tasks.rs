//! What tasks do, and what becomes of them.

use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lifecycle::{
    App, AppBuilder, Missed, OnShutdown, Requests, Resource, ResourceSpec, Restart, Shutdown, TaskSpec, Tasks,
};
use lifecycle_tests::stage::{FOR_EVER, Farewell, arrive, give_up, ready, ready_after, say};

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    let app = App::builder();
    Some(match name {
        "idle" => (0..100).fold(app.task(ready()), |app, at| app.task(idle(at))),
        "critical_fails" => app.task(ready()).task(failing("ingest")),
        "critical_panics" => app.task(ready()).task(panicking("ingest")),
        "panics_again" => app.task(ready()).task(panicking("ingest").restart(Restart::OnFailure)),
        "child_process_dropped" => app.task(ready_after(1)).task(TaskSpec::new("helper", child_process_dropped)),
        "bare_server" => app.task(TaskSpec::new("server", bare_server)),
        "panics_at_each_tick" => app.task(panics_at_each_tick()),
        "uncritical_fails" => app.task(ready_after(1)).task(failing("ingest").critical(false)),
        "ticks_fail" => app.task(ticks_fail()),
        "tick_in_progress" => app.task(tick_in_progress()),
        "tick_cancelled" => app.task(tick_in_progress().on_shutdown(OnShutdown::Cancel)),
        "ticks_missed" => app.task(fast_ticks().missed(Missed::Skip)),
        "own_stop_timeout" => app.task(own_stop_timeout()),
        "priorities" => [("low", -5), ("middle", 0), ("high", 7)]
            .iter()
            .fold(app.task(ready()), |app, (name, priority)| app.task(says_cancelled(name).priority(*priority))),
        "spawns_when_told" => app.task(TaskSpec::new("nursery", spawns_when_told)),
        "spawns_for_ever" => app
            .task(TaskSpec::new("nursery", spawns_for_ever))
            .resource(ResourceSpec::value("census", Census).close(census)),
        "stubborn_child" => app.task(TaskSpec::new("nursery", stubborn_child)),
        "child_process" => app.task(ready_after(1)).task(TaskSpec::new("helper", child_process)),
        "child_process_of_deaf" => app.task(TaskSpec::new("helper", child_process_of_deaf)),
        "child_masks" => app.task(TaskSpec::new("helper", child_masks)),
        "many_ask" => app.task(TaskSpec::new("crowd", many_ask)),
        _ => return None,
    })
}

/// One of a hundred: intervals from half a minute to five minutes.
fn idle(at: u64) -> TaskSpec {
    let interval = Duration::from_secs(30) + Duration::from_secs(270) * u32::try_from(at).unwrap_or_default() / 99;
    TaskSpec::new(format!("idle{at}"), || async {}).interval(interval)
}

fn failing(name: &str) -> TaskSpec {
    TaskSpec::new(name, || async {
        arrive();
        Err::<(), _>("the queue is gone")
    })
}

fn panicking(name: &str) -> TaskSpec {
    TaskSpec::new(name, || async {
        say("runs");
        give_up("index out of order")
    })
}

fn ticks_fail() -> TaskSpec {
    static TICKS: AtomicUsize = AtomicUsize::new(0);
    let tick = || async {
        if TICKS.fetch_add(1, Ordering::Relaxed) == 3 {
            say("READY");
        }
        Err::<(), _>("upstream is down")
    };
    TaskSpec::new("probe", tick).interval(Duration::from_millis(1))
}

/// As one that prints to a pipe whose reader is gone.
fn panics_at_each_tick() -> TaskSpec {
    static TICKS: AtomicUsize = AtomicUsize::new(0);
    let tick = || async {
        if TICKS.fetch_add(1, Ordering::Relaxed) == 42 {
            say("READY");
        }
        give_up("failed printing to stdout: Broken pipe");
    };
    TaskSpec::new("printer", tick).interval(Duration::from_millis(1))
}

/// A run that is in progress when shutdown begins, and needs a little longer.
fn tick_in_progress() -> TaskSpec {
    let tick = || async {
        say("READY");
        tokio::time::sleep(Duration::from_millis(300)).await;
        say("tick completed");
    };
    TaskSpec::new("tick", tick).interval(Duration::from_secs(30))
}

/// Says each tick, so that a burst after a stop of the process would be seen.
fn fast_ticks() -> TaskSpec {
    TaskSpec::new("fast", || async { say("tick") }).interval(Duration::from_millis(100))
}

fn own_stop_timeout() -> TaskSpec {
    let task = |_: Shutdown| async {
        say("READY");
        tokio::time::sleep(FOR_EVER).await;
    };
    TaskSpec::new("stubborn", task).stop_timeout(Duration::from_millis(100))
}

fn says_cancelled(name: &'static str) -> TaskSpec {
    TaskSpec::new(name, move |shutdown: Shutdown| async move {
        shutdown.cancelled().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        say(format!("ended {name}"));
    })
}

/// Spawns a child when shutdown begins, one in each later phase, and one when its own turn came.
async fn spawns_when_told(tasks: Tasks, shutdown: Shutdown, requests: Requests) {
    // Keeps *complete_current* going until the child has begun: its turn to be cancelled comes after that.
    let busy = requests.try_begin("spawning").expect("it does not drain yet");
    say("READY");
    shutdown.draining().await;
    let (begins, begun) = tokio::sync::oneshot::channel();
    let early = tasks.spawn("early", async move {
        let _farewell = Farewell("early");
        say("early runs");
        let _ = begins.send(());
        std::future::pending::<()>().await;
    });
    say(format!("early refused: {}", early.is_refused()));
    let _ = begun.await;
    drop(busy);
    shutdown.cancelled().await;
    let late = tasks.spawn("late", async { say("late runs") });
    say(format!("late refused: {}", late.is_refused()));
    say(format!("late: {:?}", late.await));
    say(format!("early: {:?}", early.await));
}

/// Each child spawns the next one, as long as it is taken.
async fn spawns_for_ever(tasks: Tasks, shutdown: Shutdown) {
    spawn_next(tasks, 0);
    shutdown.cancelled().await;
}

/// Born and not yet gone.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

struct Alive;

/// Counts once the tasks are over: resources close after them.
struct Census;

impl Resource for Census {}

async fn census(_: Census) {
    say(format!("alive: {}", ALIVE.load(Ordering::SeqCst)));
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

fn spawn_next(tasks: Tasks, generation: u32) {
    let heir = tasks.clone();
    tasks.spawn("heir", async move {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        let _alive = Alive;
        if generation == 50 {
            say("READY");
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
        spawn_next(heir, generation + 1);
    });
}

async fn stubborn_child(tasks: Tasks) {
    tasks.spawn_with("stubborn", |_| async {
        let _farewell = Farewell("stubborn");
        say("READY");
        tokio::time::sleep(FOR_EVER).await;
    });
}

/// It is dropped, and the process that it has started lives on.
async fn child_process_dropped() -> std::io::Result<()> {
    let mut command = tokio::process::Command::new("/bin/sleep");
    // Nothing by which the driver would take it for one of this run's.
    command.arg("3").env_clear().process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn()?;
    arrive();
    std::future::pending::<()>().await;
    drop(child);
    Ok(())
}

/// A server of another library: it spawns its connections by itself, and has no `Shutdown` that would tell it to drain.
async fn bare_server() {
    tokio::spawn(async {
        say("READY");
        std::future::pending::<()>().await;
    });
    std::future::pending::<()>().await;
}

async fn child_process(shutdown: Shutdown) -> std::io::Result<()> {
    let mut child = tokio::process::Command::new("sleep").arg("600").kill_on_drop(true).spawn()?;
    say("child runs");
    arrive();
    let _ = shutdown.until_cancelled(child.wait()).await;
    Ok(())
}

/// Takes its `Shutdown` and does not look at it.
async fn child_process_of_deaf(_shutdown: Shutdown) -> std::io::Result<()> {
    let mut child = tokio::process::Command::new("sleep").arg("600").kill_on_drop(true).spawn()?;
    say("READY");
    child.wait().await.map(|_| ())
}

async fn child_masks(shutdown: Shutdown) -> std::io::Result<()> {
    let output = tokio::process::Command::new("cat").arg("/proc/self/status").output().await?;
    say(String::from_utf8_lossy(&output.stdout));
    say("READY");
    shutdown.requested().await;
    Ok(())
}

/// Asks from 64 threads at once.
async fn many_ask(shutdown: Shutdown) {
    let threads = (0..64).map(|at| {
        let shutdown = shutdown.clone();
        std::thread::spawn(move || shutdown.request(format!("voice {at}")))
    });
    let threads: Vec<_> = threads.collect();
    threads.into_iter().for_each(|thread| thread.join().expect("asking does not panic"));
    shutdown.cancelled().await;
}
