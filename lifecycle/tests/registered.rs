//! A program of annotated components, run as a test: what expansions hand to the library at run time.

#![cfg(feature = "macros")]

use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lifecycle::{App, Outcome, Phase, Res, Shutdown, Tasks, component, cooperative_task, resource, shutdown_hook};
use tokio::time::sleep;

/// What happened in the one run of this program, in order.
static NOTES: Mutex<Vec<&str>> = Mutex::new(Vec::new());

fn note(what: &'static str) {
    NOTES.lock().unwrap_or_else(PoisonError::into_inner).push(what);
}

#[resource(close = "end", tags = ["closed"])]
#[derive(Default)]
struct ByMethod;

impl ByMethod {
    async fn end(self) {
        note("ended by a method");
    }
}

/// Not `Default`, and its function takes what it uses.
#[resource(open = "open", close = close_value)]
struct ByValue {
    _base: Res<ByMethod>,
}

impl ByValue {
    async fn open(base: Res<ByMethod>, shutdown: Shutdown) -> Result<Self, String> {
        if shutdown.is_requested() { Err("too late".to_owned()) } else { Ok(Self { _base: base }) }
    }
}

async fn close_value(_: ByValue) -> Result<(), String> {
    note("closed a value");
    Ok(())
}

#[resource(close = close_reference)]
#[derive(Default)]
struct ByReference;

fn close_reference(_: &ByReference) {
    note("closed by a reference");
}

#[resource(close = close_mut)]
#[derive(Default)]
struct ByMut(u32);

async fn close_mut(value: &mut ByMut) {
    value.0 += 1;
    note("closed by a mutable reference");
}

#[resource(close = close_shared, shared = true)]
#[derive(Default)]
struct Shared;

async fn close_shared(_: &Shared) {
    note("closed while others hold it");
}

#[resource(close = |it: &ByClosure| note(it.0))]
struct ByClosure(&'static str);

impl Default for ByClosure {
    fn default() -> Self {
        Self("closed by a closure")
    }
}

#[resource(close = "end", blocking = true)]
#[derive(Default)]
struct Blocking;

impl Blocking {
    fn end(self) -> bool {
        note("closed on a thread of its own");
        true
    }
}

/// It fails in its first two runs.
#[cooperative_task(interval = "10ms", failure_threshold = 2, on_failure = "alarm", on_recovery = "calm")]
async fn watch(state: Res<State>) -> Result<(), String> {
    if state.next() <= 2 { Err("the sky is falling".to_owned()) } else { Ok(()) }
}

async fn alarm(_: Res<State>) {
    note("alarm");
}

async fn calm(_: Res<State>, _: Shutdown) -> Result<(), String> {
    note("calm");
    Err("it was not heard".to_owned())
}

#[resource]
#[derive(Default)]
struct State(Mutex<u32>);

impl State {
    fn runs(&self) -> u32 {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> u32 {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *runs += 1;
        *runs
    }
}

#[component]
impl State {
    #[cooperative_task(instances = 2)]
    async fn work(&self, tasks: Tasks, shutdown: Shutdown) {
        tasks.spawn("child", sleep(Duration::from_millis(1)));
        shutdown.draining().await;
    }
}

#[cooperative_task(blocking = true)]
fn own_thread(shutdown: Shutdown) -> Result<(), lifecycle::Cancelled> {
    loop {
        shutdown.checkpoint()?;
        std::thread::yield_now();
    }
}

/// What it holds across an `.await` cannot change threads.
#[cooperative_task(local = true)]
async fn local(state: Res<State>, shutdown: Shutdown) {
    let held = Rc::new(state);
    shutdown.draining().await;
    assert_eq!(Rc::strong_count(&held), 1);
    note("a local task heard of it");
}

#[shutdown_hook(phase = "stop_new_work", priority = 1)]
async fn farewell(_: Res<Shared>, shutdown: Shutdown) {
    assert_eq!(shutdown.phase(), Some(Phase::StopNewWork));
    note("farewell");
}

#[cooperative_task]
async fn stopper(state: Res<State>, shutdown: Shutdown) {
    while state.runs() < 5 {
        sleep(Duration::from_millis(1)).await;
    }
    shutdown.request("that was all");
}

/// Regression: this was a test on the paused clock. That one goes on while threads work, so that on a busy machine the close
/// on a thread of its own was given up.
#[tokio::test]
async fn annotated_components_run_and_close_as_they_say() {
    let app = App::builder().signals(false).guard(false).environment(false).registered();
    let report = app.build().expect("the wiring is right").run().await;
    assert!(report.is_clean(), "{report}");
    let notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (elsewhere, notes): (Vec<&str>, Vec<&str>) = notes.iter().partition(|note| note.starts_with("a local task"));
    assert_eq!(elsewhere.len(), 1, "it has a thread of its own, so that it is not known when: {elsewhere:?}");
    assert_eq!(notes[..3], ["alarm", "calm", "farewell"], "the monitor calls once each: {notes:?}");
    // Those that have nothing to do with each other close at once, in any order.
    let mut closed = notes[3..].to_vec();
    let at = |what| closed.iter().position(|note| *note == what);
    assert!(at("closed a value") < at("ended by a method"), "after its user: {notes:?}");
    closed.sort_unstable();
    let expected = [
        "closed a value",
        "closed by a closure",
        "closed by a mutable reference",
        "closed by a reference",
        "closed on a thread of its own",
        "closed while others hold it",
        "ended by a method",
    ];
    assert_eq!(closed, expected);
    let watch = report.component("watch").expect("it is a task");
    assert!(watch.runs >= 5 && watch.failures == 2, "{report}");
    for task in ["work[0]", "work[1]", "own_thread", "local", "stopper"] {
        let outcome = report.component(task).and_then(|task| task.outcome);
        assert!(matches!(outcome, Some(Outcome::Stopped | Outcome::Finished)), "{task}: {outcome:?}");
    }
}

#[test]
fn the_wiring_holds() {
    lifecycle::assert_wiring!();
    lifecycle::assert_wiring!(expected = ["registered"]);
}

#[test]
#[should_panic(expected = "crate `elsewhere` has registered nothing")]
fn a_crate_that_has_registered_nothing_is_missed() {
    lifecycle::assert_wiring!(expected = ["elsewhere"]);
}
