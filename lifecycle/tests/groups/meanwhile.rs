//! What comes in between: a shutdown, a call that is dropped, something that does not end.

use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use lifecycle::{App, GroupError, HookSpec, Missed, Outcome, Phase, Res, ResourceSpec, Shutdown, TaskSpec};
use tokio::time::{Instant, sleep, timeout};

use super::{Db, Journal, S, asker, cache, database, named, reader, start, ticking};

/// Counts how often it was opened and closed, and takes its time for both.
fn slow(count: &Arc<[AtomicUsize; 2]>, open: Duration, close: Duration) -> ResourceSpec<Db> {
    let (opened, closed) = (count.clone(), count.clone());
    ResourceSpec::<Db>::new("db", move || {
        let opened = opened.clone();
        async move {
            // The first time is that of the start.
            if opened[0].fetch_add(1, Ordering::SeqCst) > 0 {
                sleep(open).await;
            }
            Ok::<_, String>(Db(0))
        }
    })
    .close(move |_: Db| {
        let closed = closed.clone();
        async move {
            sleep(close).await;
            closed[1].fetch_add(1, Ordering::SeqCst);
        }
    })
}

fn counts(count: &[AtomicUsize; 2]) -> [usize; 2] {
    [0, 1].map(|at| count[at].load(Ordering::SeqCst))
}

fn rest() -> TaskSpec {
    ticking("rest", "rest", Missed::Skip).0
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_does_not_close_again_what_is_stopped() {
    let journal = Journal::default();
    let app = App::builder().resource(database(&journal)).resource(cache(&journal)).task(asker("asker", &journal));
    let (shutdown, groups, running) = start(app.task(rest()));
    sleep(S).await;
    groups.cascading().stop("cache").await.unwrap();
    sleep(S).await;
    journal.lines();
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(journal.lines(), ["db 1 closes"]);
    let of = |name| report.component(name).unwrap();
    assert_eq!((of("cache").outcome, of("cache").ended), (Some(Outcome::Stopped), None), "before the shutdown");
    assert_eq!(of("asker").outcome, Some(Outcome::Stopped));
    assert!(of("db").ended.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_close_that_is_under_way_goes_on_through_a_shutdown() {
    let count = Arc::default();
    let (shutdown, groups, running) = start(App::builder().resource(slow(&count, Duration::ZERO, S * 3)).task(rest()));
    sleep(S).await;
    let stopping = tokio::spawn(async move { groups.stop("db").await });
    sleep(S).await;
    assert_eq!(shutdown.status().services["db"].state, "closing");
    shutdown.request("enough");
    assert_eq!(stopping.await.unwrap(), Err(GroupError::ShuttingDown));
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(counts(&count), [1, 1]);
    assert_eq!(report.total.actual.as_secs(), 2, "it had begun a second before");
}

#[tokio::test(start_paused = true)]
async fn an_opening_that_is_under_way_is_dropped_by_a_shutdown() {
    let count = Arc::default();
    let (shutdown, groups, running) = start(App::builder().resource(slow(&count, S * 3, Duration::ZERO)).task(rest()));
    sleep(S).await;
    groups.stop("db").await.unwrap();
    let starting = tokio::spawn(async move { groups.start("db").await });
    sleep(S).await;
    assert_eq!(shutdown.status().services["db"].state, "opening");
    shutdown.request("enough");
    assert_eq!(starting.await.unwrap(), Err(GroupError::ShuttingDown));
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(counts(&count), [2, 1]);
    assert!(report.total.actual < S / 10, "it is not waited for");
}

/// Whenever it comes: everything that opened closes once, and the App comes to its end.
#[tokio::test(start_paused = true)]
async fn a_shutdown_at_any_moment_closes_all_that_is_open_once() {
    for moment in 0..60 {
        let count = Arc::default();
        let journal = Journal::default();
        let user = reader("reader", &journal);
        let (shutdown, groups, running) =
            start(App::builder().resource(slow(&count, S / 20, S / 20)).task(user).task(rest()));
        sleep(S).await;
        let changing = tokio::spawn(async move {
            let groups = groups.cascading();
            loop {
                groups.stop("db").await?;
                groups.start("db").await?;
            }
            #[allow(unreachable_code, reason = "it gives the type")]
            Ok::<(), GroupError>(())
        });
        sleep(Duration::from_millis(moment * 7)).await;
        shutdown.request("enough");
        assert_eq!(changing.await.unwrap(), Err(GroupError::ShuttingDown));
        let report = timeout(S * 60, running).await.expect("it comes to an end").unwrap();
        assert!(report.is_clean(), "at {moment}: {report}");
        let [opened, closed] = counts(&count);
        assert!(opened == closed || opened == closed + 1, "at {moment}: {opened} and {closed}");
    }
}

#[tokio::test(start_paused = true)]
async fn hooks_that_take_what_is_stopped_do_not_run_and_the_report_says_why() {
    let journal = Journal::default();
    let (save, flush) = (journal.clone(), journal.clone());
    let save = HookSpec::new("save", Phase::CompleteCurrent, move || {
        save.note("save");
        std::future::ready(())
    });
    let flush = HookSpec::new("flush", Phase::CompleteCurrent, move |_: Res<Db>| {
        flush.note("flush");
        std::future::ready(())
    });
    let app = App::builder().resource(database(&journal)).hook(save).hook(flush).task(rest());
    let (shutdown, groups, running) = start(app);
    sleep(S).await;
    assert_eq!(groups.stop("db").await, named(&["db"]), "a hook is no user");
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert_eq!(journal.lines(), ["db 1 opens", "db 1 closes", "save"]);
    let flush = report.component("flush").unwrap();
    assert_eq!(flush.outcome, None);
    assert_eq!(flush.error.as_deref(), Some("not run: `db`, which it takes, is stopped"));
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_is_dropped_goes_on_to_close_and_the_next_call_waits_for_it() {
    let count = Arc::default();
    let (shutdown, groups, running) = start(App::builder().resource(slow(&count, S * 3, S * 3)).task(rest()));
    sleep(S).await;
    assert!(timeout(S, groups.stop("db")).await.is_err());
    let began = Instant::now();
    assert_eq!(groups.stop("db").await, named(&[]));
    assert_eq!(began.elapsed().as_secs(), 2);
    assert!(timeout(S, groups.start("db")).await.is_err());
    assert_eq!(groups.start("db").await, named(&[]));
    assert_eq!(began.elapsed().as_secs(), 5);
    assert_eq!(counts(&count), [2, 1]);
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_is_dropped_before_its_tasks_have_stopped_closes_nothing() {
    let journal = Journal::default();
    let deaf = TaskSpec::new("deaf", |_: Res<Db>, _: Shutdown| pending::<()>());
    let (shutdown, groups, running) = start(App::builder().resource(database(&journal)).task(deaf).task(rest()));
    sleep(S).await;
    let groups = groups.cascading();
    assert!(timeout(S, groups.stop("db")).await.is_err());
    sleep(S * 60).await;
    assert_eq!(shutdown.status().services["db"].state, "open");
    assert_eq!(groups.start("db").await, named(&["deaf"]), "it was taken along, as far as that went");
    shutdown.request("enough");
    running.await.unwrap();
    assert_eq!(journal.lines(), ["db 1 opens", "db 1 closes"]);
}

#[tokio::test(start_paused = true)]
async fn two_calls_on_the_same_things_come_one_after_the_other() {
    let journal = Journal::default();
    let app = App::builder().resource(database(&journal)).resource(cache(&journal));
    let app = app.task(reader("reader", &journal)).task(asker("asker", &journal)).task(rest());
    let (shutdown, groups, running) = start(app);
    sleep(S).await;
    let groups = groups.cascading();
    let changes: Vec<_> = (0..20)
        .map(|turn| {
            let groups = groups.clone();
            let name = ["db", "cache", "reader", "asker"][turn % 4];
            tokio::spawn(async move { if turn % 2 == 0 { groups.stop(name).await } else { groups.start(name).await } })
        })
        .collect();
    for change in changes {
        timeout(S * 60, change).await.expect("no call waits for ever").unwrap().unwrap();
    }
    groups.start("asker").await.unwrap();
    groups.start("reader").await.unwrap();
    let status = shutdown.status();
    let state = |name| status.services[name].state;
    assert_eq!(["db", "cache", "reader", "asker"].map(state), ["open", "open", "running", "running"]);
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

/// On the system's clock: what is inside a poll stops that of the test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_inside_a_poll_keeps_its_resource_open() {
    let (blocks, free) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (begun, end) = (blocks.clone(), free.clone());
    let stuck = TaskSpec::new("stuck", move |db: Res<Db>| {
        let (begun, end) = (begun.clone(), end.clone());
        poll_fn(move |_| {
            let _db = &db;
            begun.store(true, Ordering::SeqCst);
            while !end.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
            Poll::<()>::Pending
        })
    });
    let journal = Journal::default();
    let app = App::builder().resource(database(&journal)).task(stuck.stop_timeout(Duration::from_millis(20)));
    let (shutdown, groups, running) = start(app.task(rest()));
    while !blocks.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    let groups = groups.cascading();
    assert_eq!(groups.stop("db").await, Err(GroupError::StillRunning(vec!["stuck".into()])));
    assert_eq!(shutdown.status().services["db"].state, "open");
    free.store(true, Ordering::SeqCst);
    // It may have stopped by now.
    assert_eq!(groups.stop("db").await.unwrap()[0], "db");
    assert_eq!(journal.lines(), ["db 1 opens", "db 1 closes"]);
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

/// A resource that calls for its own end, through a handle that it was given when it opened.
#[tokio::test(start_paused = true)]
async fn a_resource_cannot_wait_for_its_own_close() {
    struct Selfish(lifecycle::Groups);
    impl lifecycle::Resource for Selfish {}
    let told = Arc::new(Mutex::new(None));
    let tell = told.clone();
    let selfish = ResourceSpec::<Selfish>::new("selfish", |groups: lifecycle::Groups| Selfish(groups));
    let user = TaskSpec::new("user", move |selfish: Res<Selfish>, shutdown: Shutdown| {
        let tell = tell.clone();
        async move {
            let answer = selfish.0.cascading().stop("selfish").await;
            *tell.lock().unwrap() = Some(answer);
            shutdown.draining().await;
        }
    });
    let (shutdown, _, running) = start(App::builder().resource(selfish).task(user));
    sleep(S).await;
    assert_eq!(*told.lock().unwrap(), Some(Err(GroupError::Caller("selfish".into()))));
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

/// Its opening would wait for the end of the call that waits for its opening.
#[tokio::test(start_paused = true)]
async fn a_resource_that_is_opened_by_a_call_cannot_make_one() {
    struct Eager;
    impl lifecycle::Resource for Eager {}
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = told.clone();
    let eager = ResourceSpec::<Eager>::new("eager", move |groups: lifecycle::Groups| {
        let tell = tell.clone();
        async move {
            let answer = groups.stop("rest").await;
            tell.lock().unwrap().push(answer);
            Ok::<_, String>(Eager)
        }
    });
    let (shutdown, groups, running) = start(App::builder().resource(eager).task(rest()));
    sleep(S).await;
    groups.stop("eager").await.unwrap();
    assert_eq!(groups.start("eager").await, named(&["eager"]));
    let caller = Err(GroupError::Caller("eager".into()));
    assert_eq!(*told.lock().unwrap(), [Err(GroupError::NotRunning), caller]);
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_call_to_an_app_that_was_dropped_comes_to_an_end() {
    let count = Arc::default();
    let (_shutdown, groups, running) = start(App::builder().resource(slow(&count, Duration::ZERO, S * 3)).task(rest()));
    sleep(S).await;
    let calling = groups.clone();
    let stopping = tokio::spawn(async move { calling.stop("db").await });
    sleep(S).await;
    running.abort();
    assert_eq!(timeout(S, stopping).await.expect("no answer").unwrap(), Err(GroupError::ShuttingDown));
    assert_eq!(groups.start("db").await, Err(GroupError::ShuttingDown));
}
