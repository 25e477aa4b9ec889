//! Programs that install handlers of signals as well, before or after ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lifecycle::{App, AppBuilder, Shutdown, TaskSpec};
use lifecycle_tests::stage::say;
use signal_hook::consts::{SIGHUP, SIGTERM};
use tokio::signal::unix::{SignalKind, signal};

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    let app = App::builder();
    Some(match name {
        "ctrlc_after" => app.task(TaskSpec::new("installs", ctrlc_after)),
        "tokio_after" => app.task(TaskSpec::new("installs", tokio_after)),
        "signal_hook_after" => app.task(TaskSpec::new("installs", signal_hook_after)),
        _ => return None,
    })
}

/// It takes SIGINT, SIGTERM and SIGHUP, and passes nothing on.
async fn ctrlc_after(shutdown: Shutdown) {
    ctrlc::set_handler(|| say("ctrlc heard")).expect("the handler is installed");
    say("READY");
    tokio::io::AsyncReadExt::read(&mut tokio::io::stdin(), &mut [0]).await.expect("a line");
    shutdown.request("told by stdin");
}

async fn tokio_after(shutdown: Shutdown) {
    let mut hangups = signal(SignalKind::hangup()).expect("a stream");
    let mut terms = signal(SignalKind::terminate()).expect("a stream");
    say("READY");
    hangups.recv().await;
    say("tokio heard SIGHUP");
    terms.recv().await;
    say("tokio heard SIGTERM");
    shutdown.cancelled().await;
}

async fn signal_hook_after(shutdown: Shutdown) {
    let heard = Arc::new(AtomicBool::new(false));
    for signal in [SIGHUP, SIGTERM] {
        signal_hook::flag::register(signal, heard.clone()).expect("the flag is registered");
    }
    say("READY");
    shutdown.cancelled().await;
    say(format!("signal_hook heard: {}", heard.load(Ordering::SeqCst)));
}

/// The program's own handlers are there first, and hear again when the App is over. The second argument says whose.
pub(crate) fn before() -> ! {
    let heard = Arc::new(AtomicBool::new(false));
    match std::env::args().nth(2).as_deref() {
        Some("ctrlc") => {
            let heard = heard.clone();
            ctrlc::set_handler(move || heard.store(true, Ordering::SeqCst)).expect("the handler is installed");
        }
        _ => drop(signal_hook::flag::register(SIGTERM, heard.clone()).expect("the flag is registered")),
    }
    let ready = |shutdown: Shutdown| async move {
        say("READY");
        shutdown.requested().await;
    };
    let app = App::builder().print_report(true).task(TaskSpec::new("ready", ready)).build().expect("it is valid");
    let report = app.run_blocking();
    say(format!("over: {}, heard: {}", report.reason, heard.load(Ordering::SeqCst)));
    while !heard.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::process::exit(report.exit_code.get().into())
}
