//! Many Apps in one process, one after the other: what each of them leaves behind is counted.
//!
//! `soak VARIANT COUNT` tells after the first hundred and at the end how many descriptors and threads there are, and how
//! many kilobytes of memory the process has.

use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::mpsc::{Receiver, channel};
use std::task::Poll;
use std::time::{Duration, Instant};

use lifecycle::{App, AppBuilder, Requests, Res, Resource, ResourceSpec, Shutdown, State, TaskSpec, Tasks};
use lifecycle_tests::stage::say;
use tokio::task::yield_now;

/// So many before anything is counted: what is made once for all is there by then.
const FIRST: usize = 100;
/// So many handles of Apps that are over live at once.
const KEPT_AT_ONCE: usize = 20;
/// As many as there are: an App runs.
const OF_AN_APP: usize = usize::MAX;
/// Longest wait for threads that have been told to end.
const THREADS_END: Duration = Duration::from_secs(20);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let count: usize = arguments[1].parse().expect("a number");
    match arguments[0].as_str() {
        "blocking_1" => repeat(count, || blocking(1)),
        "blocking_2" => repeat(count, || blocking(2)),
        "looked_at" => repeat(count, looked_at),
        "not_run" => repeat(count, || drop(guarded().build().expect("it is valid"))),
        "invalid" => repeat(count, || drop(guarded().task(waits("task 0")).build().expect_err("a name given twice"))),
        variant => on_a_runtime(variant, count),
    }
}

fn on_a_runtime(variant: &str, count: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let each = |run: fn() -> AppBuilder| repeat(count, || assert_eq!(runtime.block_on(finished(run())), 0));
    match variant {
        "plain" => each(|| guarded().signals(false).guard(false)),
        "guarded" => each(guarded),
        "handles" => repeat(count, || {
            let (app, kept) = hands_out();
            assert_eq!(runtime.block_on(finished(app)), 0);
            kept.try_iter().for_each(keep);
        }),
        "dropped" => repeat(count, || runtime.block_on(dropped())),
        "start_fails" => repeat(count, || assert_eq!(runtime.block_on(finished(start_fails())), 69)),
        "called_off" => repeat(count, || runtime.block_on(called_off())),
        "groups" => runtime.block_on(groups(count)),
        "children" => runtime.block_on(children(count)),
        _ => panic!("there is no variant `{variant}`"),
    }
}

struct Store;

impl Resource for Store {}

fn waits(name: &str) -> TaskSpec {
    TaskSpec::new(name, |shutdown: Shutdown, _store: Res<Store>| async move { shutdown.draining().await })
}

/// An App of twenty tasks and a resource, that hears signals, has a guard, and would count requests.
fn guarded() -> AppBuilder {
    let app = App::builder().resource(ResourceSpec::value("store", Store));
    let app = app.task(TaskSpec::new("server", |shutdown: Shutdown, requests: Requests| async move {
        drop(requests.begin("http"));
        shutdown.draining().await;
    }));
    (0..19).fold(app, |app, number| app.task(waits(&format!("task {number}"))))
}

/// One that ends as soon as it runs.
fn ends() -> TaskSpec {
    TaskSpec::new("ends", |shutdown: Shutdown| async move { shutdown.request("that was all") })
}

async fn finished(app: AppBuilder) -> u8 {
    app.task(ends()).build().expect("it is valid").run().await.exit_code.get()
}

fn blocking(workers: usize) {
    let app = guarded().task(ends()).worker_threads(workers).build().expect("it is valid");
    assert!(app.run_blocking().is_clean());
}

type Handed = (Shutdown, Requests, Tasks);

/// An App that gives away what its components are handed.
fn hands_out() -> (AppBuilder, Receiver<Handed>) {
    let (sender, kept) = channel();
    let hands_out = move |shutdown: Shutdown, requests: Requests, tasks: Tasks| {
        let _ = sender.send((shutdown, requests, tasks));
        async {}
    };
    (guarded().task(TaskSpec::new("hands_out", hands_out)), kept)
}

/// What an App handed out outlives it, as in a static: then it keeps memory, and no descriptor and no thread.
fn keep(handed: impl Any) {
    thread_local! {
        static KEPT: RefCell<VecDeque<Box<dyn Any>>> = const { RefCell::new(VecDeque::new()) };
    }
    KEPT.with_borrow_mut(|kept| {
        kept.push_back(Box::new(handed));
        if kept.len() > KEPT_AT_ONCE {
            kept.pop_front();
        }
    });
}

/// Leaks are looked for, also those of the library itself, on both kinds of runtime and on one that is there already.
fn looked_at() {
    let app = || guarded().task(ends()).detect_leaks(true);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for report in [
        app().worker_threads(1).build().expect("it is valid").run_blocking(),
        app().worker_threads(2).build().expect("it is valid").run_blocking(),
        runtime.block_on(app().build().expect("it is valid").run()),
    ] {
        assert!(report.is_clean() && report.leaks.is_empty(), "{report}");
    }
}

/// Its future is dropped while it runs.
async fn dropped() {
    let app = guarded().build().expect("it is valid");
    let shutdown = app.shutdown();
    let mut run = pin!(app.run());
    std::future::poll_fn(|context| {
        assert!(run.as_mut().poll(context).is_pending());
        let is_ready = shutdown.status().status == lifecycle::Status::Ready;
        if is_ready { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

fn start_fails() -> AppBuilder {
    struct Broken;
    impl Resource for Broken {}
    let broken = ResourceSpec::<Broken>::new("broken", |_store: Res<Store>| async { Err::<Broken, _>("no route") });
    guarded().resource(broken)
}

async fn called_off() {
    let changes_its_mind = TaskSpec::new("operator", |shutdown: Shutdown| async move {
        shutdown.request("too early");
        shutdown.abort().await.expect("it is early enough");
        shutdown.request("that was all");
    });
    let app = guarded().announce(Duration::from_secs(5)).phase(lifecycle::Phase::Announce, Duration::from_millis(1));
    let report = app.task(changes_its_mind).build().expect("it is valid").run().await;
    assert_eq!((report.called_off, report.state), (1, State::Stopped), "{report}");
}

/// One App whose tasks are paused and resumed.
async fn groups(count: usize) {
    let app = App::builder().task(TaskSpec::new("part", |shutdown: Shutdown| async move {
        shutdown.draining().await;
    }));
    let app = app.task(TaskSpec::new("stays", |shutdown: Shutdown| async move { shutdown.draining().await }));
    let app = app.build().expect("it is valid");
    let (shutdown, groups) = (app.shutdown(), app.groups());
    let run = tokio::spawn(app.run());
    while shutdown.status().status != lifecycle::Status::Ready {
        yield_now().await;
    }
    for round in 0..count {
        groups.stop("part").await.expect("it may stop");
        groups.start("part").await.expect("it may start");
        counted(round, count, OF_AN_APP);
    }
    shutdown.request("that was all");
    assert!(run.await.expect("no panic").is_clean());
}

/// One App whose task spawns children.
async fn children(count: usize) {
    let spawns = move |tasks: Tasks, shutdown: Shutdown| async move {
        for round in 0..count {
            let children = [0; 10].map(|_| tasks.spawn("child", yield_now()));
            for child in children {
                child.await.expect("it ends");
            }
            counted(round, count, OF_AN_APP);
        }
        shutdown.request("that was all");
    };
    let app = App::builder().task(TaskSpec::new("spawns", spawns)).build().expect("it is valid");
    assert!(app.run().await.is_clean());
}

fn repeat(count: usize, run: impl Fn()) {
    for round in 0..count {
        run();
        counted(round, count, 1);
    }
}

/// Tells what there is, after the first rounds and after the last. `expected`: so many threads are to be there.
fn counted(round: usize, count: usize, expected: usize) {
    if round + 1 == FIRST || round + 1 == count {
        // First: a thread that is about to end closes its descriptors before.
        let threads = threads(expected);
        say(format!("{} {} {threads} {}", round + 1, entries("/proc/self/fd"), memory()));
    }
}

fn entries(folder: &str) -> usize {
    std::fs::read_dir(folder).expect("it can be read").count()
}

/// How many threads there are, once those have gone that were told to.
fn threads(expected: usize) -> usize {
    let (began, mut least) = (Instant::now(), usize::MAX);
    while least > expected && began.elapsed() < THREADS_END {
        least = least.min(entries("/proc/self/task"));
        std::thread::yield_now();
    }
    least
}

/// The resident set, in kilobytes: the second number of `statm`, in pages.
fn memory() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").expect("it can be read");
    let pages: usize = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("a number");
    pages * rustix::param::page_size() / 1024
}
