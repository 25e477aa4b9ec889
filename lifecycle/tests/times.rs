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

    /// Every task does what there is to do at this moment.
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

async fn server() {
    pending::<()>().await;
}

/// A helper of the user's that runs what it is given, and then hangs itself.
async fn run(first: impl Future<Output = ()>) {
    first.await;
    pending::<()>().await;
}

#[cooperative_task]
async fn joins(shutdown: Shutdown) {
    let stop = async {
        shutdown.draining().await;
    };
    tokio::join!(server(), stop);
}

#[cooperative_task]
async fn hands_over(shutdown: Shutdown) {
    let stop = shutdown.clone();
    run(async move { stop.draining().await }).await;
}

fn branches(service: &ServiceStatus) -> Vec<&'static str> {
    service.branches.iter().map(|place| place.text).collect()
}

/// Regression: the report named an `.await` of an async block that was over, and not the one at which the task waited.
#[tokio::test(start_paused = true)]
async fn when_a_block_has_ended_the_await_around_it_is_the_place_again() {
    let handed_over = "run(async move { stop.draining().await })";
    for (task, outer, inner) in
        [("joins", "tokio::join!", "shutdown.draining()"), ("hands_over", handed_over, "stop.draining()")]
    {
        let running = Running::start(only(task)).await;
        running.pass(millis(500)).await;
        let service = running.service(task);
        assert_eq!((text(&service), branches(&service)), (outer, vec![inner]));
        assert_eq!(service.waiting, Some(millis(500)));
        running.shutdown.request("now");
        running.settle().await;
        running.pass(millis(1_600)).await;
        let service = running.service(task);
        assert_eq!((text(&service), branches(&service)), (outer, Vec::new()));
        assert_eq!(service.waiting, Some(millis(2_100)), "it has been there since it began");
        let report = running.end().await;
        let seen = report.component(task).unwrap().last_seen.clone().unwrap();
        assert!(seen.branches.is_empty() && !seen.to_string().contains("draining() for"), "{seen}");
    }
}

static FIRST: Notify = Notify::const_new();
static SECOND: Notify = Notify::const_new();

#[cooperative_task]
async fn branches_out(_: Shutdown) {
    let first = async {
        FIRST.notified().await;
        pending::<()>().await;
    };
    let second = async {
        SECOND.notified().await;
    };
    tokio::join!(first, second);
}

#[tokio::test(start_paused = true)]
async fn of_several_blocks_that_run_all_are_told() {
    let running = Running::start(only("branches_out")).await;
    running.pass(seconds(1)).await;
    assert_eq!(branches(&running.service("branches_out")), ["FIRST.notified()", "SECOND.notified()"]);
    FIRST.notify_one();
    running.settle().await;
    running.pass(seconds(1)).await;
    let service = running.service("branches_out");
    assert_eq!((text(&service), branches(&service)), ("tokio::join!", vec!["pending::<()>()", "SECOND.notified()"]));
    assert_eq!(service.waiting, Some(seconds(1)), "since the last of them came where it is");
    SECOND.notify_one();
    running.settle().await;
    let report = running.end().await;
    let seen = report.component("branches_out").unwrap().last_seen.clone().unwrap().to_string();
    assert!(seen.contains(" · tokio::join! > ") && seen.contains(" · pending::<()>() for 26"), "{seen}");
    assert!(!seen.contains("SECOND"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn more_blocks_than_are_told_apart_are_said_to_be_there() {
    let running = Running::start(only("crowd")).await;
    let service = running.service("crowd");
    assert_eq!(branches(&service), ["pending::<()>()"], "each place once");
    let report = running.end().await;
    let seen = report.component("crowd").unwrap().last_seen.clone().unwrap();
    assert!(seen.more_branches && seen.to_string().contains("pending::<()>() | …"), "{seen}");
}

#[cooperative_task]
async fn crowd(_: Shutdown) {
    let waits = || async { pending::<()>().await };
    tokio::join!(waits(), waits(), waits(), waits(), waits(), waits());
}
