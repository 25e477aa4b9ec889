//! Resources.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use lifecycle::{App, GroupError, Missed, Outcome, Res, ResourceSpec, Shutdown, TaskSpec};
use tokio::time::{Instant, sleep};

use super::{
    Cache, Db, Journal, Mail, S, asker, cache, database, in_use, named, needs, not_closed, not_opened, reader, start,
    ticking,
};

#[tokio::test(start_paused = true)]
async fn a_resource_that_is_in_use_stays_and_its_users_are_named() {
    let journal = Journal::default();
    let main = TaskSpec::new("main-like", |_: Res<Cache>, shutdown: Shutdown| async move { shutdown.draining().await });
    let app = App::builder().resource(database(&journal)).resource(cache(&journal));
    let (shutdown, groups, running) = start(app.task(reader("reader", &journal)).task(main));
    sleep(S).await;
    assert_eq!(groups.stop("db").await, in_use("db", &["cache", "reader"]));
    assert_eq!(groups.stop("cache").await, in_use("cache", &["main-like"]));
    assert_eq!(journal.lines(), ["db 1 opens", "cache opens over db 1", "reader begins with db 1"]);
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    let error = in_use("db", &["cache", "reader"]).unwrap_err();
    assert_eq!(error.to_string(), "`db` is in use by `cache`, `reader`");
}

#[tokio::test(start_paused = true)]
async fn users_that_are_stopped_or_have_ended_are_no_hindrance() {
    let journal = Journal::default();
    let brief = TaskSpec::new("brief", |_: Res<Db>| async {});
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    let app = App::builder().resource(database(&journal)).task(reader("reader", &journal)).task(brief).task(rest);
    let (shutdown, groups, running) = start(app);
    sleep(S).await;
    assert_eq!(groups.stop("reader").await, named(&["reader"]));
    assert_eq!(groups.stop("db").await, named(&["db"]));
    assert_eq!(groups.stop("db").await, named(&[]), "it is so already");
    assert_eq!(shutdown.status().services["db"].state, "stopped");
    assert_eq!(groups.start("reader").await, needs("reader", &["db"]));
    assert_eq!(groups.start("db").await, named(&["db"]));
    assert_eq!(shutdown.status().services["db"].state, "open");
    assert_eq!(groups.start("db").await, named(&[]));
    assert_eq!(groups.start("reader").await, named(&["reader"]));
    sleep(S).await;
    let first = ["db 1 opens", "reader begins with db 1", "reader ends", "db 1 closes"];
    assert_eq!(journal.lines(), [&first[..], &["db 2 opens", "reader begins with db 2"]].concat());
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(journal.lines(), ["reader ends", "db 2 closes"]);
    let error = needs("reader", &["db"]).unwrap_err();
    assert_eq!(error.to_string(), "`reader` needs `db`, which is stopped");
}

#[tokio::test(start_paused = true)]
async fn a_tag_has_its_resources_closed_after_its_tasks_and_opened_before_them() {
    let journal = Journal::default();
    let (rest, ticks) = ticking("rest", "rest", Missed::Skip);
    let app = App::builder()
        .resource(database(&journal).tags(["data"]))
        .resource(cache(&journal).tags(["data"]))
        .task(reader("reader", &journal).tags(["data"]))
        .task(asker("asker", &journal).tags(["data"]))
        .task(rest);
    let (shutdown, groups, running) = start(app);
    sleep(S / 2).await;
    journal.lines();
    let all = ["db", "cache", "reader", "asker"];
    assert_eq!(groups.pause("data").await, named(&all));
    let mut lines = journal.lines();
    lines[..2].sort();
    assert_eq!(lines, ["asker ends", "reader ends", "cache closes over db 1", "db 1 closes"]);
    assert_eq!(groups.start("asker").await, needs("asker", &["cache"]));
    assert_eq!(groups.start("cache").await, needs("cache", &["db"]));
    sleep(S * 2).await;
    assert_eq!(groups.resume("data").await, named(&all));
    sleep(S / 10).await;
    let mut lines = journal.lines();
    lines[2..].sort();
    assert_eq!(lines, ["db 2 opens", "cache opens over db 2", "asker begins with db 2", "reader begins with db 2"]);
    assert_eq!(*ticks.lock().unwrap(), [0, 1, 2], "the rest notices nothing");
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_tag_whose_resource_others_use_is_left_alone_as_a_whole() {
    let journal = Journal::default();
    let (task, ticks) = ticking("ticks", "data", Missed::Skip);
    let app = App::builder().resource(database(&journal).tags(["data"])).task(task).task(reader("reader", &journal));
    let (shutdown, groups, running) = start(app);
    sleep(S * 3 / 2).await;
    assert_eq!(groups.pause("data").await, in_use("db", &["reader"]));
    sleep(S).await;
    assert_eq!(*ticks.lock().unwrap(), [0, 1, 2]);
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

/// An App of one resource and a task that does not use it.
async fn stopped_badly(resource: ResourceSpec<Db>) -> (Result<Vec<String>, GroupError>, lifecycle::ShutdownReport) {
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    let (shutdown, groups, running) = start(App::builder().resource(resource).task(rest));
    sleep(S).await;
    let stopped = groups.stop("db").await;
    assert_eq!(groups.stop("db").await, named(&[]), "it is stopped all the same");
    shutdown.request("enough");
    (stopped, running.await.unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_close_that_fails_is_told_and_stays_in_the_report() {
    let db = ResourceSpec::new("db", || Db(1)).close(|_: Db| async { Err::<(), _>("disk full") });
    let (stopped, report) = stopped_badly(db).await;
    assert_eq!(stopped, not_closed("db", "\"disk full\""));
    assert_eq!(report.component("db").unwrap().outcome, Some(Outcome::Failed));
    assert_eq!(report.notes, ["`db` was closed while the App ran, and did not close well: failed: \"disk full\""]);
    assert_eq!(report.exit_code.get(), 3, "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_close_that_panics_is_told() {
    let db = ResourceSpec::new("db", || Db(1)).close(|db: Db| async move { assert_eq!(db.0, 0, "no zero") });
    let (stopped, report) = stopped_badly(db).await;
    let Err(GroupError::NotClosed(errors)) = stopped else { panic!("{stopped:?}") };
    assert!(errors[0].1.contains("no zero") && errors[0].1.contains("resources.rs"), "{errors:?}");
    assert_eq!(report.component("db").unwrap().outcome, Some(Outcome::Panicked));
    assert_eq!(report.exit_code.get(), 3, "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_close_that_hangs_is_aborted_and_told() {
    let db = ResourceSpec::new("db", || Db(1)).close(|_: Db| pending::<()>()).close_timeout(S * 2);
    let (stopped, report) = stopped_badly(db).await;
    assert_eq!(stopped, not_closed("db", "its close took longer than 2s, and was aborted"));
    assert_eq!(report.exit_code.get(), 3, "{report}");
}

#[tokio::test(start_paused = true)]
async fn handles_that_stay_are_waited_for_and_their_holders_named() {
    let kept = Arc::new(Mutex::new(None));
    let keep = kept.clone();
    let journal = Journal::default();
    let hoarder = TaskSpec::new("hoarder", move |db: Res<Db>| {
        keep.lock().unwrap().get_or_insert(db);
        async {}
    });
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    let app = App::builder().resource(database(&journal).close_timeout(S * 4)).task(hoarder).task(rest);
    let (shutdown, groups, running) = start(app);
    sleep(S).await;
    let began = Instant::now();
    let error = "not closed: 1 handles are still alive; `hoarder` still holds 1 handle";
    assert_eq!(groups.stop("db").await, not_closed("db", error));
    assert_eq!(began.elapsed().as_secs(), 2, "half of its time is for the close itself");
    assert_eq!(groups.start("db").await, named(&["db"]), "a new one can be opened beside it");
    assert_eq!(kept.lock().unwrap().as_ref().unwrap().0, 1);
    assert_eq!(groups.stop("db").await, named(&["db"]), "that handle is of the one before");
    assert_eq!(journal.lines(), ["db 1 opens", "db 2 opens", "db 2 closes"]);
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert_eq!((report.handles.len(), report.exit_code.get()), (1, 3), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_shared_one_closes_though_handles_stay_and_they_are_named() {
    let (kept, closed) = (Arc::new(Mutex::new(None)), Arc::new(AtomicUsize::new(0)));
    let (keep, count) = (kept.clone(), closed.clone());
    let hoarder = TaskSpec::new("hoarder", move |db: Res<Db>| {
        *keep.lock().unwrap() = Some(db);
        async {}
    });
    let db = ResourceSpec::new("db", || Db(1)).close_shared(move |_: Arc<Db>| {
        count.fetch_add(1, Ordering::SeqCst);
        std::future::ready(())
    });
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    let (shutdown, groups, running) = start(App::builder().resource(db).task(hoarder).task(rest));
    sleep(S).await;
    assert_eq!(groups.stop("db").await, not_closed("db", "closed, but `hoarder` still holds 1 handle"));
    *kept.lock().unwrap() = None;
    assert_eq!(groups.start("db").await, named(&["db"]));
    assert_eq!(groups.stop("db").await, named(&["db"]));
    assert_eq!(closed.load(Ordering::SeqCst), 2);
    shutdown.request("enough");
    assert_eq!(running.await.unwrap().handles.len(), 1);
}

#[tokio::test]
async fn a_blocking_one_closes_on_a_thread_of_its_own_each_time() {
    let threads = Arc::new(Mutex::new(Vec::new()));
    let seen = threads.clone();
    let db = ResourceSpec::new("db", || Db(1)).blocking(true).close(move |_: Db| {
        seen.lock().unwrap().push(std::thread::current().name().map(str::to_owned));
        std::future::ready(())
    });
    let rest = TaskSpec::new("rest", |shutdown: Shutdown| async move { shutdown.draining().await });
    let (shutdown, groups, running) = start(App::builder().resource(db).task(rest));
    until_running(&shutdown).await;
    for _ in 0..2 {
        groups.stop("db").await.unwrap();
        groups.start("db").await.unwrap();
    }
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
    assert_eq!(*threads.lock().unwrap(), vec![Some("close-db".to_owned()); 3]);
}

async fn until_running(shutdown: &Shutdown) {
    while shutdown.status().status != lifecycle::Status::Ready {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_does_not_open_stays_stopped_and_can_be_tried_again() {
    let tries = Arc::new(AtomicUsize::new(0));
    let count = tries.clone();
    let db = ResourceSpec::<Db>::new("db", move || {
        let tries = count.fetch_add(1, Ordering::SeqCst);
        async move {
            match tries {
                1 => Err("no route".to_owned()),
                2 => panic!("no key"),
                3 => pending().await,
                _ => Ok(Db(tries)),
            }
        }
    });
    let journal = Journal::default();
    let user = reader("reader", &journal);
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    let (shutdown, groups, running) = start(App::builder().resource(db.open_timeout(S * 3)).task(user).task(rest));
    sleep(S).await;
    let groups = groups.cascading();
    groups.stop("db").await.unwrap();
    assert_eq!(groups.start("db").await, not_opened("db", "no route"));
    let status = &shutdown.status().services["db"];
    assert_eq!((status.state, status.error.as_deref(), status.degraded), ("failed", Some("no route"), true));
    let Err(GroupError::NotOpened(errors)) = groups.start("reader").await else { panic!("it opened") };
    assert!(errors[0].1.contains("no key"), "{errors:?}");
    let began = Instant::now();
    assert_eq!(groups.start("db").await, not_opened("db", "it did not open within 3s"));
    assert_eq!(began.elapsed().as_secs(), 3);
    assert!(!shutdown.is_requested());
    assert_eq!(groups.start("db").await, named(&["db", "reader"]));
    sleep(S).await;
    assert_eq!(journal.lines(), ["reader begins with db 0", "reader ends", "reader begins with db 4"]);
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.component("db").unwrap().outcome, Some(Outcome::Stopped));
}

#[tokio::test(start_paused = true)]
async fn parameters_of_an_opening_are_injected_anew() {
    let journal = Journal::default();
    let notes = journal.clone();
    let mail = ResourceSpec::new("mail", move |shutdown: Shutdown, tasks: lifecycle::Tasks| {
        assert!(!shutdown.is_cancelled() && !shutdown.is_draining());
        let notes = notes.clone();
        tasks.spawn_with("sender", move |shutdown: Shutdown| async move {
            notes.note("begins");
            shutdown.cancelled().await;
            notes.note("ends");
        });
        Mail
    });
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    let (shutdown, groups, running) = start(App::builder().resource(mail).task(rest));
    sleep(S).await;
    assert_eq!(journal.lines(), ["begins"]);
    for _ in 0..2 {
        groups.stop("mail").await.unwrap();
        groups.start("mail").await.unwrap();
        sleep(S).await;
        assert_eq!(journal.lines(), ["ends", "begins"]);
    }
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(journal.lines(), ["ends"]);
}

#[tokio::test(start_paused = true)]
async fn a_value_that_was_given_closes_and_does_not_open_again() {
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    let (shutdown, groups, running) = start(App::builder().resource(ResourceSpec::value("mail", Mail)).task(rest));
    sleep(S).await;
    assert_eq!(groups.stop("mail").await, named(&["mail"]));
    assert_eq!(groups.start("mail").await, not_opened("mail", "it was given as a value, which opens once"));
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn what_was_stopped_and_started_leaves_nothing_behind() {
    let journal = Journal::default();
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    let app = App::builder().resource(database(&journal)).task(reader("reader", &journal)).task(rest);
    let (shutdown, groups, running) = start(app.detect_leaks(true));
    sleep(S).await;
    for _ in 0..3 {
        groups.cascading().stop("db").await.unwrap();
        groups.cascading().start("db").await.unwrap();
        sleep(S).await;
    }
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.leaks.is_empty() && report.is_clean(), "{report}");
}
