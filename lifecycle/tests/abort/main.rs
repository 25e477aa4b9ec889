//! Shutdowns that are called off, on a paused clock.

#[path = "../common/mod.rs"]
mod common;
mod races;
mod tasks;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Journal, app, millis, seconds};
use lifecycle::{
    AbortError, AppBuilder, Groups, HookSpec, Missed, Outcome, Phase, Reason, Requests, ResourceSpec, Shutdown,
    ShutdownReport, Status, TaskSpec, Tasks,
};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

struct Running {
    shutdown: Shutdown,
    groups: Groups,
    app: JoinHandle<ShutdownReport>,
}

impl Running {
    async fn start(app: AppBuilder) -> Self {
        let app = app.build().unwrap();
        let (shutdown, groups) = (app.shutdown(), app.groups());
        let running = Self { shutdown, groups, app: tokio::spawn(app.run()) };
        running.until(Status::Ready).await;
        running
    }

    async fn until(&self, status: Status) {
        let is_so = async {
            while self.shutdown.status().status != status {
                tokio::task::yield_now().await;
            }
        };
        timeout(seconds(100), is_so).await.unwrap();
    }

    async fn phase(&self, phase: Phase) {
        let is_so = async {
            while self.shutdown.phase() != Some(phase) {
                sleep(millis(1)).await;
            }
        };
        timeout(seconds(100), is_so).await.unwrap();
    }

    async fn stop(self) -> ShutdownReport {
        self.shutdown.request("enough");
        self.app.await.unwrap()
    }
}

/// Five seconds of *announce*, and five of *stop_new_work* as long as there is an acceptor.
fn announced() -> AppBuilder {
    app().announce(seconds(5)).phase(Phase::StopNewWork, seconds(5))
}

/// Runs until it is cancelled, whatever else it hears.
fn stays(name: &str) -> TaskSpec {
    TaskSpec::new(name, |shutdown: Shutdown| async move { shutdown.cancelled().await })
}

/// Keeps *stop_new_work* from its end.
fn accepts(name: &str) -> TaskSpec {
    TaskSpec::new(name, |requests: Requests, shutdown: Shutdown| async move {
        let _acceptor = requests.acceptor("door");
        shutdown.cancelled().await;
    })
}

fn ticking(name: &str, missed: Missed) -> (TaskSpec, Arc<Mutex<Vec<u64>>>) {
    let (ticks, began) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
    let seen = ticks.clone();
    let task = TaskSpec::new(name, move || {
        seen.lock().unwrap().push(began.elapsed().as_secs());
        async {}
    });
    (task.interval(seconds(1)).missed(missed), ticks)
}

/// Says when it begins and how it ends; ends at the draining, after a while.
fn drains(name: &'static str, after: Duration, journal: &Journal) -> TaskSpec {
    let journal = journal.clone();
    TaskSpec::new(name, move |shutdown: Shutdown| {
        let journal = journal.clone();
        async move {
            journal.note(format!("{name} begins"));
            shutdown.draining().await;
            sleep(after).await;
            journal.note(format!("{name} ends"));
        }
    })
}

/// What can be seen of a shutdown is gone.
async fn is_as_before(running: &Running) {
    let Running { shutdown, .. } = running;
    assert!(!shutdown.is_requested() && !shutdown.is_draining() && !shutdown.is_cancelled());
    assert_eq!((shutdown.phase(), shutdown.reason(), shutdown.remaining()), (None, None, None));
    let status = shutdown.status();
    assert_eq!((status.status, status.time_left, status.phase_time_left), (Status::Ready, None, None));
    assert!(timeout(seconds(1000), shutdown.requested()).await.is_err());
    assert!(!shutdown.draining_token().is_cancelled());
}

#[tokio::test(start_paused = true)]
async fn in_announce_everything_goes_on_as_before() {
    let running = Running::start(announced().task(accepts("server"))).await;
    let (shutdown, token) = (running.shutdown.clone(), running.shutdown.draining_token());
    for _ in 0..3 {
        shutdown.request("first");
        shutdown.requested().await;
        sleep(seconds(4)).await;
        assert_eq!(shutdown.abort().await, Ok(Vec::new()));
        is_as_before(&running).await;
        assert!(!token.is_cancelled());
    }
    let report = running.stop().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.called_off, report.phases.len()), (3, 5));
    assert!(matches!(report.reason, Reason::Requested { ref why, .. } if why == "enough"));
    assert_eq!(report.component("server").unwrap().runs, 1);
}

#[tokio::test(start_paused = true)]
async fn in_stop_new_work_requests_are_accepted_again_and_children_too() {
    let (handles, given) = (Arc::new(Mutex::new(None)), Arc::new(Mutex::new(None)));
    let give = given.clone();
    let server = TaskSpec::new("server", move |requests: Requests, tasks: Tasks, shutdown: Shutdown| {
        *give.lock().unwrap() = Some((requests.clone(), tasks));
        async move {
            let _acceptor = requests.acceptor("door");
            shutdown.cancelled().await;
        }
    });
    let running = Running::start(announced().task(server)).await;
    sleep(millis(1)).await;
    let (requests, tasks): (Requests, Tasks) = given.lock().unwrap().take().unwrap();
    *handles.lock().unwrap() = requests.try_begin("order");
    running.shutdown.request("first");
    running.phase(Phase::StopNewWork).await;
    let token = running.shutdown.draining_token();
    assert!(requests.try_begin("order").is_none() && running.shutdown.is_draining() && token.is_cancelled());
    assert_eq!(running.shutdown.abort().await, Ok(Vec::new()));
    is_as_before(&running).await;
    assert!(token.is_cancelled(), "what was cancelled stays so");
    let second = requests.try_begin("order").unwrap();
    assert_eq!(requests.in_flight(), 2);
    assert!(tasks.spawn("child", async {}).await.is_ok());
    drop((second, handles.lock().unwrap().take()));
    let report = running.stop().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.requests.refused, report.requests.drained), (0, 0), "that was another shutdown");
}

#[tokio::test(start_paused = true)]
async fn hooks_run_again_in_the_next_one_and_one_that_runs_comes_to_its_end() {
    let journal = Journal::new();
    let note = journal.clone();
    let hook = HookSpec::new("leave", Phase::Announce, move || {
        let note = note.clone();
        async move {
            note.note("leaves");
            sleep(seconds(2)).await;
            note.note("has left");
        }
    });
    let running = Running::start(announced().task(stays("stays")).hook(hook)).await;
    running.shutdown.request("first");
    sleep(seconds(1)).await;
    running.shutdown.abort().await.unwrap();
    sleep(seconds(9)).await;
    assert_eq!((journal.moments("leaves"), journal.moments("has left")), (vec![0], vec![2_000]));
    running.shutdown.request("second");
    sleep(seconds(3)).await;
    running.shutdown.abort().await.unwrap();
    assert_eq!(running.shutdown.status().services["leave"].state, "not begun");
    assert_eq!(journal.moments("has left"), [2_000, 12_000]);
    running.shutdown.request("third");
    sleep(seconds(1)).await;
    running.shutdown.abort().await.unwrap();
    let report = running.stop().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(journal.moments("has left"), [2_000, 12_000, 15_000, 17_000], "the fourth waits for the third");
    assert_eq!(report.component("leave").unwrap().outcome, Some(Outcome::Finished));
}

#[tokio::test(start_paused = true)]
async fn each_refusal_says_why() {
    let running = Running::start(announced().task(stays("stays"))).await;
    let shutdown = running.shutdown.clone();
    assert_eq!(shutdown.abort().await, Err(AbortError::NotRequested));
    shutdown.request("first");
    let (one, two) = tokio::join!(shutdown.abort(), shutdown.abort());
    assert_eq!((one, two), (Ok(Vec::new()), Err(AbortError::NotRequested)));
    let stubborn = TaskSpec::new("stubborn", |_: Shutdown| std::future::pending::<()>());
    running.stop().await;
    assert_eq!(shutdown.abort().await, Err(AbortError::TooLate(Phase::ForceCleanup)), "it is over");

    let running = Running::start(announced().task(stubborn)).await;
    running.shutdown.request("first");
    running.phase(Phase::CancelTasks).await;
    assert_eq!(running.shutdown.abort().await, Err(AbortError::TooLate(Phase::CancelTasks)));
    running.app.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_taken_back_is_not_called_off() {
    struct Slow;
    impl lifecycle::Resource for Slow {}
    let open = || async {
        sleep(seconds(3)).await;
        Slow
    };
    let app = app().resource(ResourceSpec::<Slow>::new("slow", open)).task(stays("stays")).build().unwrap();
    let shutdown = app.shutdown();
    let app = tokio::spawn(app.run());
    sleep(seconds(1)).await;
    shutdown.request("while it starts");
    assert_eq!(shutdown.abort().await, Err(AbortError::Starting));
    assert_eq!(app.await.unwrap().exit_code.get(), 0);
    assert!(shutdown.abort().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_app_that_is_dropped_before_it_ran_answers_too() {
    let app = app().task(stays("stays")).build().unwrap();
    let shutdown = app.shutdown();
    shutdown.request("never");
    let asking = tokio::spawn(async move { shutdown.abort().await });
    tokio::task::yield_now().await;
    drop(app);
    assert!(timeout(seconds(1), asking).await.unwrap().unwrap().is_err());
}
