//! What can still be closed when the runtime does nothing any more.

use std::os::fd::AsFd;
use std::sync::Arc;

use lifecycle::{App, AppBuilder, Res, Resource, ResourceSpec, Shutdown, TaskSpec};
use lifecycle_tests::stage::{arrive, block, ready_after, say, workers};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

/// Opened first, so closed last.
struct Log;
/// What a program must not leave as it is.
struct Terminal(#[expect(dead_code, reason = "held, so that it is closed before")] Res<Log>);
/// Its close needs the runtime.
struct Database;
/// Only the one that has it can close it.
struct Queue;
/// The terminal at stdin, in raw mode; with its mode from before.
struct Screen(Termios);

impl Resource for Log {}
impl Resource for Terminal {}
impl Resource for Database {}
impl Resource for Queue {}
impl Resource for Screen {}

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    Some(match name {
        "last_closes" => blocked(resources(|| say("closed terminal"))),
        "last_closes_idle" => resources(|| say("closed terminal")).task(ready_after(0)),
        "last_close_blocks" => blocked(resources(|| block("terminal"))),
        "last_close_blocks_idle" => resources(|| block("terminal")).task(ready_after(0)),
        "raw_mode" => blocked(App::builder().resource(screen())),
        "raw_mode_idle" => App::builder().resource(screen()).task(ready_after(0)),
        _ => return None,
    })
}

fn resources(close: impl Fn() + Clone + Send + Sync + 'static) -> AppBuilder {
    let terminal = ResourceSpec::<Terminal>::new("terminal", |log: Res<Log>| async { Terminal(log) });
    let terminal = terminal.blocking(true).close_shared(move |_| {
        let close = close.clone();
        async move { close() }
    });
    App::builder()
        .resource(ResourceSpec::value("log", Log).blocking(true).close_shared(|_| async { say("closed log") }))
        .resource(terminal)
        .resource(ResourceSpec::value("database", Database).close_shared(|_| async { say("closed database") }))
        .resource(ResourceSpec::value("queue", Queue).blocking(true).close(|_| async { say("closed queue") }))
}

/// As many tasks that block as there are threads.
fn blocked(app: AppBuilder) -> AppBuilder {
    let blocker = TaskSpec::new("blocker", |_: Shutdown| async { block("blocker") });
    app.task(blocker.instances(workers()))
}

fn screen() -> ResourceSpec<Screen> {
    let open = || {
        let before = tcgetattr(std::io::stdin().as_fd())?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(std::io::stdin().as_fd(), OptionalActions::Now, &raw)?;
        arrive();
        Ok::<_, std::io::Error>(Screen(before))
    };
    ResourceSpec::<Screen>::new("screen", open).blocking(true).close_shared(|screen: Arc<Screen>| async move {
        tcsetattr(std::io::stdin().as_fd(), OptionalActions::Now, &screen.0)
    })
}
