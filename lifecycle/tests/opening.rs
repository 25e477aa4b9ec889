//! Openings that are to end: those that take a `Shutdown` end by themselves, any other is dropped.

mod common;

use std::future::pending;
use std::time::{Duration, Instant};

use common::{Database, Journal, about, app, millis, run, seconds};
use lifecycle::{
    App, AppBuilder, ExitCode, Outcome, Reason, Res, Resource, ResourceSpec, Shutdown, ShutdownReport, State, Status,
    TaskSpec,
};
use tokio::time::sleep;

struct Link;
impl Resource for Link {}

/// A database that is open, and a link on it that opens by this function.
fn with_link<F, O>(journal: &Journal, open: F) -> AppBuilder
where
    F: Fn(Shutdown) -> O + Clone + Send + Sync + 'static,
    O: Future<Output = Result<Link, String>> + Send + 'static,
{
    let (db_closes, link_closes) = (journal.clone(), journal.clone());
    let db = ResourceSpec::value("db", Database).close(move |_| {
        db_closes.note("close db");
        std::future::ready(())
    });
    let link = ResourceSpec::<Link>::new("link", move |_: Res<Database>, shutdown: Shutdown| open(shutdown));
    app().resource(db).resource(link.close(move |_: Link| {
        link_closes.note("close link");
        std::future::ready(())
    }))
}

/// It is asked to shut down after a second.
async fn asked_while_it_opens(app: AppBuilder) -> ShutdownReport {
    let app: App = app.build().expect("the wiring is right");
    let shutdown = app.shutdown();
    let ask = async {
        sleep(seconds(1)).await;
        shutdown.request("changed my mind");
    };
    tokio::join!(app.run(), ask).0
}

/// Regression: it was dropped at its first `.await`, and its clean-up never ran.
#[tokio::test(start_paused = true)]
async fn an_open_that_takes_a_shutdown_cleans_up_by_itself() {
    let journal = Journal::new();
    let note = journal.clone();
    let report = asked_while_it_opens(with_link(&journal, move |shutdown| {
        let note = note.clone();
        async move {
            shutdown.until_draining(pending::<()>()).await;
            note.note("heard");
            let left = shutdown.remaining().expect("shutdown was asked for");
            assert!(left > millis(50) && left < seconds(5), "{left:?} left");
            sleep(millis(50)).await;
            note.note("cleaned up");
            Err("interrupted".to_owned())
        }
    }))
    .await;
    assert_eq!(journal.lines(), ["heard", "cleaned up", "close db"]);
    assert_eq!((report.state, report.exit_code), (State::Stopped, ExitCode::CLEAN), "{report}");
    let link = report.component("link").unwrap();
    assert_eq!((link.outcome, link.error.as_deref()), (Some(Outcome::Failed), Some("interrupted")));
    assert!(link.last_seen.is_none() && about(link.ended.unwrap(), millis(50)), "{report}");
}

#[tokio::test(start_paused = true)]
async fn one_that_opens_all_the_same_closes_in_its_turn() {
    let journal = Journal::new();
    let report = asked_while_it_opens(with_link(&journal, |shutdown| async move {
        shutdown.cancelled().await;
        sleep(millis(50)).await;
        Ok(Link)
    }))
    .await;
    assert_eq!(journal.lines(), ["close link", "close db"]);
    assert_eq!(report.exit_code, ExitCode::CLEAN, "{report}");
    assert_eq!(report.component("link").unwrap().outcome, Some(Outcome::Stopped));
}

#[tokio::test(start_paused = true)]
async fn one_that_leaves_by_the_checkpoint_has_stopped() {
    let link = ResourceSpec::<Link>::new("link", |shutdown: Shutdown| async move {
        loop {
            shutdown.checkpoint()?;
            sleep(millis(10)).await;
        }
        #[allow(unreachable_code, reason = "it says what is opened")]
        Ok::<Link, lifecycle::Cancelled>(Link)
    });
    let report = asked_while_it_opens(app().resource(link)).await;
    let link = report.component("link").unwrap();
    assert_eq!((link.outcome, &link.error, report.exit_code), (Some(Outcome::Stopped), &None, ExitCode::CLEAN));
}

/// The reserve is 5 s: two closes come after it.
#[tokio::test(start_paused = true)]
async fn one_that_does_not_end_is_dropped_when_its_share_is_over() {
    let journal = Journal::new();
    let report = asked_while_it_opens(with_link(&journal, |_| pending())).await;
    assert_eq!(journal.lines(), ["close db"]);
    let link = report.component("link").unwrap();
    assert_eq!((link.outcome, report.exit_code), (Some(Outcome::Aborted), ExitCode::UNCLEAN), "{report}");
    assert!(about(link.ended.unwrap(), millis(1500)), "{report}");
    assert!(!report.to_string().contains("not polled since"), "{report}");
}

/// Regression: the report of an idle runtime said that no thread had come to it.
#[tokio::test(start_paused = true)]
async fn one_without_a_shutdown_is_dropped_at_once_and_no_thread_is_to_blame() {
    let link = ResourceSpec::<Link>::new("link", pending::<Link>);
    let report = asked_while_it_opens(app().resource(link)).await;
    let link = report.component("link").unwrap();
    assert_eq!((link.outcome, report.exit_code), (Some(Outcome::Cancelled), ExitCode::CLEAN), "{report}");
    assert_eq!((link.ended, link.last_seen.as_ref().unwrap().woken_not_polled), (Some(Duration::ZERO), false));
    assert!(!report.to_string().contains("not polled since"), "{report}");
}

/// Regression: it said so of an `open` that had only run out of its time.
#[tokio::test(start_paused = true)]
async fn a_late_open_is_told_and_the_report_blames_no_thread() {
    let journal = Journal::new();
    let note = journal.clone();
    let link = ResourceSpec::<Link>::new("link", move |shutdown: Shutdown| {
        let note = note.clone();
        async move {
            shutdown.draining().await;
            note.note("heard");
            pending::<Link>().await
        }
    });
    let report = run(app().resource(link.open_timeout(seconds(4)))).await;
    assert_eq!(journal.lines(), ["heard"]);
    assert_eq!(report.exit_code, ExitCode::START_FAILED);
    assert!(matches!(&report.reason, Reason::StartFailed { error, .. } if error == "it did not open within 4s"));
    assert_eq!(report.component("link").unwrap().outcome, Some(Outcome::Aborted));
    assert!(!report.to_string().contains("not polled since"), "{report}");
}

/// Regression: what had opened was told as `opening` until everything else was open.
#[tokio::test(start_paused = true)]
async fn what_is_open_is_told_as_open_while_others_still_open() {
    let journal = Journal::new();
    let app = with_link(&journal, |_| async {
        sleep(seconds(5)).await;
        Ok(Link)
    });
    let app: App = app.task(common::patient()).build().expect("the wiring is right");
    let shutdown = app.shutdown();
    let look = async {
        sleep(seconds(3)).await;
        let status = shutdown.status();
        let state = |name: &str| status.services[name].state;
        assert_eq!((state("db"), state("link"), state("patient")), ("open", "opening", "not begun"));
        assert_eq!(status.status, Status::Starting);
        shutdown.request("seen");
    };
    tokio::join!(app.run(), look);
}

/// One that was late, and told to end, opens all the same while the App runs: nothing tells it to end any more.
#[tokio::test(start_paused = true)]
async fn one_that_opens_late_while_the_app_runs_hears_of_no_shutdown_afterwards() {
    let kept = std::sync::Arc::new(std::sync::Mutex::new(None));
    let keep = kept.clone();
    let link = ResourceSpec::<Link>::new("link", move |shutdown: Shutdown| {
        let is_first = keep.lock().unwrap().replace(shutdown.clone()).is_none();
        async move {
            if !is_first {
                shutdown.cancelled().await;
                sleep(millis(100)).await;
            }
            Link
        }
    });
    let rest = TaskSpec::new("rest", |shutdown: Shutdown| async move { shutdown.draining().await });
    let app = app().resource(link.open_timeout(seconds(1))).task(rest).build().expect("the wiring is right");
    let (shutdown, groups) = (app.shutdown(), app.groups());
    let change = async {
        while shutdown.status().status != Status::Ready {
            tokio::task::yield_now().await;
        }
        groups.stop("link").await.unwrap();
        groups.start("link").await.unwrap();
        let mine = kept.lock().unwrap().clone().unwrap();
        assert!(!mine.is_cancelled() && !mine.is_requested() && mine.remaining().is_none());
        assert_eq!(shutdown.status().services["link"].state, "open");
        shutdown.request("enough");
    };
    let (report, ()) = tokio::join!(app.run(), change);
    assert!(report.is_clean(), "{report}");
}

/// The runtime has one thread, and that is here.
#[tokio::test]
async fn what_no_thread_comes_to_is_told_as_that() {
    let sleeper = TaskSpec::new("sleeper", |_: Shutdown| pending::<()>());
    let app = app().task(sleeper).timeout(seconds(2)).build().expect("the wiring is right");
    let shutdown = app.shutdown();
    let run = tokio::spawn(app.run());
    while shutdown.status().services.get("sleeper").is_none_or(|sleeper| sleeper.runs == 0) {
        tokio::task::yield_now().await;
    }
    shutdown.request("enough");
    let began = Instant::now();
    while !shutdown.status().services["sleeper"].woken_not_polled {
        assert!(began.elapsed() < seconds(20), "it is not told");
    }
    assert!(began.elapsed() > millis(2), "told at once, when no thread could have come yet");
    run.abort();
}
