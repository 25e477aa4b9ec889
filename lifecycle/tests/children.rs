//! What a component spawns: scopes, and closures on threads of their own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lifecycle::{App, BoxError, Outcome, Phase, Shutdown, ShutdownReport, TaskSpec, Tasks};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

const S: Duration = Duration::from_secs(1);

/// Runs one task to the end of its App.
async fn run(task: TaskSpec) -> ShutdownReport {
    App::builder().signals(false).guard(false).environment(false).task(task).build().unwrap().run().await
}

#[tokio::test(start_paused = true)]
async fn a_scope_ends_when_all_in_it_has_ended() {
    let (ended, took) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Duration::ZERO)));
    let (count, time) = (ended.clone(), took.clone());
    let report = run(TaskSpec::new("parent", move |tasks: Tasks, shutdown: Shutdown| {
        let (count, time) = (count.clone(), time.clone());
        async move {
            let began = Instant::now();
            let output = tasks
                .scope(async |scope: Tasks| {
                    for seconds in 1..=3 {
                        let count = count.clone();
                        let inner = scope.clone();
                        scope.spawn("child", async move {
                            sleep(S * seconds).await;
                            // Also what a child spawns there belongs to it.
                            inner.spawn("grandchild", async move {
                                sleep(S).await;
                                count.fetch_add(1, Ordering::SeqCst);
                            });
                        });
                    }
                    "output"
                })
                .await;
            assert_eq!((output, count.load(Ordering::SeqCst)), ("output", 3));
            *time.lock().unwrap() = began.elapsed();
            shutdown.request("done");
        }
    }))
    .await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(took.lock().unwrap().as_secs(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_scope_that_is_dropped_takes_its_children_with_it() {
    struct Alive(Arc<AtomicUsize>);
    impl Drop for Alive {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
    let alive = Arc::new(AtomicUsize::new(0));
    let count = alive.clone();
    let report = run(TaskSpec::new("parent", move |tasks: Tasks, shutdown: Shutdown| {
        let count = count.clone();
        async move {
            let outside = tasks.spawn("outside", sleep(S * 2));
            let scope = tasks.scope(async |scope: Tasks| {
                for _ in 0..3 {
                    count.fetch_add(1, Ordering::SeqCst);
                    let alive = Alive(count.clone());
                    scope.spawn("child", async move {
                        let _alive = alive;
                        std::future::pending::<()>().await;
                    });
                }
            });
            assert!(tokio::time::timeout(S, scope).await.is_err());
            tokio::task::yield_now().await;
            assert_eq!(count.load(Ordering::SeqCst), 0);
            assert_eq!(outside.await, Ok(Outcome::Finished));
            shutdown.request("done");
        }
    }))
    .await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(alive.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_closure_that_blocks_has_a_thread_of_its_own_and_is_told_to_stop() {
    let names = Arc::new(Mutex::new(Vec::new()));
    let told = names.clone();
    let report = run(TaskSpec::new("parent", move |tasks: Tasks, shutdown: Shutdown| {
        let told = told.clone();
        async move {
            let tell = told.clone();
            let name = move || tell.lock().unwrap().push(std::thread::current().name().map(str::to_owned));
            assert_eq!(tasks.spawn_blocking("quick", name).await, Ok(Outcome::Finished));
            let failed = tasks.spawn_blocking("fails", || Err::<(), _>("no luck")).await.unwrap_err();
            assert_eq!(failed.to_string(), "failed: no luck");
            let begun = Arc::new(Notify::new());
            let begins = begun.clone();
            let long = tasks.spawn_blocking_with("long", move |shutdown| -> Result<(), BoxError> {
                begins.notify_one();
                loop {
                    shutdown.checkpoint()?;
                    std::thread::yield_now();
                }
            });
            begun.notified().await;
            shutdown.request("in the middle of it");
            assert_eq!(long.await, Ok(Outcome::Stopped));
        }
    }))
    .await;
    assert_eq!(*names.lock().unwrap(), [Some("quick".to_owned())]);
    assert_eq!(report.component("parent/long").unwrap().outcome, Some(Outcome::Stopped));
    assert!(report.is_clean(), "{report}");
}

#[tokio::test]
async fn one_that_does_not_return_is_left_behind_and_named() {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = Arc::new(Mutex::new(Some(wait)));
    let task = TaskSpec::new("parent", move |tasks: Tasks, shutdown: Shutdown| {
        let wait = wait.lock().unwrap().take().unwrap();
        async move {
            let begun = Arc::new(Notify::new());
            let begins = begun.clone();
            tasks.spawn_blocking("stuck", move || {
                begins.notify_one();
                let _ = wait.recv();
            });
            begun.notified().await;
            shutdown.request("while it blocks");
        }
    });
    let app = App::builder().signals(false).guard(false).environment(false).timeout(S);
    let report = app.phase(Phase::CancelTasks, S / 10).task(task).build().unwrap().run().await;
    let stuck = report.component("parent/stuck").unwrap();
    assert_eq!((stuck.outcome, report.exit_code.get()), (Some(Outcome::Leaked), 3));
    assert!(stuck.last_seen.as_ref().is_some_and(|seen| seen.in_poll));
    drop(go);
}

/// Regression: in edition 2024 such a body has the type `!`, which was refused.
#[tokio::test(start_paused = true)]
async fn a_child_that_is_a_loop_without_an_end_is_dropped_in_its_turn() {
    let report = run(TaskSpec::new("owner", |shutdown: Shutdown, tasks: Tasks| async move {
        let child = tasks.spawn("loops", async {
            loop {
                sleep(S).await;
            }
        });
        shutdown.request("that was all");
        assert_eq!(child.await.unwrap(), Outcome::Cancelled);
    }))
    .await;
    assert!(report.is_clean(), "{report}");
}
