//! An App under test: started, taken through its shutdown phase by phase, finished.

#![cfg(all(feature = "macros", feature = "test-util"))]

mod common;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Database, cache, database, millis, patient, seconds};
use lifecycle::{
    AppBuilder, Fault, Phase, Requests, Res, Shutdown, Status, TaskSpec, Tasks, assert_clean, assert_order,
};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

#[lifecycle::test]
async fn a_started_app_has_opened_and_its_tasks_have_begun(app: AppBuilder) {
    let began = Arc::new(AtomicU32::new(0));
    let mut app = app.resource(database());
    for at in 0..100 {
        let began = began.clone();
        app = app.task(TaskSpec::new(format!("task-{at}"), move |_: Res<Database>, shutdown: Shutdown| {
            let began = began.clone();
            async move {
                began.fetch_add(1, Ordering::Relaxed);
                shutdown.requested().await;
            }
        }));
    }
    let at = Instant::now();
    let app = app.start().await;
    assert_eq!(began.load(Ordering::Relaxed), 100);
    assert_eq!(app.status().status, Status::Ready);
    assert_eq!(at.elapsed(), Duration::ZERO, "the clock has not moved");
    assert_clean!(app.finish().await);
}

#[lifecycle::test]
async fn a_shutdown_is_taken_through_its_phases_one_by_one(app: AppBuilder) {
    let mut phases = Vec::new();
    let mut app = app.announce(seconds(1)).task(patient()).resource(database()).start().await;
    let began = Instant::now();
    for phase in Phase::ALL {
        app.advance_to(phase).await;
        phases.push((app.status().phase, app.status().services["patient"].state));
    }
    assert_eq!(
        phases,
        [
            (Some(Phase::Announce), "running"),
            (Some(Phase::StopNewWork), "running"),
            (Some(Phase::CompleteCurrent), "running"),
            (Some(Phase::CancelTasks), "stopped"),
            (Some(Phase::ForceCleanup), "stopped"),
        ]
    );
    assert_eq!(app.status().services["database"].state, "open", "nothing closes before it is let go on");
    assert!(common::about(began.elapsed(), seconds(1)), "only the announcement takes time: {:?}", began.elapsed());
    assert_clean!(app.finish().await);
}

#[lifecycle::test]
async fn the_clock_goes_as_far_as_the_phases_before_need(app: AppBuilder) {
    let job = TaskSpec::new("job", |requests: Requests, shutdown: Shutdown| async move {
        let in_flight = requests.begin("job");
        shutdown.draining().await;
        sleep(seconds(3)).await;
        drop(in_flight);
    });
    let ticks = TaskSpec::new("ticks", || async {}).interval(millis(100));
    let mut app = app.task(job).task(ticks).start().await;
    let began = Instant::now();
    app.advance_to(Phase::CompleteCurrent).await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    app.advance_to(Phase::CancelTasks).await;
    assert!(common::about(began.elapsed(), seconds(3)), "{:?}", began.elapsed());
    assert_clean!(app.finish().await);
}

/// A test that dallies takes the App's time, as anything else would.
#[lifecycle::test]
async fn a_phase_that_is_held_ends_when_its_time_is_over(app: AppBuilder) {
    let mut app = app.task(patient()).start().await;
    app.advance_to(Phase::StopNewWork).await;
    sleep(millis(1_900)).await;
    assert_eq!(app.status().phase, Some(Phase::StopNewWork));
    sleep(millis(200)).await;
    // All is over by then, or nearly so: an App that is over is in no phase.
    assert!(app.status().phase.is_none_or(|phase| phase > Phase::StopNewWork));
    let report = app.finish().await;
    assert_eq!(report.phases[0].actual.as_secs(), 2);
}

#[lifecycle::test]
async fn a_phase_that_was_passed_is_not_come_back_to(app: AppBuilder) {
    let mut app = app.task(patient()).start().await;
    app.advance_to(Phase::CancelTasks).await;
    app.advance_to(Phase::StopNewWork).await;
    assert_clean!(app.finish().await);
}

/// *announce* has no time unless it is given some.
#[lifecycle::test]
async fn an_announcement_without_time_is_passed_over(app: AppBuilder) {
    let mut app = app.task(patient()).start().await;
    app.advance_to(Phase::Announce).await;
    assert_eq!(app.status().phase, Some(Phase::StopNewWork));
    assert_clean!(app.finish().await);
}

#[lifecycle::test]
async fn a_shutdown_that_somebody_else_began_is_taken_on(app: AppBuilder) {
    let failing = TaskSpec::new("failing", || async {
        sleep(seconds(5)).await;
        Err("out of paper")
    });
    let mut app = app.task(patient()).task(failing).start().await;
    app.shutdown().requested().await;
    app.advance_to(Phase::ForceCleanup).await;
    let report = app.finish().await;
    assert_eq!(report.exit_code.get(), 1);
    assert!(report.reason.to_string().contains("out of paper"), "{report}");
}

#[lifecycle::test]
async fn an_app_that_is_over_before_its_test_still_gives_its_report(app: AppBuilder) {
    let mut app = app.task(TaskSpec::new("brief", || async {})).start().await;
    sleep(seconds(60)).await;
    app.advance_to(Phase::CancelTasks).await;
    assert_clean!(app.finish().await);
}

#[lifecycle::test]
#[should_panic(expected = "cancel_tasks never begins: the start was taken back")]
async fn a_start_that_failed_has_no_phases(app: AppBuilder) {
    let mut app = app.resource(database()).fault(Fault::at("database").open().hang()).start().await;
    app.advance_to(Phase::CancelTasks).await;
}

#[lifecycle::test]
#[should_panic(expected = "no resource of type `harness::common::Database` is registered")]
async fn an_app_that_cannot_be_built_fails_its_test(app: AppBuilder) {
    drop(app.resource(cache()).start().await);
}

#[lifecycle::test]
async fn an_app_that_is_dropped_is_stopped_the_hard_way(app: AppBuilder) {
    let (tell, dropped) = oneshot::channel::<()>();
    let tell = Mutex::new(Some(tell));
    let task = TaskSpec::new("task", move |shutdown: Shutdown| {
        let tell = tell.lock().unwrap().take();
        async move {
            shutdown.cancelled().await;
            drop(tell);
        }
    });
    drop(app.task(task).start().await);
    assert!(dropped.await.is_err());
}

/// A test's own client is not what the App left behind.
#[cfg(target_os = "linux")]
#[lifecycle::test]
async fn what_the_test_itself_has_is_no_leak(app: AppBuilder) {
    use tokio::net::{TcpListener, TcpStream};
    let (tell, told) = oneshot::channel();
    let tell = Mutex::new(Some(tell));
    let serve = TaskSpec::new("serve", move |tasks: Tasks, shutdown: Shutdown| {
        let tell = tell.lock().unwrap().take().expect("it runs once");
        async move {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let _ = tell.send(listener.local_addr()?);
            while let Some(accepted) = shutdown.until_draining(listener.accept()).await {
                let (stream, _) = accepted?;
                tasks.spawn("connection", async move {
                    std::future::pending::<()>().await;
                    drop(stream);
                });
            }
            Ok::<(), std::io::Error>(())
        }
    });
    let app = app.task(serve).start().await;
    let client = TcpStream::connect(told.await.unwrap()).await.unwrap();
    let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
    let waiting = tokio::spawn(std::future::pending::<()>());
    let report = app.finish().await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert_clean!(report);
    assert!(report.notes.iter().any(|note| note.starts_with("1 task of the runtime")), "{report}");
    drop((client, waiting));
}

#[cfg(target_os = "linux")]
#[lifecycle::test]
async fn what_the_app_opens_beside_its_test_is_a_leak(app: AppBuilder) {
    let (keep, kept) = oneshot::channel();
    let keep = Mutex::new(Some(keep));
    let careless = TaskSpec::new("careless", move |shutdown: Shutdown| {
        let keep = keep.lock().unwrap().take().expect("it runs once");
        async move {
            shutdown.draining().await;
            let _ = keep.send(tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap());
        }
    });
    let report = app.task(careless).start().await.finish().await;
    let address = kept.await.unwrap().local_addr().unwrap();
    let [leak] = &report.leaks[..] else { panic!("{report}") };
    assert!(leak.to_string().ends_with(&format!(": udp {address}")), "{leak}");
    let failed = std::panic::catch_unwind(|| assert_clean!(report)).unwrap_err();
    let message = failed.downcast_ref::<String>().expect("a message");
    assert!(message.contains(&format!("leak: {leak}")) && message.contains("  task     careless"), "{message}");
}

#[lifecycle::test]
async fn an_order_holds_though_the_clock_stands_still(app: AppBuilder) {
    let report = app.resource(cache()).resource(database()).task(patient()).start().await.finish().await;
    let ended = |name: &str| report.component(name).and_then(|component| component.ended);
    assert_eq!(ended("cache"), ended("database"), "moments alone would not tell");
    assert_order!(report, "patient", "cache", "database");
    let wrong = std::panic::catch_unwind(|| assert_order!(report, "database", "cache")).unwrap_err();
    let message = wrong.downcast_ref::<String>().expect("a message");
    assert!(message.starts_with("`database` was to end before `cache`, and ended after it"), "{message}");
    assert!(message.contains("  resource database"), "{message}");
}

#[lifecycle::test]
#[should_panic(expected = "there is no component `databse`; did you mean `database`?")]
async fn an_order_of_names_that_do_not_exist_is_none(app: AppBuilder) {
    assert_order!(app.resource(database()).task(patient()).start().await.finish().await, "databse", "patient");
}
