//! An App that forks: into a daemon, or for a command.

use std::os::unix::process::CommandExt;
use std::process::Command;

use daemonize::{Daemonize, Outcome, Stdio};
use lifecycle::{App, AppBuilder, Shutdown, TaskSpec};
use lifecycle_tests::stage::{FOR_EVER, ready, say, workers};
use rustix::process::{WaitOptions, set_child_subreaper, wait};

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    let app = App::builder();
    Some(match name {
        "fork_goes_on" => app.task(TaskSpec::new("forks", |shutdown: Shutdown| async move {
            if is_daemon(&shutdown) {
                shutdown.requested().await;
                say("the daemon has heard of a shutdown");
            }
        })),
        "fork_asks" => app.task(TaskSpec::new("forks", |shutdown: Shutdown| async move {
            if is_daemon(&shutdown) {
                // On a thread of its own, which knows of no poll.
                let asks = std::thread::spawn(move || shutdown.request("the daemon asks"));
                say(format!("the daemon has asked: {:?}", asks.join()));
            }
        })),
        "fork_runs_another" => app.task(TaskSpec::new("forks", |shutdown: Shutdown| async move {
            if is_daemon(&shutdown) {
                let another = || App::builder().task(ready()).build().expect("it is valid").run_blocking();
                say(format!("the daemon has run another: {:?}", std::thread::spawn(another).join()));
            }
        })),
        "fork_in_the_pool" => app.task(TaskSpec::new("forks", |shutdown: Shutdown| async move {
            let forks = move || is_daemon(&shutdown).then(|| say("the daemon has come back"));
            let _ = tokio::task::spawn_blocking(forks).await;
        })),
        "fork_in_a_task" => app.task(TaskSpec::new("forks", |shutdown: Shutdown| async move {
            let forks = async move { is_daemon(&shutdown).then(|| say("the daemon has come back")) };
            let _ = tokio::spawn(forks).await;
        })),
        "fork_blocks" => app.task(TaskSpec::new("forks", |shutdown: Shutdown| async move {
            if is_daemon(&shutdown) {
                std::thread::sleep(FOR_EVER);
            }
        })),
        "daemon_too_late" => app.task(TaskSpec::new("forks", || async {
            Daemonize::new().stdout(Stdio::keep()).start().expect("it forks");
            say("the daemon goes on");
        })),
        "forks_for_commands" => app.task(TaskSpec::new("forks", commands)),
        _ => return None,
    })
}

/// Forks, waits for the end of the daemon and tells it; true in the daemon itself.
fn is_daemon(shutdown: &Shutdown) -> bool {
    // So that the daemon, a child of a child, is one of ours when its parent is gone.
    set_child_subreaper(Some(rustix::process::getpid())).expect("it may");
    match Daemonize::new().stdout(Stdio::keep()).stderr(Stdio::keep()).execute() {
        Outcome::Child(child) => {
            child.expect("it forks");
            say(format!("daemon {}", std::process::id()));
            true
        }
        Outcome::Parent(parent) => {
            parent.expect("it forks");
            let (_, status) = wait(WaitOptions::empty()).expect("there is a daemon").expect("it has ended");
            say(format!("its end: {:?} {:?}", status.exit_status(), status.terminating_signal()));
            shutdown.request("the daemon is over");
            false
        }
    }
}

/// With a user given, `Command` forks and calls `exec`; without one, it leaves that to the system.
async fn commands(shutdown: Shutdown) -> std::io::Result<()> {
    for _ in 0..20 {
        let output = Command::new("cat").arg("/proc/self/status").uid(rustix::process::getuid().as_raw()).output()?;
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
    shutdown.request("that was all");
    Ok(())
}

/// A daemon as it should be: nothing of the App is there yet when it forks.
pub(crate) fn daemon_in_time() -> ! {
    Daemonize::new().stdout(Stdio::keep()).stderr(Stdio::keep()).start().expect("it forks");
    say(format!("daemon {}", std::process::id()));
    App::builder().task(ready()).worker_threads(workers()).run_process()
}
