//! An App that cannot have what it needs to run is over before it begins, and says so.

use lifecycle::{App, ExitCode, Reason, Shutdown, State, Status, TaskSpec};

/// An App that hears signals, as long as its shutdown is not asked for.
fn app() -> App {
    let waits = TaskSpec::new("waits", |shutdown: Shutdown| async move { shutdown.draining().await });
    App::builder().environment(false).task(waits).build().unwrap()
}

/// Regression: the seventeenth App of a process heard no signals and had no guard, and ran all the same.
#[tokio::test]
async fn more_apps_than_can_hear_signals_are_refused() {
    let apps: Vec<App> = (0..16).map(|_| app()).collect();
    let handles: Vec<Shutdown> = apps.iter().map(App::shutdown).collect();
    let running: Vec<_> = apps.into_iter().map(|app| tokio::spawn(app.run())).collect();
    for shutdown in &handles {
        while shutdown.status().status != Status::Ready {
            tokio::task::yield_now().await;
        }
    }

    let one_more = app();
    let shutdown = one_more.shutdown();
    let report = one_more.run().await;
    assert_eq!((report.exit_code, report.state), (ExitCode::OS_ERROR, State::Failed));
    let Reason::OsError { error } = &report.reason else { panic!("{report}") };
    assert!(error.contains("signals cannot be heard: more than 16"), "{error}");
    assert_eq!(report.component("waits").unwrap().outcome, None);
    // Who waits for its shutdown waits no longer.
    shutdown.requested().await;
    assert_eq!(shutdown.reason(), Some(report.reason));

    handles.iter().for_each(|shutdown| shutdown.request("that was all"));
    for app in running {
        assert_eq!(app.await.unwrap().exit_code, ExitCode::CLEAN);
    }
    // There is a place again.
    let again = app();
    again.shutdown().request("that was all");
    assert_eq!(again.run().await.exit_code, ExitCode::CLEAN);
}
