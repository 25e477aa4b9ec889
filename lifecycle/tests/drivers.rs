//! The driver of a resource: a child that its `open` spawns, which closing needs, and which ends after it.

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Journal, about, app, millis, run, seconds, stop_after};
use lifecycle::{ExitCode, Groups, Outcome, Res, Resource, ResourceSpec, Shutdown, ShutdownReport, TaskSpec, Tasks};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::sleep;

const NOW: Duration = Duration::ZERO;

/// A client whose connection is driven by a task, as those of tokio-postgres and of MQTT are.
struct Client(UnboundedSender<Message>);
impl Resource for Client {}

enum Message {
    Send(String),
    /// Answered once all before it is written.
    Flush(oneshot::Sender<()>),
}

/// Writes what it gets, each with some time, and says goodbye when its client is gone.
async fn connection(mut inbox: tokio::sync::mpsc::UnboundedReceiver<Message>, journal: Journal) {
    while let Some(message) = inbox.recv().await {
        sleep(millis(20)).await;
        match message {
            Message::Send(text) => journal.note(text),
            Message::Flush(done) => drop(done.send(())),
        }
    }
    sleep(millis(30)).await;
    journal.note("goodbye");
}

/// The resource's `open`: the connection is its child.
fn client(journal: &Journal) -> ResourceSpec<Client> {
    let journal = journal.clone();
    ResourceSpec::<Client>::new("client", move |tasks: Tasks| {
        let (client, inbox) = unbounded_channel();
        tasks.spawn("connection", connection(inbox, journal.clone()));
        async move { Ok::<_, String>(Client(client)) }
    })
}

/// A task that sends until it is cancelled.
fn sender() -> TaskSpec {
    TaskSpec::new("sender", |client: Res<Client>, shutdown: Shutdown| async move {
        shutdown.cancelled().await;
        let _ = client.0.send(Message::Send("the last word".to_owned()));
    })
}

fn outcome(report: &ShutdownReport, name: &str) -> Option<Outcome> {
    report.component(name).unwrap_or_else(|| panic!("{name} is not in\n{report}")).outcome
}

#[tokio::test(start_paused = true)]
async fn a_close_can_ask_something_of_the_driver() {
    let journal = Journal::new();
    let closes = |client: Client| async move {
        let (done, flushed) = oneshot::channel();
        client.0.send(Message::Flush(done)).map_err(|_| "the connection is gone")?;
        flushed.await.map_err(|_| "the connection has not answered")
    };
    let report = run(app().resource(client(&journal).close(closes)).task(sender()).task(stop_after(NOW))).await;
    assert_eq!(journal.lines(), ["the last word", "goodbye"]);
    assert_eq!((outcome(&report, "client"), outcome(&report, "client/connection")), BOTH_STOPPED, "{report}");
    assert!(report.is_clean(), "{report}");
}

const BOTH_STOPPED: (Option<Outcome>, Option<Outcome>) = (Some(Outcome::Stopped), Some(Outcome::Stopped));

/// Regression: the driver was dropped as soon as the resource had closed, and what it still had to write was lost, with
/// exit code 0. (The server of a PostgreSQL client saw an "unexpected EOF".)
#[tokio::test(start_paused = true)]
async fn a_driver_that_ends_when_its_client_is_dropped_comes_to_its_end() {
    let journal = Journal::new();
    let report = run(app().resource(client(&journal)).task(sender()).task(stop_after(NOW))).await;
    assert_eq!(journal.lines(), ["the last word", "goodbye"]);
    assert_eq!((outcome(&report, "client"), outcome(&report, "client/connection")), BOTH_STOPPED, "{report}");
    assert!(report.is_clean() && report.total.actual < millis(200), "{report}");
}

struct Network;
impl Resource for Network {}

/// Regression: see above; the network may close only when the last driver that writes to it has ended.
#[tokio::test(start_paused = true)]
async fn what_a_resource_uses_closes_after_its_driver_has_ended() {
    let journal = Journal::new();
    let (network, over) = (journal.clone(), journal.clone());
    let network = ResourceSpec::value("network", Network).close(move |_: Network| {
        let network = network.clone();
        async move { network.note("network closed") }
    });
    let client = ResourceSpec::<Client>::new("client", move |_network: Res<Network>, tasks: Tasks| {
        let (client, inbox) = unbounded_channel();
        tasks.spawn("connection", connection(inbox, over.clone()));
        async move { Ok::<_, String>(Client(client)) }
    });
    let report = run(app().resource(client).resource(network).task(stop_after(NOW))).await;
    assert_eq!(journal.lines(), ["goodbye", "network closed"]);
    assert!(report.is_clean(), "{report}");
}

/// One that is told, and takes some time then.
#[tokio::test(start_paused = true)]
async fn a_driver_with_a_shutdown_is_told_when_the_resource_has_closed_and_has_time() {
    let journal = Journal::new();
    let (opens, closes) = (journal.clone(), journal.clone());
    let client = ResourceSpec::<Client>::new("client", move |tasks: Tasks| {
        let journal = opens.clone();
        tasks.spawn_with("connection", |shutdown| async move {
            shutdown.requested().await;
            journal.note("requested");
            shutdown.cancelled().await;
            sleep(seconds(2)).await;
            journal.note("ended");
        });
        async move { Ok::<_, String>(Client(unbounded_channel().0)) }
    });
    let client = client.close(move |_: Client| {
        let journal = closes.clone();
        async move { journal.note("closed") }
    });
    let report = run(app().resource(client).task(stop_after(NOW))).await;
    assert_eq!(journal.lines(), ["requested", "closed", "ended"]);
    assert!(report.is_clean(), "{report}");
}

/// Drives for ever, and says when it is dropped.
async fn endless(journal: Journal) {
    struct Dropped(Journal);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.note("dropped");
        }
    }
    let _dropped = Dropped(journal);
    std::future::pending::<()>().await;
}

fn endless_client(journal: &Journal) -> ResourceSpec<Client> {
    let journal = journal.clone();
    ResourceSpec::<Client>::new("client", move |tasks: Tasks| {
        tasks.spawn("connection", endless(journal.clone()));
        async move { Ok::<_, String>(Client(unbounded_channel().0)) }
    })
}

#[tokio::test(start_paused = true)]
async fn a_driver_that_never_ends_is_dropped_after_the_close_within_its_time_and_named() {
    let journal = Journal::new();
    let client = endless_client(&journal).close_timeout(seconds(1));
    let report = run(app().resource(client).task(stop_after(NOW))).await;
    assert_eq!(journal.moments("dropped"), [500], "half of what the close has left over");
    let connection = report.component("client/connection").unwrap();
    assert_eq!(connection.outcome, Some(Outcome::Cancelled));
    assert_eq!(connection.error.as_deref(), Some("dropped: it had not ended 500ms after its resource had closed"));
    assert_eq!(report.critical_path, ["client/connection"], "{report}");
    // It is what `spawn` is for, so nothing was forced.
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_driver_that_does_not_hear_is_aborted_within_the_time_of_the_close() {
    let client = ResourceSpec::<Client>::new("client", move |tasks: Tasks| {
        tasks.spawn_with("connection", |_| std::future::pending::<()>());
        async move { Ok::<_, String>(Client(unbounded_channel().0)) }
    });
    let report = run(app().resource(client.close_timeout(seconds(2))).task(stop_after(NOW))).await;
    let connection = report.component("client/connection").unwrap();
    assert_eq!((connection.outcome, report.exit_code), (Some(Outcome::Aborted), ExitCode::UNCLEAN));
    assert!(about(connection.ended.unwrap(), seconds(2)), "{report}");
    assert_eq!(outcome(&report, "client"), Some(Outcome::Stopped));
}

/// Regression: the children of a resource that was open when another failed to open were cut likewise.
#[tokio::test(start_paused = true)]
async fn when_a_start_is_taken_back_drivers_come_to_their_end_too() {
    let journal = Journal::new();
    let client = ResourceSpec::<Client>::new("client", {
        let journal = journal.clone();
        move |tasks: Tasks| {
            let (client, inbox) = unbounded_channel();
            let _ = client.send(Message::Send("hello".to_owned()));
            tasks.spawn("connection", connection(inbox, journal.clone()));
            async move { Ok::<_, String>(Client(client)) }
        }
    });
    let fails = ResourceSpec::<Network>::new("network", |_: Res<Client>| async { Err::<Network, _>("no route") });
    let report = run(app().resource(client).resource(fails)).await;
    assert_eq!(journal.lines(), ["hello", "goodbye"]);
    assert_eq!(report.exit_code, ExitCode::START_FAILED);
    assert_eq!(outcome(&report, "client"), Some(Outcome::Stopped));
}

/// Regression: what an `open` had spawned went on after the App was over, if that `open` failed or was dropped.
#[tokio::test(start_paused = true)]
async fn what_an_open_that_fails_has_spawned_ends_with_the_start() {
    for hangs in [false, true] {
        let journal = Journal::new();
        let opens = journal.clone();
        let client = ResourceSpec::<Client>::new("client", move |tasks: Tasks| {
            tasks.spawn("connection", endless(opens.clone()));
            async move {
                tokio::task::yield_now().await;
                if hangs {
                    std::future::pending::<()>().await;
                }
                Err::<Client, _>("no route")
            }
        });
        let report = run(app().resource(client.open_timeout(seconds(1)))).await;
        assert_eq!(journal.lines(), ["dropped"], "hangs: {hangs}");
        assert_eq!(report.exit_code, ExitCode::START_FAILED);
    }
}

/// A resource that is stopped and started again while the App runs has a new driver, and the old one has ended.
#[tokio::test(start_paused = true)]
async fn a_resource_that_is_stopped_and_started_again_has_one_driver_at_a_time() {
    let journal = Journal::new();
    let states = Arc::new(Mutex::new(Vec::new()));
    let seen = states.clone();
    let operator = TaskSpec::new("operator", {
        let journal = journal.clone();
        move |groups: Groups, shutdown: Shutdown| {
            let (journal, seen) = (journal.clone(), seen.clone());
            async move {
                groups.stop("client").await.unwrap();
                journal.note("stopped");
                groups.start("client").await.unwrap();
                journal.note("started");
                seen.lock().unwrap().push(shutdown.status().services["client"].state);
                shutdown.request("enough");
            }
        }
    });
    let report = run(app().resource(client(&journal)).task(operator)).await;
    assert_eq!(journal.lines(), ["goodbye", "stopped", "started", "goodbye"]);
    assert_eq!(outcome(&report, "client/connection"), Some(Outcome::Stopped));
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn one_that_never_ends_does_not_keep_a_resource_from_being_stopped() {
    let journal = Journal::new();
    let operator = TaskSpec::new("operator", {
        let journal = journal.clone();
        move |groups: Groups, shutdown: Shutdown| {
            let journal = journal.clone();
            async move {
                groups.stop("client").await.unwrap();
                journal.note("stopped");
                shutdown.request("enough");
            }
        }
    });
    let report = run(app().resource(endless_client(&journal).close_timeout(seconds(4))).task(operator)).await;
    assert_eq!(
        (journal.moments("dropped"), journal.moments("stopped")),
        (vec![1_000], vec![1_000]),
        "a second at most"
    );
    assert!(report.is_clean(), "{report}");
}

/// A shutdown that is called off leaves the driver as it was.
#[tokio::test(start_paused = true)]
async fn a_driver_lives_through_a_shutdown_that_is_called_off() {
    let journal = Journal::new();
    let operator = TaskSpec::new("operator", |client: Res<Client>, shutdown: Shutdown| async move {
        shutdown.request("a mistake");
        shutdown.requested().await;
        shutdown.abort().await.unwrap();
        sleep(seconds(1)).await;
        let _ = client.0.send(Message::Send("still here".to_owned()));
        shutdown.request("enough");
    });
    let app = app().announce(seconds(1)).resource(client(&journal)).task(operator);
    let report = run(app).await;
    assert_eq!(journal.lines(), ["still here", "goodbye"]);
    assert!(report.is_clean() && report.called_off == 1, "{report}");
}
