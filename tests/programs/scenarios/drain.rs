//! The phases: what is announced, drained, completed, and in which order hooks run.

use std::time::Duration;

use lifecycle::{App, AppBuilder, HookSpec, Phase, Requests, Shutdown, TaskSpec, Tasks};
use lifecycle_tests::stage::{FOR_EVER, block, give_up, hang, ready, say};

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    let app = App::builder();
    Some(match name {
        "announce" => app.announce(Duration::from_millis(400)).task(TaskSpec::new("door", announce)),
        "requests" => app.task(TaskSpec::new("server", |t: Tasks, r: Requests, s: Shutdown| server(t, r, s, 300))),
        "requests_lost" => {
            app.task(TaskSpec::new("server", |t: Tasks, r: Requests, s: Shutdown| server(t, r, s, 600_000)))
        }
        "acceptor" => app.task(TaskSpec::new("listener", acceptor)),
        "acceptor_stuck" => app.task(TaskSpec::new("listener", acceptor_stuck)),
        "hooks" => hooks(app),
        "hook_panics" => app
            .task(ready())
            .hook(HookSpec::new("goodbye", Phase::StopNewWork, || async { give_up("no one to say goodbye to") })),
        "hook_fails" => app
            .task(ready())
            .hook(HookSpec::new("goodbye", Phase::StopNewWork, || async { Err::<(), _>("no one to say goodbye to") })),
        "hook_blocks" => {
            app.task(ready()).hook(HookSpec::new("goodbye", Phase::StopNewWork, || async { block("goodbye") }))
        }
        "hook_hangs" => hook_hangs(app),
        "each_phase" => each_phase(app),
        "slow_drain" => app.task(ready()).task(slow_drain()),
        "slow_stop" => slow_stop(app),
        _ => return None,
    })
}

async fn announce(requests: Requests, shutdown: Shutdown) {
    say("READY");
    shutdown.requested().await;
    say(format!("requested, draining: {}", shutdown.is_draining()));
    say(format!("accepted: {}", requests.try_begin("http").is_some()));
    shutdown.draining().await;
    say("draining");
    say(format!("accepted: {}", requests.try_begin("http").is_some()));
}

/// A request that is in progress when shutdown begins, and one that comes too late.
async fn server(tasks: Tasks, requests: Requests, shutdown: Shutdown, millis: u64) {
    let in_flight = requests.try_begin("orders").expect("nothing drains yet");
    tasks.spawn_with("request", move |_| async move {
        say("READY");
        tokio::time::sleep(Duration::from_millis(millis)).await;
        say("answered");
        drop(in_flight);
    });
    shutdown.draining().await;
    say(format!("late one refused: {}", requests.try_begin("orders").is_none()));
}

/// Takes what is in its queue before it closes.
async fn acceptor(requests: Requests, shutdown: Shutdown) {
    let acceptor = requests.acceptor("http");
    say("READY");
    shutdown.draining().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let in_flight = requests.begin("http");
    say(format!("queue drained in {:?}", shutdown.phase()));
    drop(acceptor);
    tokio::time::sleep(Duration::from_millis(100)).await;
    say(format!("answered in {:?}", shutdown.phase()));
    drop(in_flight);
}

async fn acceptor_stuck(requests: Requests, shutdown: Shutdown) {
    let acceptor = requests.acceptor("http");
    say("READY");
    shutdown.cancelled().await;
    drop(acceptor);
}

fn hook(name: &'static str, phase: Phase, priority: i32) -> HookSpec {
    HookSpec::new(name, phase, move || async move {
        say(format!("begin {name}"));
        tokio::time::sleep(Duration::from_millis(20)).await;
        say(format!("end {name}"));
    })
    .priority(priority)
}

/// Given in no order at all.
fn hooks(app: AppBuilder) -> AppBuilder {
    app.task(ready())
        .hook(hook("force_cleanup", Phase::ForceCleanup, 0))
        .hook(hook("cancel_tasks", Phase::CancelTasks, 0))
        .hook(hook("stop low", Phase::StopNewWork, -1))
        .hook(hook("complete_current", Phase::CompleteCurrent, 0))
        .hook(hook("stop high", Phase::StopNewWork, 9))
        .hook(hook("announce", Phase::Announce, 0))
}

fn hook_hangs(app: AppBuilder) -> AppBuilder {
    app.task(ready()).hook(HookSpec::new("goodbye", Phase::StopNewWork, || hang("goodbye")).priority(1)).hook(hook(
        "after",
        Phase::StopNewWork,
        0,
    ))
}

/// Each phase lasts long enough for the driver to send a signal in it.
fn each_phase(app: AppBuilder) -> AppBuilder {
    let lasting = |phase: Phase| {
        HookSpec::new(phase.name(), phase, move || async move {
            say(format!("in {phase}"));
            tokio::time::sleep(Duration::from_millis(100)).await;
        })
    };
    Phase::ALL
        .into_iter()
        .fold(app.task(ready()).announce(Duration::from_millis(300)), |app, phase| app.hook(lasting(phase)))
}

/// A run that goes on for a second after the request.
fn slow_drain() -> TaskSpec {
    let tick = || async {
        say("tick begins");
        tokio::time::sleep(Duration::from_secs(1)).await;
        say("tick completed");
    };
    TaskSpec::new("tick", tick).interval(FOR_EVER)
}

/// Cancelled, it goes on until its stdin is closed.
fn slow_stop(app: AppBuilder) -> AppBuilder {
    let task = |shutdown: Shutdown| async move {
        say("READY");
        shutdown.cancelled().await;
        say("stopping");
        let closed = tokio::io::copy(&mut tokio::io::stdin(), &mut tokio::io::sink()).await;
        say(format!("stopped: {}", closed.is_ok()));
    };
    app.task(TaskSpec::new("slow", task)).hook(hook("cancel_tasks", Phase::CancelTasks, 0))
}
