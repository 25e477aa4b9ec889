//! A shutdown that was called off leaves groups as they were.

use std::future::pending;

use lifecycle::{App, AppBuilder, GroupError, HookSpec, Missed, Phase, Res, ResourceSpec, TaskSpec};
use tokio::time::sleep;

use super::{Db, Journal, S, database, named, reader, start, ticking};

/// With ten seconds in which a shutdown can be called off, and in which `flush` runs.
fn app(journal: &Journal) -> AppBuilder {
    let flush = journal.clone();
    let flush = HookSpec::new("flush", Phase::Announce, move |_: Res<Db>| {
        flush.note("flush");
        std::future::ready(())
    });
    let (rest, _) = ticking("rest", "rest", Missed::Skip);
    App::builder().announce(S * 10).task(reader("reader", journal)).hook(flush).task(rest)
}

#[tokio::test(start_paused = true)]
async fn what_was_stopped_stays_so_until_it_is_started() {
    let journal = Journal::default();
    let plain = TaskSpec::new("plain", |_: Res<Db>| pending::<()>());
    let (shutdown, groups, running) = start(app(&journal).resource(database(&journal)).task(plain));
    sleep(S).await;
    let groups = groups.cascading();
    let all = ["reader", "plain", "db"];
    let sorted = |names: &[&str]| {
        let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        names.sort();
        names
    };
    let mut stopped = groups.stop("db").await.unwrap();
    stopped.sort();
    assert_eq!(stopped, sorted(&all));
    for _ in 0..3 {
        shutdown.request("by mistake");
        sleep(S).await;
        assert_eq!(groups.start("db").await, Err(GroupError::ShuttingDown));
        shutdown.abort().await.unwrap();
        sleep(S).await;
        let status = shutdown.status();
        let state = |name: &str| status.services[name].state;
        assert_eq!(["db", "reader", "plain"].map(state), ["stopped", "paused", "paused"]);
        assert_eq!(status.services["flush"].error, None, "it was left out of a shutdown that was none");
    }
    journal.lines();
    let mut started = groups.start("db").await.unwrap();
    started.sort();
    assert_eq!(started, sorted(&all));
    sleep(S).await;
    assert_eq!(journal.lines(), ["db 2 opens", "reader begins with db 2"]);
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(journal.lines(), ["flush", "reader ends", "db 2 closes"]);
}

/// The runner of a task that is held may hear of both at once.
#[tokio::test(start_paused = true)]
async fn one_that_is_held_does_not_run_when_a_shutdown_is_called_off_at_once() {
    let journal = Journal::default();
    let (shutdown, groups, running) = start(app(&journal).resource(database(&journal)));
    sleep(S).await;
    groups.cascading().stop("db").await.unwrap();
    journal.lines();
    for _ in 0..50 {
        shutdown.request("by mistake");
        shutdown.abort().await.unwrap();
        tokio::task::yield_now().await;
    }
    sleep(S).await;
    assert_eq!(shutdown.status().services["reader"].state, "paused");
    assert!(journal.lines().is_empty());
    assert_eq!(groups.cascading().start("db").await.unwrap().len(), 2);
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_close_and_an_opening_that_were_under_way_come_to_their_ends() {
    let journal = Journal::default();
    let closing = journal.clone();
    let db = ResourceSpec::<Db>::new("db", || async {
        sleep(S).await;
        Ok::<_, String>(Db(1))
    });
    let db = db.close(move |_: Db| {
        let closing = closing.clone();
        async move {
            sleep(S * 2).await;
            closing.note("closed");
            Err::<(), _>("disk full")
        }
    });
    let (shutdown, groups, running) = start(app(&journal).resource(db));
    sleep(S * 2).await;
    let cascading = groups.cascading();
    let stopping = tokio::spawn(async move { cascading.stop("db").await });
    sleep(S).await;
    shutdown.request("by mistake");
    assert_eq!(stopping.await.unwrap(), Err(GroupError::ShuttingDown));
    shutdown.abort().await.unwrap();
    assert_eq!(groups.stop("db").await, named(&[]), "it waits for what goes on");
    assert_eq!(journal.lines(), ["reader begins with db 1", "reader ends", "closed"]);

    let starting = groups.clone();
    let starting = tokio::spawn(async move { starting.start("db").await });
    sleep(S / 2).await;
    shutdown.request("by mistake");
    assert_eq!(starting.await.unwrap(), Err(GroupError::ShuttingDown));
    shutdown.abort().await.unwrap();
    let error = shutdown.status().services["db"].error.clone();
    assert_eq!(error.as_deref(), Some("shutdown was asked for while it opened"));
    assert_eq!(groups.start("db").await, named(&["db"]));
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert_eq!((report.exit_code.get(), report.notes.len()), (3, 1), "{report}");
}
