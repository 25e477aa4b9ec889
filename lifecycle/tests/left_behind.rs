//! What could not be ended in time and still runs, as a hook of *force_cleanup* is told it: it may hand over what the
//! program holds only if nothing of the program still writes.

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Journal, app, millis, run, seconds, stop_after};
use lifecycle::{AppBuilder, HookSpec, Kind, LeftBehind, OnShutdown, Outcome, Phase, Shutdown, TaskSpec, Tasks};
use tokio::sync::Notify;

/// What a hook of the last phase was told.
type Told = Arc<Mutex<Vec<LeftBehind>>>;

fn told(told: &Told) -> Vec<(Kind, String)> {
    told.lock().unwrap().iter().map(|left| (left.kind, left.name.clone())).collect()
}

/// A hook of the last phase that asks, and then does something more.
fn release<F>(told: &Told, then: impl Fn(Shutdown) -> F + Send + Sync + 'static) -> HookSpec
where
    F: Future<Output = ()> + Send + 'static,
{
    let told = told.clone();
    HookSpec::new("release", Phase::ForceCleanup, move |shutdown: Shutdown| {
        *told.lock().unwrap() = shutdown.left_behind();
        then(shutdown)
    })
}

/// Tells from another thread: a task that is woken by a thread of the runtime which then blocks may have to wait for it.
fn tell(begun: &Arc<Notify>) {
    let begun = begun.clone();
    std::thread::spawn(move || begun.notify_one()).join().unwrap();
}

/// Blocks its thread, having told so, until the sender is dropped.
fn blocks(begun: &Arc<Notify>, held: &Mutex<Receiver<()>>) {
    tell(begun);
    let _ = held.lock().unwrap().recv();
}

fn thread_to_block() -> (Sender<()>, Arc<Mutex<Receiver<()>>>, Arc<Notify>) {
    let (go, held) = channel();
    (go, Arc::new(Mutex::new(held)), Arc::default())
}

/// Asks for shutdown once the straggler blocks.
fn stop_once(begun: &Arc<Notify>) -> TaskSpec {
    let begun = begun.clone();
    TaskSpec::new("stopper", move |shutdown: Shutdown| {
        let begun = begun.clone();
        async move {
            begun.notified().await;
            shutdown.request("while it blocks");
        }
    })
}

fn short(app: AppBuilder) -> AppBuilder {
    app.timeout(seconds(2)).phase(Phase::CancelTasks, millis(50)).phase(Phase::ForceCleanup, millis(1_500))
}

/// Regression: the hook ran while the straggler had not even been dropped, and there was no way to know of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_task_that_blocks_is_left_behind_until_it_ends() {
    let (go, held, begun) = thread_to_block();
    let blocked = begun.clone();
    let writer = TaskSpec::new("writer", move || {
        let (begun, held) = (blocked.clone(), held.clone());
        async move { blocks(&begun, &held) }
    });
    let (first, go) = (Told::default(), Mutex::new(Some(go)));
    // It goes on once the writer has been released, and sees it gone.
    let hook = release(&first, move |shutdown| {
        drop(go.lock().unwrap().take());
        async move {
            while !shutdown.left_behind().is_empty() {
                tokio::task::yield_now().await;
            }
        }
    });
    let report = run(short(app()).task(writer).task(stop_once(&begun)).hook(hook)).await;
    assert_eq!(told(&first), [(Kind::Task, "writer".to_owned())]);
    assert!(first.lock().unwrap()[0].to_string().starts_with("task `writer` (lifecycle/tests/left_behind.rs:"));
    assert_eq!(report.component("release").unwrap().outcome, Some(Outcome::Finished), "{report}");
    assert_eq!((report.component("writer").unwrap().outcome, report.exit_code.get()), (Some(Outcome::Leaked), 3));
}

/// A thread that blocks until the sender is dropped; it can be taken once.
type Gate = Mutex<Option<Receiver<()>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn so_is_the_thread_of_a_blocking_task_and_a_child_of_either_sort() {
    let (held, gates): (Vec<_>, Vec<_>) = (0..3).map(|_| channel::<()>()).unzip();
    let mut gates = gates.into_iter().map(|gate| Gate::new(Some(gate)));
    let [index_gate, child_gate, thread_gate] = [(); 3].map(|()| gates.next().unwrap());
    let (begun, count) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    // Each of the three is there.
    let arrive = {
        let begun = begun.clone();
        move || {
            if count.fetch_add(1, Ordering::SeqCst) == 2 {
                tell(&begun);
            }
        }
    };
    let wait = |gate: &Gate| {
        let (gate, arrive) = (gate.lock().unwrap().take().unwrap(), arrive.clone());
        move || {
            arrive();
            let _ = gate.recv();
        }
    };
    let index = Arc::new(Mutex::new(Some(wait(&index_gate))));
    let index = TaskSpec::blocking("index", move || index.lock().unwrap().take().unwrap()());
    let (child, thread) = (Mutex::new(Some(wait(&child_gate))), Mutex::new(Some(wait(&thread_gate))));
    let parent = TaskSpec::new("parent", move |tasks: Tasks| {
        let (child, thread) = (child.lock().unwrap().take().unwrap(), thread.lock().unwrap().take().unwrap());
        tasks.spawn("child", async move { child() });
        tasks.spawn_blocking("thread", thread);
        std::future::ready(())
    });
    let first = Told::default();
    let app = short(app()).task(index).task(parent).task(stop_once(&begun)).hook(release(&first, |_| async {}));
    let report = run(app).await;
    let mut names = told(&first);
    names.sort_by(|one, two| one.1.cmp(&two.1));
    let expected = [(Kind::Task, "index"), (Kind::Child, "parent/child"), (Kind::Child, "parent/thread")];
    assert_eq!(names, expected.map(|(kind, name)| (kind, name.to_owned())), "{report}");
    drop(held);
}

/// What is dropped at its `.await` has been dropped, destructors and all, when the hook begins.
#[tokio::test(start_paused = true)]
async fn what_was_aborted_and_is_gone_is_not_left_behind() {
    struct Writing(Journal);
    impl Drop for Writing {
        fn drop(&mut self) {
            self.0.note("writer is gone");
        }
    }
    let journal = Journal::new();
    let written = journal.clone();
    let writer = TaskSpec::new("writer", move || {
        let writing = Writing(written.clone());
        async move {
            let _writing = writing;
            std::future::pending::<()>().await;
        }
    });
    let (first, released) = (Told::default(), journal.clone());
    let hook = release(&first, move |_| {
        released.note("released");
        std::future::ready(())
    });
    let report = run(app().task(writer.on_shutdown(OnShutdown::Finish)).hook(hook).task(stop_after(millis(1)))).await;
    assert_eq!(report.component("writer").unwrap().outcome, Some(Outcome::Aborted));
    assert_eq!((journal.lines(), told(&first)), (vec!["writer is gone".to_owned(), "released".to_owned()], vec![]));
}

#[tokio::test(start_paused = true)]
async fn while_nothing_was_given_up_nothing_is_left_behind() {
    let asks = TaskSpec::new("asks", |shutdown: Shutdown| async move {
        assert_eq!(shutdown.left_behind(), []);
        shutdown.request("enough");
    });
    assert!(run(app().task(asks)).await.is_clean());
}

/// The time of the hook counts from when it begins.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_hook_has_its_share_of_what_is_left() {
    let (go, held, begun) = thread_to_block();
    let blocked = begun.clone();
    let writer = TaskSpec::new("writer", move || {
        let (begun, held) = (blocked.clone(), held.clone());
        async move { blocks(&begun, &held) }
    });
    let left = Arc::new(Mutex::new(Duration::ZERO));
    let seen = left.clone();
    let hook = release(&Told::default(), move |shutdown| {
        *seen.lock().unwrap() = shutdown.remaining().unwrap();
        std::future::ready(())
    });
    run(short(app()).task(writer).task(stop_once(&begun)).hook(hook)).await;
    // 1.5 s less a fifth for the abort, and a tenth kept back.
    assert!(*left.lock().unwrap() > millis(300), "{left:?}");
    drop(go);
}
