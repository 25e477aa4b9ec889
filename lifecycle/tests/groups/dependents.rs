//! What depends on one another is taken along.

use std::sync::{Arc, Mutex};

use lifecycle::{App, GroupError, Groups, Missed, Res, ResourceSpec, Shutdown, TaskSpec};
use tokio::time::sleep;

use super::{Db, Journal, Mail, S, asker, cache, database, named, needs, reader, start, ticking};

/// `cache` and `reader` use `db`; `asker` uses `cache`; `rest` uses nothing.
fn app(journal: &Journal) -> lifecycle::AppBuilder {
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    App::builder()
        .resource(database(journal))
        .resource(cache(journal))
        .task(reader("reader", journal))
        .task(asker("asker", journal))
        .task(rest)
}

#[tokio::test(start_paused = true)]
async fn users_stop_before_what_they_use_and_come_back_after_it() {
    let journal = Journal::default();
    let (shutdown, groups, running) = start(app(&journal));
    sleep(S).await;
    journal.lines();
    let groups = groups.cascading();
    let all = ["db", "cache", "reader", "asker"];
    assert_eq!(groups.stop("db").await, named(&all));
    let mut lines = journal.lines();
    lines[..2].sort();
    assert_eq!(lines, ["asker ends", "reader ends", "cache closes over db 1", "db 1 closes"]);
    assert_eq!(groups.start("db").await, named(&all));
    sleep(S).await;
    let mut lines = journal.lines();
    lines[2..].sort();
    assert_eq!(lines, ["db 2 opens", "cache opens over db 2", "asker begins with db 2", "reader begins with db 2"]);
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn starting_a_task_opens_what_it_needs_and_brings_back_what_was_taken_along_with_that() {
    let journal = Journal::default();
    let (shutdown, groups, running) = start(app(&journal));
    sleep(S).await;
    let cascading = groups.cascading();
    cascading.stop("db").await.unwrap();
    assert_eq!(groups.start("asker").await, needs("asker", &["cache"]));
    assert_eq!(cascading.start("asker").await, named(&["db", "cache", "reader", "asker"]));
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn what_somebody_stopped_by_name_stays_stopped_whether_before_or_after() {
    let journal = Journal::default();
    let (shutdown, groups, running) = start(app(&journal));
    sleep(S).await;
    let cascading = groups.cascading();
    groups.stop("reader").await.unwrap();
    assert_eq!(cascading.stop("db").await, named(&["db", "cache", "asker"]));
    assert_eq!(groups.stop("asker").await, named(&[]), "it is stopped already, but now by its name");
    assert_eq!(cascading.start("db").await, named(&["db", "cache"]));
    assert_eq!(cascading.start("db").await, named(&[]));
    assert_eq!(groups.start("asker").await, named(&["asker"]));
    assert_eq!(groups.start("reader").await, named(&["reader"]));
    assert_eq!(cascading.stop("db").await, named(&["db", "cache", "reader", "asker"]));
    assert_eq!(cascading.start("db").await, named(&["db", "cache", "reader", "asker"]), "that is forgotten");
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn without_it_only_the_named_one_starts_and_the_rest_can_be_brought_back_later() {
    let journal = Journal::default();
    let (shutdown, groups, running) = start(app(&journal));
    sleep(S).await;
    groups.cascading().stop("db").await.unwrap();
    assert_eq!(groups.start("db").await, named(&["db"]));
    assert_eq!(groups.start("reader").await, named(&["reader"]));
    assert_eq!(groups.cascading().start("db").await, named(&["cache", "asker"]));
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

/// It comes back with the last of what it needs.
#[tokio::test(start_paused = true)]
async fn one_that_needs_two_comes_back_when_it_has_both() {
    let journal = Journal::default();
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    let both =
        TaskSpec::new("both", |_: Res<Db>, _: Res<Mail>, shutdown: Shutdown| async move { shutdown.draining().await });
    let mail = ResourceSpec::new("mail", || Mail);
    let (shutdown, groups, running) =
        start(App::builder().resource(database(&journal)).resource(mail).task(both).task(rest));
    sleep(S).await;
    let groups = groups.cascading();
    assert_eq!(groups.stop("db").await, named(&["db", "both"]));
    assert_eq!(groups.stop("mail").await, named(&["mail"]));
    assert_eq!(groups.start("db").await, named(&["db"]));
    assert_eq!(groups.start("mail").await, named(&["mail", "both"]));
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_tag_takes_along_what_uses_its_resources_and_brings_it_back() {
    let journal = Journal::default();
    let (task, _) = ticking("ticks", "data", Missed::Skip);
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    let app = App::builder()
        .resource(database(&journal).tags(["data"]))
        .task(task)
        .task(reader("reader", &journal))
        .task(rest);
    let (shutdown, groups, running) = start(app);
    sleep(S).await;
    let groups = groups.cascading();
    assert_eq!(groups.pause("data").await, named(&["db", "ticks", "reader"]));
    assert_eq!(shutdown.status().services["reader"].state, "paused");
    assert_eq!(groups.resume("data").await, named(&["db", "ticks", "reader"]));
    shutdown.request("enough");
    assert!(running.await.unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn one_that_stops_what_it_uses_itself_is_told_so_and_nothing_stops() {
    let told = Arc::new(Mutex::new(None));
    let tell = told.clone();
    let journal = Journal::default();
    let selfish = TaskSpec::new("selfish", move |_: Res<Db>, groups: Groups, shutdown: Shutdown| {
        let tell = tell.clone();
        async move {
            let answer = groups.cascading().stop("db").await;
            *tell.lock().unwrap() = Some(answer);
            shutdown.draining().await;
        }
    });
    let (shutdown, _, running) = start(app(&journal).task(selfish));
    sleep(S).await;
    assert_eq!(*told.lock().unwrap(), Some(Err(GroupError::Caller("selfish".into()))));
    assert_eq!(shutdown.status().services["reader"].state, "running");
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
}
