//! Opening, closing and handles, by the paused clock.

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Journal, about, app, run, seconds, stop_after};
use lifecycle::{App, ExitCode, Outcome, Reason, Res, Resource, ResourceSpec, Shutdown, State, TaskSpec};
use tokio::time::sleep;

macro_rules! resources {
    ($($name:ident),*) => {
        $(#[derive(Debug)] struct $name; impl Resource for $name {})*
    };
}
resources!(A, B, C, D);

/// Opens in so long, closes in so long, and says so.
macro_rules! spec {
    ($journal:expr, $name:ident ($($needed:ident),*), $open:expr, $close:expr) => {{
        let (opening, closing): (Journal, Journal) = ($journal.clone(), $journal.clone());
        ResourceSpec::<$name>::new(stringify!($name), move |$(_: Res<$needed>),*| async move {
            sleep($open).await;
            opening.note(concat!("open ", stringify!($name)));
            Ok::<_, String>($name)
        })
        .close(move |_: $name| {
            let closing = closing.clone();
            async move {
                sleep($close).await;
                closing.note(concat!("close ", stringify!($name)));
            }
        })
    }};
}

fn fail(why: &str) -> String {
    panic!("{why}")
}

fn missing_key() -> B {
    panic!("no key")
}

const NOW: Duration = Duration::ZERO;

#[tokio::test(start_paused = true)]
async fn resources_open_in_the_order_of_their_wiring_and_close_in_reverse() {
    let journal = Journal::new();
    let app = app()
        .resource(spec!(journal, D(B, C), NOW, NOW))
        .resource(spec!(journal, C(A), seconds(2), NOW))
        .resource(spec!(journal, B(A), seconds(1), NOW))
        .resource(spec!(journal, A(), seconds(1), NOW))
        .task(stop_after(seconds(1)));
    let report = run(app).await;
    let lines = journal.lines();
    assert_eq!(lines[..4], ["open A", "open B", "open C", "open D"]);
    assert_eq!((lines[4].as_str(), lines[7].as_str()), ("close D", "close A"));
    // Independent ones open at once: C's two seconds cover B's one.
    assert_eq!(journal.moments("open D"), [journal.moments("open C")[0]]);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_failing_open_rolls_back_in_reverse_and_no_task_runs() {
    let journal = Journal::new();
    let task = TaskSpec::new("task", {
        let journal = journal.clone();
        move || {
            let journal = journal.clone();
            async move { journal.note("task ran") }
        }
    });
    let failing = ResourceSpec::<C>::new("C", |_: Res<B>| async { Err::<C, _>("port in use") });
    let app = app()
        .resource(spec!(journal, A(), NOW, NOW))
        .resource(spec!(journal, B(A), NOW, NOW))
        .resource(failing)
        .resource(spec!(journal, D(C), NOW, NOW))
        .task(task);
    let report = run(app).await;
    assert_eq!(journal.lines(), ["open A", "open B", "close B", "close A"]);
    assert_eq!(report.reason, Reason::StartFailed { resource: "C".into(), error: "port in use".into() });
    assert_eq!((report.state, report.exit_code), (State::Failed, ExitCode::START_FAILED));
}

#[tokio::test(start_paused = true)]
async fn an_open_that_hangs_or_panics_fails_the_start() {
    for (hang, wanted) in [(true, "it did not open within 3s"), (false, "no key")] {
        let journal = Journal::new();
        let bad = ResourceSpec::<B>::new("B", move |_: Res<A>| async move {
            if hang {
                sleep(seconds(600)).await;
            }
            missing_key()
        })
        .open_timeout(seconds(3));
        let report = run(app().resource(spec!(journal, A(), NOW, NOW)).resource(bad)).await;
        let Reason::StartFailed { resource, error } = &report.reason else { panic!("{report}") };
        assert_eq!(resource, "B");
        assert!(error.contains(wanted), "{error}");
        assert_eq!(journal.lines(), ["open A", "close A"]);
        assert_eq!(report.exit_code, ExitCode::START_FAILED);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_while_an_open_hangs_takes_the_start_back_cleanly() {
    let journal = Journal::new();
    let app =
        app().resource(spec!(journal, A(), NOW, NOW)).resource(spec!(journal, B(A), seconds(9), NOW)).build().unwrap();
    let shutdown = app.shutdown();
    tokio::spawn(async move {
        sleep(seconds(1)).await;
        shutdown.request("changed my mind");
    });
    let report = app.run().await;
    assert_eq!(journal.lines(), ["open A", "close A"]);
    assert_eq!((report.state, report.exit_code), (State::Stopped, ExitCode::CLEAN));
}

#[tokio::test(start_paused = true)]
async fn handles_are_waited_for_and_what_stays_is_counted_and_named() {
    let kept: Arc<Mutex<Vec<Res<A>>>> = Arc::default();
    let keeper = TaskSpec::new("keeper", {
        let kept = kept.clone();
        move |a: Res<A>| {
            kept.lock().unwrap().extend([a.clone(), a]);
            async {}
        }
    });
    let journal = Journal::new();
    let report = run(app().resource(spec!(journal, A(), NOW, NOW)).task(keeper).task(stop_after(seconds(1)))).await;
    assert_eq!(report.handles.len(), 1);
    assert_eq!((report.handles[0].holder.as_str(), report.handles[0].count), ("keeper", 2));
    assert_eq!(report.component("A").unwrap().outcome, Some(Outcome::Leaked));
    assert_eq!(journal.lines(), ["open A"]);
    assert_eq!(report.exit_code, ExitCode::UNCLEAN);
    assert!(report.to_string().contains("`keeper` still holds 2 of resource `A`"), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_handle_that_comes_back_in_time_lets_the_resource_close() {
    let journal = Journal::new();
    let detached = TaskSpec::new("detached", |a: Res<A>, shutdown: Shutdown| async move {
        tokio::spawn(async move {
            shutdown.cancelled().await;
            sleep(seconds(1)).await;
            drop(a);
        });
    });
    let report = run(app().resource(spec!(journal, A(), NOW, NOW)).task(detached).task(stop_after(seconds(1)))).await;
    assert_eq!(journal.lines(), ["open A", "close A"]);
    assert!(report.handles.is_empty() && report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_shared_resource_closes_while_handles_are_out() {
    struct Pool(tokio_util::sync::CancellationToken);
    impl Resource for Pool {}
    let pool = ResourceSpec::<Pool>::new("pool", || Pool(tokio_util::sync::CancellationToken::new()))
        .close_shared(|pool: Arc<Pool>| async move { pool.0.cancel() });
    let borrower = TaskSpec::new("borrower", |pool: Res<Pool>| async move {
        tokio::spawn(async move { pool.0.cancelled().await });
    });
    let report = run(app().resource(pool).task(borrower).task(stop_after(seconds(1)))).await;
    assert_eq!(report.component("pool").unwrap().outcome, Some(Outcome::Stopped));
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn one_close_that_hangs_fails_or_panics_keeps_no_other_from_its_turn() {
    let journal = Journal::new();
    let app = app()
        .resource(spec!(journal, A(), NOW, NOW))
        .resource(spec!(journal, B(A), NOW, seconds(600)))
        .resource(
            ResourceSpec::<C>::new("C", |_: Res<B>| C).close(|_: C| async { Err::<(), _>("flush: no space left") }),
        )
        .resource(
            ResourceSpec::<D>::new("D", |_: Res<C>| D).close(|_: D| async { Err::<(), String>(fail("in close")) }),
        )
        .task(stop_after(seconds(1)));
    let report = run(app).await;
    assert_eq!(journal.lines(), ["open A", "open B", "close A"]);
    for (name, outcome, error) in [
        ("A", Outcome::Stopped, None),
        ("B", Outcome::Aborted, None),
        ("C", Outcome::Failed, Some("\"flush: no space left\"")),
        ("D", Outcome::Panicked, Some("in close")),
    ] {
        let component = report.component(name).unwrap();
        assert_eq!(component.outcome, Some(outcome), "{name}: {report}");
        assert!(error.is_none_or(|error| component.error.as_ref().unwrap().contains(error)), "{component:?}");
    }
    assert_eq!(report.exit_code, ExitCode::UNCLEAN);
    let force = report.phases.last().unwrap();
    assert!(force.actual <= seconds(30), "{force:?}");
}

#[tokio::test(start_paused = true)]
async fn every_close_in_a_chain_that_hangs_gets_its_turn_within_the_reserve() {
    let journal = Journal::new();
    let hanging = |journal: &Journal, name: &'static str| {
        let journal = journal.clone();
        move || {
            journal.note(name);
            std::future::pending::<()>()
        }
    };
    let (a, b, c) = (hanging(&journal, "A"), hanging(&journal, "B"), hanging(&journal, "C"));
    let app = app()
        .resource(ResourceSpec::<A>::new("A", || A).close(move |_: A| a()))
        .resource(ResourceSpec::<B>::new("B", |_: Res<A>| B).close(move |_: B| b()))
        .resource(ResourceSpec::<C>::new("C", |_: Res<B>| C).close(move |_: C| c()))
        .task(stop_after(NOW));
    let report = run(app).await;
    assert_eq!(journal.lines(), ["C", "B", "A"], "{report}");
    let ended = report.component("A").unwrap().ended.unwrap();
    assert!(ended <= seconds(30), "{ended:?}");
}

/// By the real clock: a paused one does not wait for a thread.
#[tokio::test]
async fn a_blocking_close_runs_on_a_thread_of_its_own() {
    let name = Arc::new(Mutex::new(None));
    let seen = name.clone();
    let flusher = ResourceSpec::<A>::new("flusher", || A)
        .close(move |_: A| {
            *seen.lock().unwrap() = std::thread::current().name().map(str::to_owned);
            async {}
        })
        .blocking(true);
    let report = run(app().resource(flusher).task(stop_after(NOW))).await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(name.lock().unwrap().as_deref(), Some("close-flusher"));
}

#[tokio::test(start_paused = true)]
async fn a_lower_priority_closes_last() {
    let journal = Journal::new();
    let app = app()
        .resource(spec!(journal, A(), NOW, NOW).priority(-10))
        .resource(spec!(journal, B(), NOW, seconds(1)))
        .resource(spec!(journal, C(), NOW, NOW).priority(3))
        .task(stop_after(NOW));
    run(app).await;
    assert_eq!(journal.lines()[3..], ["close C", "close B", "close A"]);
}

#[tokio::test(start_paused = true)]
async fn two_apps_can_run_at_the_same_time() {
    let journal = Journal::new();
    let one = app().resource(spec!(journal, A(), NOW, NOW)).task(stop_after(seconds(1)));
    let two = app().resource(spec!(journal, B(), NOW, NOW)).task(stop_after(seconds(2)));
    let (one, two) = tokio::join!(run(one), run(two));
    assert!(one.is_clean() && two.is_clean());
    assert_eq!(journal.lines()[2..], ["close A", "close B"]);
}

#[test]
fn faults_are_listed_before_anything_opens() {
    let error = App::builder()
        .environment(false)
        .timeout(NOW)
        .task(TaskSpec::new("twice", |_: Res<A>| async {}).interval(NOW))
        .task(TaskSpec::new("twice", || async {}))
        .build()
        .unwrap_err();
    assert_eq!(error.faults().len(), 4, "{error}");
    assert!(error.faults().iter().all(|fault| fault.contains("resources.rs:") || fault.contains("total")), "{error}");
}

/// `about` is shared; this file only needs it where a bound is exact.
#[tokio::test(start_paused = true)]
async fn a_hanging_close_ends_at_its_own_timeout() {
    let hanging =
        ResourceSpec::<A>::new("A", || A).close(|_: A| std::future::pending::<()>()).close_timeout(seconds(2));
    let report = run(app().resource(hanging).task(stop_after(NOW))).await;
    assert!(about(report.component("A").unwrap().ended.unwrap(), seconds(2)), "{report}");
}

/// Regression: a resource's children were aborted when it had closed, which made a clean shutdown unclean.
#[tokio::test(start_paused = true)]
async fn children_of_a_resource_live_until_it_has_closed_and_end_cleanly() {
    let journal = Journal::new();
    let (opening, closing) = (journal.clone(), journal.clone());
    let resource = ResourceSpec::<A>::new("A", move |tasks: lifecycle::Tasks| {
        let driver = opening.clone();
        tasks.spawn("driver", std::future::pending::<()>());
        tasks.spawn_with("tidy", |shutdown| async move {
            shutdown.cancelled().await;
            driver.note("tidy ends");
        });
        async { A }
    })
    .close(move |_: A| {
        let closing = closing.clone();
        async move { closing.note("closed") }
    });
    let report = run(app().resource(resource).task(stop_after(NOW))).await;
    assert_eq!(journal.lines(), ["closed", "tidy ends"]);
    assert_eq!(report.component("A/driver").unwrap().outcome, Some(Outcome::Cancelled));
    assert!(report.is_clean(), "{report}");
}
