//! What the process hears.

use std::time::Duration;

use lifecycle::{App, AppBuilder, Shutdown, TaskSpec, Tasks};
use lifecycle_tests::driver::proc;
use lifecycle_tests::stage::{FOR_EVER, hang, ready, say};

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    let app = App::builder();
    Some(match name {
        "nothing" => app,
        "deaf" => app.signals(false).task(ready()),
        "states" => states(app),
        "prints" => app.print_report(true).task(ready()),
        "duplicates" => duplicates(app),
        "called_off" => called_off(app),
        "reloads" => reloads(app),
        "announces" => app.announce(FOR_EVER).timeout(FOR_EVER * 2).task(ready()),
        "unguarded" => app.guard(false).task(ready()),
        _ => return None,
    })
}

/// Something of each kind, for SIGUSR1.
fn states(app: AppBuilder) -> AppBuilder {
    struct Store;
    impl lifecycle::Resource for Store {}
    let busy = |tasks: Tasks, shutdown: Shutdown| async move {
        tasks.spawn("upload", hang("upload"));
        shutdown.requested().await;
    };
    let failing = || async { Err::<(), _>("upstream is down") };
    app.resource(lifecycle::ResourceSpec::value("store", Store))
        .hook(lifecycle::HookSpec::new("goodbye", lifecycle::Phase::StopNewWork, || async {}))
        .task(TaskSpec::new("probe", failing).interval(FOR_EVER))
        .task(TaskSpec::new("done", || async {}))
        .task(TaskSpec::new("busy", busy))
}

/// Asked to stop it thinks better of it, twice: the second time for longer than the whole shutdown could have lasted.
fn called_off(app: AppBuilder) -> AppBuilder {
    let operator = |shutdown: Shutdown| async move {
        say("READY");
        for round in 1..=2 {
            shutdown.requested().await;
            let ended = shutdown.abort().await;
            tokio::time::sleep(Duration::from_millis(700) * round).await;
            say(format!("round {round}: {ended:?}, {:?}", shutdown.status().status));
        }
        shutdown.cancelled().await;
    };
    let tick = || async { say("tick") };
    app.announce(Duration::from_millis(300))
        .timeout(Duration::from_secs(1))
        .task(TaskSpec::new("operator", operator))
        .task(TaskSpec::new("tick", tick).interval(Duration::from_millis(100)))
}

/// Two names twice, and a parameter that is not registered.
fn duplicates(app: AppBuilder) -> AppBuilder {
    struct Missing;
    impl lifecycle::Resource for Missing {}
    let task = |name: &str| TaskSpec::new(name, || async { say("ran") });
    app.task(task("twin"))
        .task(task("twin"))
        .task(task("other"))
        .task(task("other"))
        .task(TaskSpec::new("lost", |_: lifecycle::Res<Missing>| async {}))
        .task(task("never").interval(Duration::ZERO))
}

/// Two Apps in one process, one after the other, and what the process would do at a signal in between.
pub(crate) fn two_apps() -> ! {
    tell_masks("before");
    for round in ["first", "second"] {
        let task = move |shutdown: Shutdown| async move {
            tell_masks(round);
            say(format!("{round} READY"));
            shutdown.requested().await;
        };
        let app = App::builder().task(TaskSpec::new("task", task)).build().expect("it is valid");
        let report = app.run_blocking();
        say(format!("{round} ended with {}: {}", report.exit_code, report.reason));
        tell_masks("after");
    }
    say("on its own");
    std::thread::sleep(FOR_EVER);
    std::process::exit(99)
}

/// An App on a runtime that other code made.
pub(crate) fn own_runtime() -> ! {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let app = App::builder().task(ready()).build().expect("it is valid");
    let report = runtime.block_on(app.run());
    say("over");
    std::process::exit(report.exit_code.get().into())
}

fn tell_masks(when: &str) {
    let status = std::fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
    match proc::parse_status(&status) {
        Some(status) => say(format!("{when}: {:x} {:x} {:x}", status.blocked, status.ignored, status.caught)),
        None => say(format!("{when}: no masks")),
    }
}

/// It listens to SIGHUP as well, and reloads.
fn reloads(app: AppBuilder) -> AppBuilder {
    let listener = |shutdown: Shutdown| async move {
        let mut hangups = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).expect("a listener");
        say("READY");
        while shutdown.until_draining(hangups.recv()).await.flatten().is_some() {
            say("reloaded");
        }
    };
    app.task(TaskSpec::new("listener", listener))
}
