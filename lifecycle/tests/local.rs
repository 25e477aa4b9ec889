//! Tasks whose futures are not `Send`, each on a thread of its own.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use lifecycle::{App, AppBuilder, Outcome, Phase, Restart, Shutdown, ShutdownReport, TaskSpec, Tasks};
use tokio::sync::Notify;
use tokio::time::{Duration, sleep};

const MS: Duration = Duration::from_millis(1);

fn app() -> AppBuilder {
    App::builder().signals(false).guard(false).environment(false)
}

async fn run(app: AppBuilder) -> ShutdownReport {
    app.build().expect("the wiring is right").run().await
}

/// The name of this thread.
fn thread() -> String {
    std::thread::current().name().unwrap_or_default().to_owned()
}

/// What happened, in order.
type Journal = Arc<Mutex<Vec<String>>>;

fn note(journal: &Journal, line: impl Into<String>) {
    journal.lock().unwrap().push(line.into());
}

/// Notes the thread on which it is dropped. Not `Send`.
struct Kept(Journal, #[expect(dead_code, reason = "it is what cannot change threads")] Rc<()>);

impl Drop for Kept {
    fn drop(&mut self) {
        note(&self.0, format!("dropped on {}", thread()));
    }
}

fn keep(journal: &Journal) -> Kept {
    Kept(journal.clone(), Rc::new(()))
}

#[tokio::test]
async fn a_local_task_keeps_what_is_not_send_across_awaits_on_its_own_thread() {
    let journal = Journal::default();
    let tell = journal.clone();
    let task = TaskSpec::local("canvas", move |tasks: Tasks, shutdown: Shutdown| {
        let journal = tell.clone();
        async move {
            let (kept, count) = (keep(&journal), Rc::new(Cell::new(0)));
            let inner = count.clone();
            let local = tokio::task::spawn_local(async move {
                sleep(MS).await;
                inner.set(inner.get() + 1);
                thread()
            });
            note(&journal, local.await.unwrap());
            assert_eq!(tasks.spawn("child", async { sleep(MS).await }).await, Ok(Outcome::Finished));
            note(&journal, format!("{} on {}", count.get(), thread()));
            drop(kept);
            shutdown.request("done");
        }
    });
    let report = run(app().task(task)).await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(*journal.lock().unwrap(), ["canvas", "1 on canvas", "dropped on canvas"]);
}

#[tokio::test]
async fn it_is_dropped_at_an_await_on_its_own_thread() {
    let (journal, waits) = (Journal::default(), Arc::new(Notify::new()));
    for (takes_shutdown, outcome, code) in [(false, Outcome::Cancelled, 0), (true, Outcome::Aborted, 3)] {
        let (tell, arrive) = (journal.clone(), waits.clone());
        let hang = move || {
            let (kept, arrive) = (tell.clone(), arrive.clone());
            async move {
                let _kept = keep(&kept);
                arrive.notify_one();
                std::future::pending::<()>().await;
            }
        };
        let task = match takes_shutdown {
            true => TaskSpec::local("deaf", move |_: Shutdown| hang()),
            false => TaskSpec::local("deaf", hang),
        };
        let app = app().timeout(1000 * MS).phase(Phase::CancelTasks, 50 * MS).task(task).build().unwrap();
        let shutdown = app.shutdown();
        let running = tokio::spawn(app.run());
        waits.notified().await;
        shutdown.request("enough");
        let report = running.await.unwrap();
        let deaf = report.component("deaf").unwrap();
        assert_eq!((deaf.outcome, report.exit_code.get()), (Some(outcome), code), "{report}");
        assert_eq!(journal.lock().unwrap().drain(..).collect::<Vec<_>>(), ["dropped on deaf"]);
    }
}

#[tokio::test]
async fn one_that_blocks_its_thread_is_left_behind_and_holds_up_nobody() {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (wait, blocks) = (Arc::new(Mutex::new(wait)), Arc::new(Notify::new()));
    let arrive = blocks.clone();
    let task = TaskSpec::local("stuck", move |_: Shutdown| {
        let (wait, arrive) = (wait.clone(), arrive.clone());
        async move {
            arrive.notify_one();
            let _ = wait.lock().unwrap().recv();
        }
    });
    let app = app().timeout(1000 * MS).phase(Phase::CancelTasks, 50 * MS).task(task).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    blocks.notified().await;
    shutdown.request("enough");
    let report = running.await.unwrap();
    let stuck = report.component("stuck").unwrap();
    assert_eq!((stuck.outcome, report.exit_code.get()), (Some(Outcome::Leaked), 3), "{report}");
    assert!(stuck.last_seen.as_ref().is_some_and(|seen| seen.in_poll), "{report}");
    drop(go);
}

#[tokio::test]
async fn it_ticks_times_out_panics_and_comes_back_like_any_other() {
    let runs = Arc::new(Mutex::new(0));
    let count = runs.clone();
    let flaky = TaskSpec::local("flaky", move |shutdown: Shutdown| {
        let count = count.clone();
        async move {
            let _here = Rc::new(());
            tokio::task::yield_now().await;
            let run = {
                let mut count = count.lock().unwrap();
                *count += 1;
                *count
            };
            match run {
                1 => panic!("the first time"),
                2 => std::future::pending().await,
                _ => shutdown.request("done"),
            }
        }
    });
    let flaky = flaky.restart(Restart::OnFailure).backoff(MS, MS).timeout(50 * MS);
    let ticks = Arc::new(Mutex::new(0));
    let count = ticks.clone();
    let ticker = TaskSpec::local("ticker", move || {
        let count = count.clone();
        async move {
            let _here = Rc::new(());
            sleep(MS).await;
            *count.lock().unwrap() += 1;
        }
    });
    let report = run(app().task(flaky).task(ticker.interval(MS))).await;
    assert!(report.is_clean(), "{report}");
    let component = report.component("flaky").unwrap();
    assert_eq!((component.runs, component.restarts), (3, 2), "{report}");
    assert!(*ticks.lock().unwrap() > 1);
}
