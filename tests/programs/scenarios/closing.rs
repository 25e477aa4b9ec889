//! Resources that do not close as they should, and handles that stay.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lifecycle::{App, AppBuilder, Res, Resource, ResourceSpec, Shutdown, TaskSpec};
use lifecycle_tests::stage::{arrive, block, give_up, hang, ready, ready_after, say};

/// Opened first, so closed last, whatever the one above it does.
struct Base;
/// The one that gives trouble.
struct Trouble(#[expect(dead_code, reason = "held, so that it is closed before")] Res<Base>);
/// Independent of both.
struct Aside;

impl Resource for Base {}
impl Resource for Trouble {}
impl Resource for Aside {}

struct Another;

impl Resource for Another {}

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    Some(match name {
        "close_well" => around(trouble().close(|_| async {})),
        "close_hangs" => around(trouble().close(|_| hang("close"))),
        "close_blocks" => around(trouble().close(|_| async { block("close") })),
        "close_blocks_aside" => around(trouble().blocking(true).close(|_| async { block("close") })),
        "two_closes_block" => around(trouble().close(|_| async { block("close") })).resource(another_that_blocks()),
        "close_works_aside" => around(trouble().blocking(true).close(|_| async {
            std::thread::sleep(Duration::from_millis(100));
            say(format!("closed trouble on {}", std::thread::current().name().unwrap_or_default()));
        })),
        "close_panics" => around(trouble().close(|_| async { give_up("the index is broken") })),
        "close_fails" => around(trouble().close(|_| async { Err::<(), _>("No space left on device") })),
        "close_returns_false" => around(trouble().close(|_| async { false })),
        "close_asks" => around(
            ResourceSpec::new("trouble", |base: Res<Base>, shutdown: Shutdown| async {
                Ok::<_, String>(Asking(base, shutdown))
            })
            .close(|asking: Asking| async move { asking.1.request("while closing") }),
        ),
        "close_times_out" => around(trouble().close_timeout(Duration::from_millis(100)).close(|_| hang("close"))),
        "resource_drop_blocks" => {
            around(ResourceSpec::<Heavy>::new("trouble", |base: Res<Base>| async { Heavy(base) }))
        }
        "drop_panics" => around(ResourceSpec::<Bomb>::new("trouble", |base: Res<Base>| async { Bomb(base) })),
        "handles_left" => around_ready(trouble().close(|_| async { say("closed trouble") }), ready_after(2))
            .task(keeper("hoarder", 3))
            .task(keeper("magpie", 2)),
        "handles_left_shared" => {
            around_ready(trouble().close_shared(|_| async { say("closed trouble") }), ready_after(1))
                .task(keeper("hoarder", 3))
        }
        "handles_late" => {
            around(trouble().close(|_| async { say("closed trouble") })).task(TaskSpec::new("tardy", gives_back_late))
        }
        "close_priorities" => priorities(),
        _ => return None,
    })
}

struct Asking(#[expect(dead_code, reason = "held, so that it is closed before")] Res<Base>, Shutdown);
struct Heavy(#[expect(dead_code, reason = "held, so that it is closed before")] Res<Base>);
struct Bomb(#[expect(dead_code, reason = "held, so that it is closed before")] Res<Base>);

impl Resource for Asking {}
impl Resource for Heavy {}
impl Resource for Bomb {}

impl Drop for Heavy {
    fn drop(&mut self) {
        block("drop");
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped carelessly")
    }
}

fn another_that_blocks() -> ResourceSpec<Another> {
    ResourceSpec::value("another", Another).close(|_| async { block("another") })
}

fn trouble() -> ResourceSpec<Trouble> {
    ResourceSpec::new("trouble", |base: Res<Base>| async { Trouble(base) })
}

fn around<T: Resource>(trouble: ResourceSpec<T>) -> AppBuilder {
    around_ready(trouble, ready())
}

fn around_ready<T: Resource>(trouble: ResourceSpec<T>, ready: TaskSpec) -> AppBuilder {
    let base = ResourceSpec::value("base", Base).close(|_| async { say("closed base") });
    let aside = ResourceSpec::value("aside", Aside).close(|_| async { say("closed aside") });
    App::builder().resource(base).resource(trouble).resource(aside).task(ready)
}

/// Handles that outlive the component that took them.
static KEPT: Mutex<Vec<Res<Trouble>>> = Mutex::new(Vec::new());

fn keep(handle: &Res<Trouble>, count: usize) {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.extend((0..count).map(|_| handle.clone()));
}

fn keeper(name: &'static str, count: usize) -> TaskSpec {
    TaskSpec::new(name, move |trouble: Res<Trouble>| async move {
        keep(&trouble, count);
        arrive();
    })
}

/// A thread gives its handle back a little after everything else is over.
async fn gives_back_late(trouble: Res<Trouble>, shutdown: Shutdown) {
    shutdown.requested().await;
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        say("gave back");
        drop(trouble);
    });
}

/// Independent resources: what has the lower priority closes later, whatever the order of registration.
fn priorities() -> AppBuilder {
    struct Telemetry;
    struct Cache;
    struct Queue;
    impl Resource for Telemetry {}
    impl Resource for Cache {}
    impl Resource for Queue {}
    let closes = |name: &'static str| async move {
        say(format!("begin {name}"));
        tokio::time::sleep(Duration::from_millis(20)).await;
        say(format!("end {name}"));
    };
    App::builder()
        .resource(ResourceSpec::value("telemetry", Telemetry).priority(-100).close(move |_| closes("telemetry")))
        .resource(ResourceSpec::value("cache", Cache).priority(10).close(move |_| closes("cache")))
        .resource(ResourceSpec::value("queue", Queue).close(move |_| closes("queue")))
        .task(ready())
}
