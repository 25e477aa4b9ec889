//! Starts that fail.

use std::sync::Arc;
use std::time::Duration;

use lifecycle::{App, AppBuilder, Res, Resource, ResourceSpec, Shutdown, TaskSpec};
use lifecycle_tests::stage::{Farewell, WORKERS, block, hang, say};
use tokio::sync::Barrier;

struct First;
struct Second(#[expect(dead_code, reason = "held, so that it is closed before")] Res<First>);
struct Third(#[expect(dead_code, reason = "held, so that it is closed before")] Res<Second>);
struct Fourth(#[expect(dead_code, reason = "held, so that it is closed before")] Res<Third>);

impl Resource for First {}
impl Resource for Second {}
impl Resource for Third {}
impl Resource for Fourth {}

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    Some(match name {
        "all_open" => four(|second| async { third(second) }),
        "third_fails" => four(|_| async { Err("no route to the broker") }),
        "third_panics" => four(|_| async { panic!("no broker is configured") }),
        "third_hangs" => four(|_| async {
            let _farewell = Farewell("the opening of third");
            hang("third").await;
            Err("unreachable")
        }),
        "third_blocks" => four(|_| async {
            block("third");
            Err("unreachable")
        }),
        "third_asks" => asks(),
        "third_fails_second_fails_to_close" => {
            let second = ResourceSpec::<Second>::new("second", |first: Res<First>| async { Second(first) })
                .close(|_| async { Err::<(), _>("disk full") });
            app_of(second, |_| async { Err("no route to the broker") })
        }
        "siblings" => siblings(),
        _ => return None,
    })
}

fn third(second: Res<Second>) -> Result<Third, &'static str> {
    say("opened third");
    Ok(Third(second))
}

fn four<F: Future<Output = Result<Third, &'static str>> + Send + 'static>(
    open_third: fn(Res<Second>) -> F,
) -> AppBuilder {
    let second = ResourceSpec::<Second>::new("second", |first: Res<First>| async {
        say("opened second");
        Second(first)
    });
    app_of(second.close(|_| async { say("closed second") }), open_third)
}

fn app_of<F: Future<Output = Result<Third, &'static str>> + Send + 'static>(
    second: ResourceSpec<Second>,
    open_third: fn(Res<Second>) -> F,
) -> AppBuilder {
    let first = ResourceSpec::<First>::new("first", || async {
        say("opened first");
        First
    });
    let third = ResourceSpec::<Third>::new("third", move |second: Res<Second>| async move { open_third(second).await });
    let fourth = ResourceSpec::<Fourth>::new("fourth", |third: Res<Third>| async {
        say("opened fourth");
        Fourth(third)
    });
    App::builder()
        .resource(fourth.close(|_| async { say("closed fourth") }))
        .resource(second)
        .resource(first.close(|_| async { say("closed first") }))
        .resource(third.open_timeout(OPEN).close(|_| async { say("closed third") }))
        .task(TaskSpec::new("ready", |shutdown: Shutdown| async move {
            say("READY");
            shutdown.requested().await;
        }))
}

/// How long `third` may take.
const OPEN: Duration = Duration::from_millis(300);

/// Asked to shut down before it is run: what it begins to open is dropped before it was looked at.
pub(crate) fn asked_before() -> ! {
    let workers = std::env::var(WORKERS).ok().and_then(|count| count.parse().ok()).unwrap_or(1);
    let app = four(|second| async { third(second) }).worker_threads(workers).build().expect("it is valid");
    app.shutdown().request("it is not wanted any more");
    let report = app.run_blocking();
    say("over");
    std::process::exit(report.exit_code.get().into())
}

/// An `open` that asks for shutdown itself, and then goes on.
fn asks() -> AppBuilder {
    let first = ResourceSpec::<First>::new("first", |shutdown: Shutdown| async move {
        say("opened first");
        shutdown.request("there is nothing to do");
        First
    });
    let second = ResourceSpec::<Second>::new("second", |first: Res<First>| async {
        say("opened second");
        Second(first)
    });
    App::builder()
        .resource(first.close(|_| async { say("closed first") }))
        .resource(second)
        .task(TaskSpec::new("ready", || async { say("READY") }))
}

/// Independent resources open together: two that wait for each other's beginning both open.
fn siblings() -> AppBuilder {
    struct Left;
    struct Right;
    impl Resource for Left {}
    impl Resource for Right {}
    let meeting = Arc::new(Barrier::new(2));
    let other = meeting.clone();
    let left = ResourceSpec::<Left>::new("left", || async move {
        other.wait().await;
        Left
    });
    let right = ResourceSpec::<Right>::new("right", || async move {
        meeting.wait().await;
        Right
    });
    App::builder().resource(left).resource(right).task(lifecycle_tests::stage::ready())
}
