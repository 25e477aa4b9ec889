//! Where components are, since when, and whether they were woken: by the paused clock, to the nanosecond.

#![cfg(all(feature = "macros", feature = "test-util"))]

mod common;

use std::future::pending;
use std::time::Duration;

use common::{about, app, millis, seconds};
use lifecycle::{
    App, AppBuilder, ChildStatus, ServiceStatus, Shutdown, ShutdownReport, Status, TaskSpec, Tasks, cooperative_task,
    traced,
};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::advance;

/// An App that runs beside its test, which moves the clock.
struct Running {
    shutdown: Shutdown,
    run: JoinHandle<ShutdownReport>,
}

impl Running {
    async fn start(app: AppBuilder) -> Self {
        let app: App = app.build().expect("the wiring is right");
        let shutdown = app.shutdown();
        let running = Self { shutdown, run: tokio::spawn(app.run()) };
        while running.shutdown.status().status != Status::Ready {
            yield_now().await;
        }
        running.settle().await;
        running
    }

    /// Everybody does what there is to do at this moment.
    async fn settle(&self) {
        for _ in 0..50 {
            yield_now().await;
        }
    }

    async fn pass(&self, time: Duration) {
        advance(time).await;
        self.settle().await;
    }

    fn service(&self, name: &str) -> ServiceStatus {
        self.shutdown.status().services.remove(name).expect("there is one of that name")
    }

    async fn end(self) -> ShutdownReport {
        self.shutdown.request("the test is over");
        self.run.await.expect("it does not panic")
    }
}

/// Of the attributes' tasks this one alone.
fn only(task: &'static str) -> AppBuilder {
    app().registered_where(move |name, _| name == task)
}

fn text(service: &ServiceStatus) -> &'static str {
    service.awaits.last().map_or("", |place| place.text)
}

static GO: Notify = Notify::const_new();

#[cooperative_task]
async fn two_steps(_: Shutdown) {
    GO.notified().await;
    pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn time_counts_from_the_await_at_which_it_stands_and_not_from_the_last_poll() {
    let running = Running::start(only("two_steps")).await;
    let seen = || {
        let service = running.service("two_steps");
        (text(&service), service.waiting, service.last_polled)
    };
    running.pass(seconds(3)).await;
    assert_eq!(seen(), ("GO.notified()", Some(seconds(3)), Some(seconds(3))));
    GO.notify_one();
    running.settle().await;
    assert_eq!(seen(), ("pending::<()>()", Some(Duration::ZERO), Some(Duration::ZERO)));
    running.pass(millis(1_250)).await;
    assert_eq!(seen(), ("pending::<()>()", Some(millis(1_250)), Some(millis(1_250))));
    assert_eq!(running.service("two_steps").polls_since_asked, None);

    // What it is told wakes it, and it goes on waiting where it was.
    running.shutdown.request("enough");
    running.settle().await;
    running.pass(millis(750)).await;
    assert_eq!(seen(), ("pending::<()>()", Some(seconds(2)), Some(millis(750))));
    assert_eq!(running.service("two_steps").polls_since_asked, Some(1));

    let report = running.end().await;
    let stuck = report.component("two_steps").unwrap();
    let seen = stuck.last_seen.as_ref().unwrap();
    let (asked, ended) = (stuck.asked.unwrap(), stuck.ended.unwrap());
    assert!(about(seen.waiting.unwrap(), millis(1_250) + ended), "{seen:?}");
    assert_eq!(seen.last_polled, Some(ended - asked));
    assert_eq!((seen.polls_since_asked, seen.woken_not_polled, seen.in_poll_for), (Some(1), false, None));
    assert!(report.to_string().contains(" · pending::<()>() for 26"), "{report}");
}

static ITEM: Notify = Notify::const_new();

#[cooperative_task]
async fn one_place(_: Shutdown) {
    loop {
        ITEM.notified().await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_round_at_the_same_place_is_a_new_wait() {
    let running = Running::start(only("one_place")).await;
    running.pass(seconds(5)).await;
    assert_eq!(running.service("one_place").waiting, Some(seconds(5)));
    ITEM.notify_one();
    running.settle().await;
    running.pass(seconds(1)).await;
    assert_eq!(running.service("one_place").waiting, Some(seconds(1)));
    running.end().await;
}

#[traced]
async fn nested() {
    pending::<()>().await;
}

#[cooperative_task]
async fn parent(tasks: Tasks, _: Shutdown) {
    tasks.spawn_with("quiet", |_| async { nested().await });
    GROW.notified().await;
    tasks.spawn_with("late", |_| async { nested().await });
    pending::<()>().await;
}

static GROW: Notify = Notify::const_new();

#[tokio::test(start_paused = true)]
async fn children_are_told_of_with_the_one_that_has_stood_still_for_longest_first() {
    let running = Running::start(only("parent")).await;
    running.pass(seconds(2)).await;
    GROW.notify_one();
    running.settle().await;
    running.pass(seconds(1)).await;
    let service = running.service("parent");
    let told = |child: &ChildStatus| (child.name.clone(), child.seen.waiting, child.seen.awaits.len());
    assert_eq!(
        service.children.iter().map(told).collect::<Vec<_>>(),
        [("quiet".to_owned(), Some(seconds(3)), 2), ("late".to_owned(), Some(seconds(1)), 2)]
    );
    assert_eq!(service.children_running, 2);
    let json = serde_json::to_value(&service).expect("plain data");
    assert_eq!((&json["waiting_seconds"], &json["children"][0]["waiting_seconds"]), (&1.0.into(), &3.0.into()));
    assert_eq!(json["children"][0]["name"], "quiet");
    let report = running.end().await;
    for (name, before) in [("parent/quiet", seconds(3)), ("parent/late", seconds(1))] {
        let child = report.component(name).unwrap();
        let seen = child.last_seen.as_ref().unwrap();
        assert!(about(seen.waiting.unwrap(), before + child.ended.unwrap()), "{name}: {seen:?}");
        // Once when it was spawned, once for the draining, which comes before its turn, and once for that.
        assert_eq!((seen.polls, seen.polls_since_asked), (3, Some(1)), "{name}: {seen:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn copies_each_have_their_own_time() {
    static TURN: Notify = Notify::const_new();
    #[traced]
    async fn turn() {
        TURN.notified().await;
        pending::<()>().await;
    }
    let copies = TaskSpec::new("copy", |_: Shutdown| turn()).instances(2);
    let running = Running::start(app().task(copies)).await;
    running.pass(seconds(4)).await;
    // The one that has waited for longer.
    TURN.notify_one();
    running.settle().await;
    running.pass(seconds(1)).await;
    let waiting = |name: &str| running.service(name).waiting.unwrap();
    let mut times = [waiting("copy[0]"), waiting("copy[1]")];
    times.sort();
    assert_eq!(times, [seconds(1), seconds(5)]);
    running.end().await;
}

#[cooperative_task(interval = "1m")]
async fn tick() {
    yield_now().await;
}

/// Regression: the last `.await` of a run that was over stood there until the next, as if it waited at it.
#[tokio::test(start_paused = true)]
async fn between_two_ticks_a_task_waits_at_no_await() {
    let running = Running::start(only("tick")).await;
    running.pass(seconds(30)).await;
    let service = running.service("tick");
    assert_eq!((service.runs, service.awaits.len(), service.waiting), (1, 0, None));
    running.end().await;
}

#[cooperative_task(interval = "10s", timeout = "1s")]
async fn cut_off() {
    nested().await;
}

/// Regression: a run that was dropped inside of a traced function left it on the way of the next.
#[tokio::test(start_paused = true)]
async fn a_run_that_was_cut_off_is_not_on_the_way_of_the_next() {
    let running = Running::start(only("cut_off")).await;
    for run in 1..=4 {
        let service = running.service("cut_off");
        assert_eq!((service.runs, service.awaits.len(), text(&service)), (run, 2, "pending::<()>()"));
        running.pass(seconds(10)).await;
    }
    running.end().await;
}
