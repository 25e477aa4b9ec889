//! Restarts, monitors, blocking tasks and copies, on a paused clock.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lifecycle::{App, AppBuilder, BoxError, Outcome, Phase, Reason, Restart, Shutdown, Status, TaskSpec, Tasks};
use tokio::sync::Notify;
use tokio::time::Instant;

const S: Duration = Duration::from_secs(1);

fn app() -> AppBuilder {
    App::builder().signals(false).guard(false).environment(false)
}

/// A task that fails each time, and when it ran.
fn failing(times: &Arc<Mutex<Vec<Instant>>>) -> TaskSpec {
    let times = times.clone();
    TaskSpec::new("fails", move || {
        let mut times = times.lock().unwrap();
        times.push(Instant::now());
        let run = times.len();
        async move { Err::<(), _>(format!("run {run} failed")) }
    })
    .restart(Restart::OnFailure)
}

/// Regression: it was told as failed, with 1 run and 0 failed ones.
#[tokio::test(start_paused = true)]
async fn the_failed_run_of_a_plain_task_is_counted() {
    let task = TaskSpec::new("fails", || async { Err::<(), _>("no disk") });
    let report = app().task(task).build().unwrap().run().await;
    let task = report.component("fails").unwrap();
    assert_eq!((task.outcome, task.runs, task.failures), (Some(Outcome::Failed), 1, 1));
    let task =
        TaskSpec::new("fails", || async { Err::<(), _>("no disk") }).restart(Restart::OnFailure).max_restarts(2, S);
    let report = app().task(task).build().unwrap().run().await;
    let task = report.component("fails").unwrap();
    assert_eq!((task.outcome, task.runs, task.failures), (Some(Outcome::Failed), 3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_fails_comes_back_with_longer_and_longer_waits_until_it_is_too_often() {
    let times = Arc::default();
    let report = app().task(failing(&times)).build().unwrap().run().await;
    let times = times.lock().unwrap();
    assert_eq!(times.len(), 6, "the first run and five restarts");
    for (waited, full) in times.windows(2).map(|pair| pair[1] - pair[0]).zip([100, 200, 400, 800, 1600]) {
        let full = Duration::from_millis(full);
        assert!(waited >= full / 2 && waited <= full + Duration::from_millis(2), "{waited:?} of {full:?}");
    }
    assert!(
        matches!(&report.reason, Reason::TaskFailed { task, error } if task == "fails" && error.contains("run 6 failed"))
    );
    let task = report.component("fails").unwrap();
    assert_eq!((task.outcome, task.restarts, task.runs), (Some(Outcome::Failed), 5, 6));
    assert!(task.error.as_ref().unwrap().contains("5 restarts within 1m"), "{:?}", task.error);
    assert_eq!(report.exit_code.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn failures_that_are_far_apart_are_not_too_often() {
    let times = Arc::default();
    let app = app().task(failing(&times).backoff(S * 20, S * 20).max_restarts(3, S * 60)).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    tokio::time::sleep(S * 3600).await;
    shutdown.request("an hour is over");
    let report = running.await.unwrap();
    assert_eq!(report.component("fails").unwrap().outcome, Some(Outcome::Stopped));
    assert!(times.lock().unwrap().len() > 170, "{}", times.lock().unwrap().len());
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_restart_never_begins_once_shutdown_was_asked_for() {
    let times = Arc::default();
    let app = app().announce(S * 5).task(failing(&times).backoff(S, S)).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    tokio::time::sleep(S / 2).await;
    let waiting = shutdown.status().services["fails"].clone();
    assert_eq!((waiting.state, waiting.restarts), ("backing off", 1));
    assert!(waiting.next_try.is_some_and(|next| next <= S / 2) && waiting.error.as_deref() == Some("run 1 failed"));
    shutdown.request("while it waits");
    let report = running.await.unwrap();
    assert_eq!(times.lock().unwrap().len(), 1);
    let task = report.component("fails").unwrap();
    assert_eq!((task.outcome, task.ended.is_some_and(|ended| ended < S / 10)), (Some(Outcome::Stopped), true));
}

#[tokio::test(start_paused = true)]
async fn always_means_after_a_good_end_too_and_a_panic_is_a_failure() {
    let runs = Arc::new(AtomicUsize::new(0));
    let count = runs.clone();
    let task = TaskSpec::new("comes back", move |shutdown: Shutdown| {
        let run = count.fetch_add(1, Ordering::SeqCst);
        async move {
            match run {
                0 => {}
                1 => panic!("the second run panics"),
                _ => shutdown.draining().await,
            }
        }
    });
    let app = app().task(task.restart(Restart::Always)).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    tokio::time::sleep(S * 5).await;
    let status = shutdown.status().services["comes back"].clone();
    assert_eq!((status.restarts, status.state), (2, "running"));
    assert!(status.error.unwrap().contains("the second run panics"));
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
    assert_eq!(runs.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn what_a_run_has_spawned_does_not_outlive_it() {
    struct Alive(Arc<AtomicUsize>);
    impl Drop for Alive {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
    let (alive, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (count, seen) = (alive.clone(), most.clone());
    let task = TaskSpec::new("parent", move |tasks: Tasks| {
        let (count, seen) = (count.clone(), seen.clone());
        async move {
            seen.fetch_max(count.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let alive = Alive(count);
            tasks.spawn("child", async move {
                let _alive = alive;
                std::future::pending::<()>().await;
            });
            tokio::time::sleep(S).await;
            Err::<(), _>("again")
        }
    });
    app().task(task.restart(Restart::OnFailure)).build().unwrap().run().await;
    assert_eq!((alive.load(Ordering::SeqCst), most.load(Ordering::SeqCst)), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_monitor_calls_once_per_episode_and_again_when_it_is_well() {
    let fails = Arc::new(AtomicBool::new(false));
    let calls = Arc::new(Mutex::new(Vec::new()));
    let (state, failed, recovered) = (fails.clone(), calls.clone(), calls.clone());
    let monitor = TaskSpec::new("monitor", move || {
        let fails = state.load(Ordering::SeqCst);
        async move { if fails { Err("away") } else { Ok(()) } }
    })
    .interval(S)
    .failure_threshold(3)
    .on_failure(move |_: Shutdown| {
        failed.lock().unwrap().push("failure");
        async { Err::<(), _>("the action fails too") }
    })
    .on_recovery(move || {
        recovered.lock().unwrap().push("recovery");
        async { assert_eq!(1, 2, "and this one panics") }
    });
    let app = app().task(monitor).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    let degraded = || shutdown.status().services["monitor"].degraded;
    tokio::time::sleep(S / 2).await;
    let steps: [(bool, u32, bool, &[&str]); 6] = [
        (false, 2, false, &[]),
        (true, 2, false, &[]),
        (true, 5, true, &["failure"]),
        (false, 1, false, &["failure", "recovery"]),
        (true, 2, false, &["failure", "recovery"]),
        (true, 1, true, &["failure", "recovery", "failure"]),
    ];
    for (step, (now, seconds, is_degraded, called)) in steps.into_iter().enumerate() {
        fails.store(now, Ordering::SeqCst);
        tokio::time::sleep(S * seconds).await;
        assert_eq!((degraded(), &**calls.lock().unwrap()), (is_degraded, called), "step {step}");
    }
    assert!(shutdown.status().services["monitor"].error.as_ref().unwrap().contains("on_failure: the action fails too"));
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn an_action_that_hangs_is_cut_off_and_the_monitor_ticks_on() {
    let ticks = Arc::new(AtomicUsize::new(0));
    let count = ticks.clone();
    let monitor = TaskSpec::new("monitor", move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { Err::<(), _>("away") }
    })
    .interval(S)
    .timeout(S * 5)
    .failure_threshold(1)
    .on_failure(std::future::pending::<()>);
    let app = app().task(monitor).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    tokio::time::sleep(S * 10).await;
    assert!(ticks.load(Ordering::SeqCst) > 3);
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test]
async fn a_blocking_task_has_a_thread_of_its_own_and_leaves_at_a_checkpoint() {
    let name = Arc::new(Mutex::new(None));
    let running = Arc::new(Notify::new());
    let (tell, runs) = (name.clone(), running.clone());
    let task = TaskSpec::blocking("index", move |shutdown: Shutdown| -> Result<(), BoxError> {
        *tell.lock().unwrap() = std::thread::current().name().map(str::to_owned);
        runs.notify_one();
        loop {
            shutdown.checkpoint()?;
            std::thread::yield_now();
        }
    });
    let app = app().task(task).build().unwrap();
    let shutdown = app.shutdown();
    let end = tokio::spawn(app.run());
    running.notified().await;
    shutdown.request("enough");
    let report = end.await.unwrap();
    assert_eq!(name.lock().unwrap().as_deref(), Some("index"));
    assert_eq!(report.component("index").unwrap().outcome, Some(Outcome::Stopped));
    assert!(report.is_clean(), "{report}");
}

#[tokio::test]
async fn a_blocking_task_that_does_not_leave_is_left_behind_and_named() {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let running = Arc::new(Notify::new());
    let runs = running.clone();
    let task = TaskSpec::blocking("stuck", move || {
        runs.notify_one();
        let _ = wait.lock().unwrap().recv();
    });
    let app = app().timeout(S).phase(Phase::CancelTasks, S / 10).task(task).build().unwrap();
    let shutdown = app.shutdown();
    let end = tokio::spawn(app.run());
    running.notified().await;
    shutdown.request("enough");
    let report = end.await.unwrap();
    let stuck = report.component("stuck").unwrap();
    assert_eq!((stuck.outcome, report.exit_code.get()), (Some(Outcome::Leaked), 3));
    assert!(stuck.last_seen.as_ref().is_some_and(|seen| seen.in_poll));
    drop(go);
}

#[tokio::test(start_paused = true)]
async fn copies_have_names_of_their_own() {
    let task = TaskSpec::new("worker", |shutdown: Shutdown| async move { shutdown.draining().await }).instances(3);
    let app = app().task(task).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    while shutdown.status().status != Status::Ready {
        tokio::task::yield_now().await;
    }
    shutdown.request("enough");
    let report = running.await.unwrap();
    let names: Vec<_> = report.components.iter().map(|component| component.name.as_str()).collect();
    assert_eq!(names, ["worker[0]", "worker[1]", "worker[2]"]);
    assert!(report.is_clean());
}

struct Unprintable;
impl std::fmt::Display for Unprintable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Err(std::fmt::Error)
    }
}

/// Regression: the place of a panic in the standard library was a line of that: `/rustc/…/library/alloc/src/string.rs`.
#[tokio::test(start_paused = true)]
async fn a_panic_in_the_standard_library_has_the_place_of_the_user_s_line() {
    let task = TaskSpec::new("prints", || async {
        let _ = Unprintable.to_string();
    });
    let report = app().task(task).build().unwrap().run().await;
    let error = report.component("prints").unwrap().error.clone().unwrap();
    assert!(error.contains("lifecycle/tests/supervision.rs:") || error.contains("tests/supervision.rs:"), "{error}");
    assert!(error.contains("a Display implementation returned an error"), "{error}");
}
