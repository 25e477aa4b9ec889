//! Tasks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use lifecycle::{App, GroupError, Groups, HookSpec, Missed, Outcome, Phase, Shutdown, TaskSpec, Tasks};
use tokio::time::{Instant, sleep};

use super::{S, start, ticking};

#[tokio::test(start_paused = true)]
async fn no_tick_runs_while_it_is_paused_and_what_was_missed_follows_the_option() {
    let (skip, skipped) = ticking("skip", "group", Missed::Skip);
    let (burst, burst_ticks) = ticking("burst", "group", Missed::Burst);
    let (delay, delayed) = ticking("delay", "group", Missed::Delay);
    let (other, others) = ticking("other", "rest", Missed::Skip);
    let (shutdown, groups, running) = start(App::builder().task(skip).task(burst).task(delay).task(other));
    sleep(S * 5 / 2).await;
    let mut names = groups.pause("group").await.unwrap();
    names.sort();
    assert_eq!(names, ["burst", "delay", "skip"]);
    sleep(S * 4).await;
    for ticks in [&skipped, &burst_ticks, &delayed] {
        assert_eq!(*ticks.lock().unwrap(), [0, 1, 2], "nothing ticks while it is paused");
    }
    assert_eq!(shutdown.status().services["skip"].state, "paused");
    groups.resume("group").await.unwrap();
    sleep(S * 11 / 5).await;
    assert_eq!(*skipped.lock().unwrap(), [0, 1, 2, 7, 8]);
    assert_eq!(*burst_ticks.lock().unwrap(), [0, 1, 2, 6, 6, 6, 6, 7, 8], "none is lost");
    assert_eq!(*delayed.lock().unwrap(), [0, 1, 2, 6, 7, 8]);
    assert_eq!(*others.lock().unwrap(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.component("skip").unwrap().failures, 0);
}

#[tokio::test(start_paused = true)]
async fn a_run_in_progress_ends_before_the_group_counts_as_paused() {
    let (begun, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (begins, ends) = (begun.clone(), ended.clone());
    let task = TaskSpec::new("slow", move || {
        let (begins, ends) = (begins.clone(), ends.clone());
        async move {
            begins.fetch_add(1, Ordering::SeqCst);
            sleep(S * 3).await;
            ends.fetch_add(1, Ordering::SeqCst);
        }
    });
    let (shutdown, groups, running) = start(App::builder().task(task.interval(S * 10).tags(["group"])));
    sleep(S).await;
    let asked = Instant::now();
    groups.pause("group").await.unwrap();
    assert_eq!((begun.load(Ordering::SeqCst), ended.load(Ordering::SeqCst)), (1, 1));
    assert_eq!(asked.elapsed().as_secs(), 2);
    shutdown.request("while it is paused");
    assert_eq!(running.await.unwrap().component("slow").unwrap().outcome, Some(Outcome::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_plain_task_begins_anew_each_time_and_hears_of_the_stop_as_of_a_shutdown() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let tell = heard.clone();
    let polite = TaskSpec::new("polite", move |shutdown: Shutdown| {
        let tell = tell.clone();
        async move {
            tell.lock().unwrap().push("begins");
            shutdown.draining().await;
            tell.lock().unwrap().push("drains");
            assert!(!shutdown.is_cancelled() && shutdown.draining_token().is_cancelled());
            shutdown.cancelled().await;
            tell.lock().unwrap().push("cancelled");
        }
    });
    let (shutdown, groups, running) = start(App::builder().task(polite));
    sleep(S).await;
    for _ in 0..2 {
        groups.stop("polite").await.unwrap();
        groups.start("polite").await.unwrap();
    }
    sleep(S).await;
    let turn = ["begins", "drains", "cancelled"];
    assert_eq!(*heard.lock().unwrap(), [&turn[..], &turn[..], &["begins"]].concat());
    assert!(!shutdown.is_requested());
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn one_that_does_not_listen_is_dropped_and_one_without_a_shutdown_at_once() {
    let alive = Arc::new(AtomicUsize::new(0));
    struct Alive(Arc<AtomicUsize>);
    impl Drop for Alive {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
    let live = |alive: &Arc<AtomicUsize>| {
        alive.fetch_add(1, Ordering::SeqCst);
        Alive(alive.clone())
    };
    let (one, two) = (alive.clone(), alive.clone());
    let deaf = TaskSpec::new("deaf", move |_: Shutdown| {
        let alive = live(&one);
        async move {
            let _alive = alive;
            std::future::pending::<()>().await;
        }
    });
    let plain = TaskSpec::new("plain", move || {
        let alive = live(&two);
        async move {
            let _alive = alive;
            std::future::pending::<()>().await;
        }
    });
    let (shutdown, groups, running) =
        start(App::builder().task(deaf.stop_timeout(S * 3).tags(["group"])).task(plain.tags(["group"])));
    sleep(S).await;
    let asked = Instant::now();
    groups.stop("plain").await.unwrap();
    assert!(asked.elapsed() < S / 10 && alive.load(Ordering::SeqCst) == 1);
    assert_eq!(groups.pause("group").await.unwrap(), ["deaf"], "the other one is stopped already");
    assert_eq!(alive.load(Ordering::SeqCst), 0);
    assert_eq!(asked.elapsed().as_secs(), 5, "two seconds to drain, three of its own");
    groups.resume("group").await.unwrap();
    sleep(S / 10).await;
    assert_eq!(alive.load(Ordering::SeqCst), 2);
    shutdown.request("enough");
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn copies_stop_by_their_common_name() {
    let (task, ticks) = ticking("worker", "group", Missed::Skip);
    let (shutdown, groups, running) = start(App::builder().task(task.instances(3)));
    sleep(S / 2).await;
    groups.stop("worker").await.unwrap();
    sleep(S * 3).await;
    assert_eq!(*ticks.lock().unwrap(), [0, 0, 0]);
    groups.start("worker[1]").await.unwrap();
    sleep(S).await;
    assert_eq!(*ticks.lock().unwrap(), [0, 0, 0, 4]);
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_stopped_is_told_with_the_reason() {
    let main = TaskSpec::new("work", |shutdown: Shutdown| async move { shutdown.draining().await });
    let hook = HookSpec::new("bye", Phase::CancelTasks, || async {}).tags(["hooks"]);
    let (shutdown, groups, running) = start(App::builder().task(main).hook(hook));
    assert_eq!(groups.stop("work").await, Err(GroupError::NotRunning), "nothing has had a turn yet");
    sleep(S).await;
    assert_eq!(groups.pause("no").await, Err(GroupError::NoSuchTag("no".into())));
    assert_eq!(groups.pause("hooks").await, Err(GroupError::NoSuchTag("hooks".into())));
    assert_eq!(groups.start("no").await, Err(GroupError::NoSuchName("no".into())));
    let error = groups.stop("bye").await.unwrap_err().to_string();
    assert_eq!(error, "`bye` is a hook; only tasks and resources can be stopped and started");
    groups.stop("work").await.unwrap();
    shutdown.request("enough");
    assert_eq!(groups.start("work").await, Err(GroupError::ShuttingDown));
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_goes_by_its_own_phases_whatever_is_paused() {
    let (task, _) = ticking("ticks", "group", Missed::Skip);
    let stubborn = TaskSpec::new("stubborn", |shutdown: Shutdown| async move {
        shutdown.cancelled().await;
        sleep(S * 2).await;
    });
    let app = App::builder().task(task).task(stubborn.tags(["group"])).phase(Phase::CancelTasks, S * 10);
    let (shutdown, groups, running) = start(app);
    sleep(S).await;
    let pausing = tokio::spawn(async move { groups.pause("group").await });
    sleep(S / 10).await;
    shutdown.request("in the middle of a pause");
    assert_eq!(pausing.await.unwrap(), Err(GroupError::ShuttingDown));
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_dropped_forces_nobody_any_more() {
    let cancelled = Arc::new(AtomicUsize::new(0));
    let count = cancelled.clone();
    let patient = TaskSpec::new("patient", move |shutdown: Shutdown| {
        let count = count.clone();
        async move {
            shutdown.cancelled().await;
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let (shutdown, groups, running) = start(App::builder().task(patient.tags(["group"])));
    sleep(S).await;
    assert!(tokio::time::timeout(S, groups.pause("group")).await.is_err(), "it has two seconds to drain");
    sleep(S * 60).await;
    assert_eq!(cancelled.load(Ordering::SeqCst), 0);
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

/// Regression: its children went on while it counted as paused.
#[tokio::test(start_paused = true)]
async fn children_of_a_task_that_has_returned_stop_with_its_group() {
    let alive = Arc::new(AtomicUsize::new(0));
    let count = alive.clone();
    let parent = TaskSpec::new("parent", move |tasks: Tasks| {
        let count = count.clone();
        async move {
            tasks.spawn_with("child", |shutdown| async move {
                count.fetch_add(1, Ordering::SeqCst);
                shutdown.cancelled().await;
                count.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    let (other, _) = ticking("other", "rest", Missed::Skip);
    let (shutdown, groups, running) = start(App::builder().task(parent.tags(["group"])).task(other));
    sleep(S).await;
    assert_eq!(alive.load(Ordering::SeqCst), 1);
    assert!(groups.pause("group").await.unwrap().is_empty(), "it has come to its end");
    assert_eq!(alive.load(Ordering::SeqCst), 0);
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_would_wait_for_its_own_end_is_told_so_at_once() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = told.clone();
    let selfish = TaskSpec::new("selfish", move |groups: Groups, shutdown: Shutdown| {
        let tell = tell.clone();
        async move {
            let answers = [groups.stop("selfish").await, groups.pause("group").await];
            tell.lock().unwrap().extend(answers);
            shutdown.draining().await;
        }
    });
    let (other, ticks) = ticking("other", "group", Missed::Skip);
    let (shutdown, _, running) = start(App::builder().task(selfish.tags(["group"])).task(other));
    sleep(S * 5 / 2).await;
    let caller = || Err(GroupError::Caller("selfish".into()));
    assert_eq!(*told.lock().unwrap(), [caller(), caller()]);
    assert_eq!(*ticks.lock().unwrap(), [0, 1, 2], "nothing was stopped");
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

/// Each would wait for the other: the one for its turn, the other for the one's end.
#[tokio::test(start_paused = true)]
async fn two_tasks_that_stop_each_other_come_to_an_end() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let stops = |name: &'static str, other: &'static str| {
        let tell = told.clone();
        TaskSpec::new(name, move |groups: Groups, shutdown: Shutdown| {
            let tell = tell.clone();
            async move {
                // So that both have begun.
                sleep(S).await;
                let result = groups.stop(other).await;
                tell.lock().unwrap().push((name, result));
                shutdown.draining().await;
            }
        })
    };
    let (shutdown, groups, running) = start(App::builder().task(stops("one", "two")).task(stops("two", "one")));
    sleep(S * 20).await;
    let mut seen = std::mem::take(&mut *told.lock().unwrap());
    seen.sort_by_key(|(_, result)| result.is_ok());
    let (loser, winner) = (seen[0].0, seen[1].0);
    assert_eq!(seen, [(loser, Err(GroupError::Caller(loser.into()))), (winner, Ok(vec![loser.into()]))]);
    assert_eq!(groups.start(loser).await, Ok(vec![loser.into()]));
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_call_has_its_turn_after_the_one_before() {
    let (task, ticks) = ticking("ticks", "group", Missed::Skip);
    let slow = TaskSpec::new("slow", || sleep(S * 3)).interval(S * 60).tags(["group"]);
    let (shutdown, groups, running) = start(App::builder().task(task).task(slow));
    sleep(S / 2).await;
    let (pausing, resuming) = (groups.clone(), groups.clone());
    let pausing = tokio::spawn(async move { pausing.pause("group").await });
    sleep(S / 2).await;
    let resuming = tokio::spawn(async move { resuming.resume("group").await });
    let both = || Ok(vec!["ticks".to_owned(), "slow".to_owned()]);
    assert_eq!(pausing.await.unwrap(), both());
    assert_eq!(resuming.await.unwrap(), both());
    sleep(S * 3 / 2).await;
    assert_eq!(*ticks.lock().unwrap(), [0, 4], "not before the other is done");
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

/// Regression: it had heard of everything before, so it was not woken, and it was aborted 15 s later.
#[tokio::test(start_paused = true)]
async fn one_that_was_cancelled_by_its_group_ends_at_once_in_a_shutdown() {
    let plain = TaskSpec::new("plain", std::future::pending::<()>).tags(["group"]);
    let (other, _) = ticking("other", "rest", Missed::Skip);
    let (shutdown, groups, running) = start(App::builder().task(plain).task(other));
    sleep(S).await;
    assert_eq!(groups.pause("group").await.unwrap(), ["plain"]);
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.is_clean() && report.total.actual < S / 10, "{report}");
}
