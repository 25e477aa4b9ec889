//! What the emulator's user wants done on the way.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lifecycle::{BoxError, Phase};
use lifecycle_tests::driver::Signal;
use localzure::client::Client;
use localzure::hooks::{Event, Hooks, When};
use localzure::{Config, emulator};
use tempfile::TempDir;

use super::{gateway, localzure};

#[test]
fn commands_run_in_their_phase_and_are_told_where_the_emulator_is_and_why_it_stops() {
    let folder = TempDir::new().unwrap();
    let running = localzure(folder.path())
        .arg("--hook")
        .arg("force_cleanup=echo last")
        .arg("--hook")
        .arg("stop_new_work=echo $LOCALZURE_WHEN because of $LOCALZURE_REASON")
        .arg("--hook")
        .arg("ready=echo hello from $LOCALZURE_URL")
        .start();
    let hello = format!("hello from http://{}", gateway(&running));
    running.wait_for(&hello);
    running.end_by(Signal::TERM).exits(0).says(&[&hello, "stop_new_work because of SIGTERM", "last"]);
}

#[test]
fn a_ready_hook_that_fails_ends_the_emulator() {
    let folder = TempDir::new().unwrap();
    let ended = localzure(folder.path()).arg("--hook").arg("ready=exit 7").start().end();
    ended.exits(1).error("ready hook: exit 7", "exit status: 7").outcome("store", "stopped");
}

#[test]
fn a_hook_that_fails_or_hangs_keeps_nothing_from_stopping() {
    let folder = TempDir::new().unwrap();
    let running = localzure(folder.path())
        .timeout("2s")
        .arg("--hook")
        .arg("stop_new_work=sleep 600; true")
        .arg("--hook")
        .arg("complete_current=exit 7")
        .start();
    running.wait_for("READY");
    let ended = running.end_by(Signal::TERM);
    ended.exits(3).outcome("complete_current hook: exit 7", "failed").outcome("store", "stopped");
    ended.outcome("stop_new_work hook: sleep 600; true", "aborted");
}

/// What a hook that is a closure can do: here, use the emulator.
async fn ask(event: &Event, path: &str) -> Result<serde_json::Value, BoxError> {
    let address: SocketAddr = event.url.trim_start_matches("http://").parse()?;
    Ok(Client::connect(address).await?.get(path).await?.json())
}

#[tokio::test]
async fn closures_are_hooks_of_an_emulator_inside_of_another_program() {
    let folder = TempDir::new().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let tell = |what: String| seen.lock().unwrap().push(what);
    let (told, at) = (seen.clone(), tokio::sync::watch::Sender::new(None));
    let mut ready = at.subscribe();
    let hooks = Hooks::new()
        .on(When::Ready, "tell", move |event: Event| {
            at.send_replace(Some(event.url));
            async { Ok(()) }
        })
        .on(When::Stopping(Phase::Announce), "save", move |event: Event| {
            let told = told.clone();
            async move {
                let left = ask(&event, "/queue/jobs").await?;
                told.lock().unwrap().push(format!("{} messages left", left["messages"]));
                Ok(())
            }
        });
    let config = Config { listen: ([127, 0, 0, 1], 0).into(), data: folder.path().into(), ..Config::default() };
    let app = emulator(config, hooks).environment(false).signals(false).guard(false);
    let app = app.announce(Duration::from_millis(200)).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());

    let url = ready.wait_for(Option::is_some).await.unwrap().clone().unwrap();
    let mut client = Client::connect(url.trim_start_matches("http://").parse().unwrap()).await.unwrap();
    client.put("/queue/jobs", "").await.unwrap();
    client.post("/queue/jobs/messages", "one").await.unwrap();
    tell("asked to stop".to_owned());
    shutdown.request("the test is over");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(*seen.lock().unwrap(), ["asked to stop", "1 messages left"]);
}
