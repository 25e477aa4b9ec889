//! What the handles tell that components take, by the paused clock.

mod common;

use std::fmt;

use common::{app, run, seconds};
use lifecycle::{Outcome, Phase, Res, Resource, ResourceSpec, Shutdown, TaskSpec, Tasks};
use tokio::time::sleep;

#[derive(Debug)]
struct Database(u16);

impl Resource for Database {}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "port {}", self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn a_handle_to_a_resource_shows_what_the_resource_shows() {
    let task = TaskSpec::new("task", |database: Res<Database>| async move {
        assert_eq!((Res::name(&database), database.0, database.as_ref().0), ("db", 5432, 5432));
        assert_eq!(
            (format!("{database}"), format!("{database:?}")),
            ("port 5432".to_owned(), "Database(5432)".to_owned())
        );
    });
    let report = run(app().resource(ResourceSpec::value("db", Database(5432))).task(task)).await;
    assert!(report.is_clean(), "{report}");
}

/// All that a `Shutdown` says, at each step of the way.
#[tokio::test(start_paused = true)]
async fn a_shutdown_tells_how_far_it_is() {
    let task = TaskSpec::new("task", |shutdown: Shutdown| async move {
        let tokens = [shutdown.draining_token(), shutdown.token()];
        let told = || [shutdown.is_requested(), shutdown.is_draining(), shutdown.is_cancelled()];
        let cancelled = || tokens.iter().map(tokio_util::sync::CancellationToken::is_cancelled).collect::<Vec<_>>();
        assert_eq!((told(), cancelled()), ([false; 3], vec![false, false]));
        assert_eq!((shutdown.phase(), shutdown.reason(), shutdown.remaining()), (None, None, None));
        assert_eq!(shutdown.checkpoint().map_err(|error| error.to_string()), Ok(()));
        assert!(format!("{shutdown:?}").contains("requested: false"), "{shutdown:?}");

        shutdown.request("that was all");
        shutdown.request("and this is too late");
        assert_eq!((told(), cancelled()), ([true, true, false], vec![true, false]));
        assert_eq!(
            shutdown.reason().map(|reason| reason.to_string()).as_deref(),
            Some("requested by `task`: that was all")
        );
        assert_eq!(shutdown.until_draining(sleep(seconds(1))).await, None);

        shutdown.cancelled().await;
        assert_eq!((told(), cancelled()), ([true; 3], vec![true, true]));
        assert_eq!(shutdown.phase(), Some(Phase::CancelTasks));
        assert_eq!(shutdown.remaining(), Some(seconds(25)));
        assert!(shutdown.checkpoint().is_err());
        assert_eq!(shutdown.until_cancelled(sleep(seconds(1))).await, None);
        assert_eq!(shutdown.status().phase, Some(Phase::CancelTasks));
        assert_eq!(shutdown.left_behind(), []);
        assert!(format!("{shutdown:?}").contains("cancelled: true"), "{shutdown:?}");
    });
    let report = run(app().task(task)).await;
    assert!(report.is_clean(), "{report}");
}

/// What `Tasks` and the handle of a child say of a child that runs, fails, is aborted and is refused.
#[tokio::test(start_paused = true)]
async fn the_handle_of_a_child_tells_what_became_of_it() {
    let task = TaskSpec::new("parent", |tasks: Tasks, shutdown: Shutdown| async move {
        assert!(tasks.is_empty());
        let child = tasks.spawn("child", sleep(seconds(1)));
        assert_eq!((tasks.len(), tasks.is_empty(), child.is_refused()), (1, false, false));
        assert_eq!(format!("{tasks:?}"), "Tasks { owner: \"parent\", len: 1, .. }");
        assert_eq!(format!("{child:?}"), "Spawned { refused: false, .. }");
        assert_eq!(child.await, Ok(Outcome::Finished));

        let error = tasks.spawn("faulty", async { Err::<(), _>("no route") }).await.unwrap_err();
        assert_eq!(error.to_string(), "failed: no route");
        let aborted = tasks.spawn("aborted", std::future::pending::<()>());
        aborted.abort();
        assert_eq!(aborted.await.unwrap_err().to_string(), "aborted");

        shutdown.request("that was all");
        shutdown.cancelled().await;
        let refused = tasks.spawn("late", async {});
        // There is nothing to abort.
        refused.abort();
        assert_eq!(format!("{refused:?}"), "Spawned { refused: true, .. }");
        assert_eq!(refused.await.unwrap_err().to_string(), "refused: its component is shutting down");
        assert!(tasks.is_empty());
    });
    let report = run(app().task(task)).await;
    assert!(report.is_clean(), "{report}");
}
