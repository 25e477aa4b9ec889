//! Many times, and many at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::{Journal, app, millis, seconds};
use lifecycle::{AbortError, HookSpec, Missed, Phase, Requests, Restart, Shutdown, Status, TaskSpec};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::{Running, accepts, announced, drains, ticking};

/// Regression: a shutdown that was called off leaves nothing behind, however often.
#[tokio::test(start_paused = true)]
async fn a_hundred_times() {
    let journal = Journal::new();
    let (tick, ticks) = ticking("tick", Missed::Skip);
    let hooks = Arc::new(AtomicUsize::new(0));
    let count = hooks.clone();
    let hook = HookSpec::new("hook", Phase::StopNewWork, move || {
        count.fetch_add(1, Ordering::SeqCst);
        async {}
    });
    let app = announced()
        .task(accepts("door"))
        .task(tick)
        .task(drains("server", Duration::ZERO, &journal).restart(Restart::Always))
        .hook(hook);
    let running = Running::start(app).await;
    for round in 0..100_u64 {
        running.shutdown.request("once more");
        sleep(seconds(4 + round % 2 * 4)).await;
        assert_eq!(running.shutdown.abort().await, Ok(Vec::new()), "round {round}");
        let before = ticks.lock().unwrap().len();
        sleep(seconds(3)).await;
        assert!((2..=4).contains(&(ticks.lock().unwrap().len() - before)), "round {round}");
    }
    assert_eq!(journal.moments("server begins").len(), 51);
    assert_eq!(hooks.load(Ordering::SeqCst), 50);
    let report = running.stop().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.called_off, report.phases.len(), hooks.load(Ordering::SeqCst)), (100, 5, 51));
    assert_eq!(report.component("server").unwrap().restarts, 0);
}

/// The first one wins, and nothing is half done.
#[tokio::test(start_paused = true)]
async fn at_the_end_of_stop_new_work_either_it_is_called_off_or_it_is_too_late() {
    let (mut called_off, mut too_late) = (0, 0);
    for seed in 0..400_u64 {
        let journal = Journal::new();
        let app = app()
            .phase(Phase::StopNewWork, millis(20))
            .task(TaskSpec::new("door", move |requests: Requests, shutdown: Shutdown| async move {
                let acceptor = requests.acceptor("door");
                shutdown.draining().await;
                for _ in 0..seed % 7 {
                    tokio::task::yield_now().await;
                }
                sleep(millis(seed % 11)).await;
                drop(acceptor);
                shutdown.cancelled().await;
            }))
            .task(drains("server", millis(seed % 5), &journal).restart(Restart::Always));
        let running = Running::start(app).await;
        let requests_are_open = !running.shutdown.is_draining();
        assert!(requests_are_open);
        running.shutdown.request("first");
        sleep(millis(seed % 13)).await;
        for _ in 0..seed % 17 {
            tokio::task::yield_now().await;
        }
        match running.shutdown.abort().await {
            Ok(ended) => {
                called_off += 1;
                assert!(ended.is_empty());
                sleep(seconds(60)).await;
                assert_eq!(running.shutdown.status().status, Status::Ready, "seed {seed}");
                assert_eq!(running.shutdown.status().services["server"].state, "running", "seed {seed}");
                let report = running.stop().await;
                assert!(report.is_clean() && report.called_off == 1, "seed {seed}: {report}");
            }
            Err(error) => {
                too_late += 1;
                assert!(matches!(error, AbortError::TooLate(_)), "seed {seed}: {error}");
                let report = running.app.await.unwrap();
                assert!(report.is_clean() && report.called_off == 0, "seed {seed}: {report}");
            }
        }
    }
    assert!(called_off > 50 && too_late > 50, "{called_off} and {too_late}");
}

/// Many ask for shutdown and call it off at once, on as many threads: no two of them see different things in the end.
async fn many_at_once(announce: Duration) -> Running {
    let given = Arc::new(Mutex::new(None));
    let give = given.clone();
    let server = TaskSpec::new("server", move |requests: Requests, shutdown: Shutdown| {
        *give.lock().unwrap() = Some(requests.clone());
        async move {
            let _acceptor = requests.acceptor("door");
            shutdown.cancelled().await;
        }
    });
    let (tick, ticks) = ticking("tick", Missed::Skip);
    let app = app().timeout(seconds(2000)).announce(announce).phase(Phase::StopNewWork, seconds(600));
    let running = Running::start(app.task(server).task(tick.interval(millis(1)))).await;
    let many: Vec<JoinHandle<usize>> =
        (0..8).map(|_| tokio::spawn(request_and_abort(running.shutdown.clone(), 200))).collect();
    let mut called_off: usize = 0;
    for one in many {
        called_off += one.await.unwrap();
    }
    assert_eq!(running.shutdown.abort().await, Err(AbortError::NotRequested), "each was called off");
    assert!(!running.shutdown.is_requested() && running.shutdown.phase().is_none() && called_off >= 200);
    assert_eq!(running.shutdown.status().status, Status::Ready);
    let requests: Requests = given.lock().unwrap().clone().unwrap();
    assert!(requests.try_begin("order").is_some());
    let before = ticks.lock().unwrap().len();
    let ticks_on = async {
        while ticks.lock().unwrap().len() < before + 3 {
            sleep(millis(1)).await;
        }
    };
    timeout(seconds(30), ticks_on).await.unwrap();
    running
}

async fn request_and_abort(shutdown: Shutdown, times: usize) -> usize {
    let mut called_off = 0;
    for round in 0..times {
        shutdown.request(format!("{round}"));
        match shutdown.abort().await {
            Ok(_) => called_off += 1,
            Err(error) => assert_eq!(error, AbortError::NotRequested, "another request was first"),
        }
    }
    called_off
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn from_many_threads_at_once_nothing_is_half_done() {
    for announce in [Duration::ZERO, seconds(600)] {
        let running = many_at_once(announce).await;
        running.app.abort();
    }
}
