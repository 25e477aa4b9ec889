//! An App that a test starts, takes through its shutdown phase by phase, and finishes.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::task::{JoinError, JoinHandle};

use crate::decide::Event;
use crate::plan::Node;
use crate::plan::parts::Sort;
use crate::run::leaks::{leave_test_body, spawn_for_harness, watch_test_body};
use crate::run::record::ledger::Ledger;
use crate::run::stop::control::Control;
use crate::words::phase::Phase;
use crate::words::reason::State;
use crate::words::report::ShutdownReport;
use crate::words::task::TaskSettings;
use crate::{Groups, Shutdown, StatusReport};

use super::builder::AppBuilder;

/// An App that runs beside its test: started by [`AppBuilder::start`], ended by [`finish`](Self::finish). Feature
/// `test-util`.
///
/// In between, the test does what it likes: lets time pass, connects to what the App serves, takes the shutdown one
/// phase further. Dropped without `finish`, the App is stopped the hard way, as a future that is dropped is.
///
/// ```test_harness
/// use std::time::Duration;
///
/// use lifecycle::{AppBuilder, Phase, TaskSpec};
/// use tokio::time::sleep;
///
/// #[lifecycle::test]
/// async fn a_tick_in_progress_is_finished(app: AppBuilder) {
///     let tick = TaskSpec::new("tick", || sleep(Duration::from_secs(3))).interval(Duration::from_secs(60));
///     let mut app = app.task(tick).start().await;
///     sleep(Duration::from_secs(61)).await;
///
///     app.advance_to(Phase::CompleteCurrent).await;
///     assert_eq!(app.status().services["tick"].state, "running");
///     app.advance_to(Phase::CancelTasks).await;
///
///     let report = app.finish().await;
///     assert_eq!(report.component("tick").unwrap().ended, Some(Duration::from_secs(2)));
///     lifecycle::assert_clean!(report);
/// }
/// ```
pub struct TestApp {
    control: Arc<Control>,
    ledger: Arc<Ledger>,
    shutdown: Shutdown,
    groups: Groups,
    run: Run,
}

/// The App's own task.
enum Run {
    Goes(JoinHandle<ShutdownReport>),
    Over(Box<Result<ShutdownReport, JoinError>>),
    Told,
}

/// Rounds of the runtime in which everything that is ready has a turn: a chain of tasks that wake one another, longer
/// than this, is cut short.
const ROUNDS: usize = 32;
/// Most times that so many rounds are waited for tasks to begin.
const MOST: usize = 32;

impl AppBuilder {
    /// Builds the App and starts it as a task of the current runtime. Feature `test-util`.
    ///
    /// Returns when all resources are open and the tasks have had a turn; or when the start has failed, which
    /// [`TestApp::finish`] then tells of.
    ///
    /// # Panics
    ///
    /// When the App cannot be [built](Self::build), with every fault. Outside a tokio runtime.
    pub async fn start(self) -> TestApp {
        let app = self.build().unwrap_or_else(|error| panic!("{error}"));
        watch_test_body();
        let (control, ledger, shutdown, groups) = (app.control(), app.ledger(), app.shutdown(), app.groups());
        let mut app = TestApp { control, ledger, shutdown, groups, run: Run::Goes(tokio::spawn(app.run())) };
        let ledger = app.ledger.clone();
        app.until(|| !matches!(ledger.book().state, State::Initializing | State::Starting)).await;
        for _ in 0..MOST {
            settle().await;
            if app.have_begun() {
                break;
            }
        }
        app
    }
}

impl TestApp {
    /// Takes the shutdown to a phase, and holds it there.
    ///
    /// Asks for the shutdown if that has not happened yet, lets the phases before come to their ends, and returns when this one has
    /// begun and everything that it woke has had a turn. The paused clock goes as far as those phases need, and no
    /// further. The phase does not end before the next `advance_to` or [`finish`](Self::finish), unless its time is
    /// over: then the shutdown goes on by itself, as it would otherwise.
    ///
    /// *announce* is held only if it has time. A phase that has begun already is left as it is.
    ///
    /// # Panics
    ///
    /// When the start has failed, or was called off: then the phase never begins. With the report.
    pub async fn advance_to(&mut self, phase: Phase) {
        self.control.send(Event::Hold(Some(phase.max(self.control.stage.first_phase()))));
        self.request();
        let ledger = self.ledger.clone();
        self.until(|| ledger.book().phases.iter().any(|row| row.phase >= phase)).await;
        let first = ledger.book().phases.first().map(|row| row.phase);
        if first.is_none_or(|first| first == Phase::ForceCleanup && phase < first) {
            let report = self.report().await;
            panic!("{phase} never begins: the start was taken back\n\n{report}");
        }
        settle().await;
    }

    /// Lets the shutdown run to its end, having asked for it if that has not happened yet, and gives the report.
    pub async fn finish(mut self) -> ShutdownReport {
        self.control.send(Event::Hold(None));
        self.request();
        self.report().await
    }

    /// A handle that belongs to no component, as [`App::shutdown`](crate::App::shutdown) gives it.
    pub fn shutdown(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// Stops and starts tasks and resources, as [`App::groups`](crate::App::groups) does.
    pub fn groups(&self) -> Groups {
        self.groups.clone()
    }

    /// What the App is doing right now.
    pub fn status(&self) -> StatusReport {
        self.shutdown.status()
    }

    fn request(&self) {
        if !self.control.request.is_made() {
            self.shutdown.request("the test is done");
        }
    }

    /// Waits until it is so, or the App is over.
    async fn until(&mut self, is_so: impl Fn() -> bool) {
        let control = self.control.clone();
        loop {
            let mut stepped = pin!(control.broadcast.stepped.rung());
            if is_so() || !matches!(self.run, Run::Goes(_)) {
                return;
            }
            poll_fn(|context| match self.poll_run(context) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => stepped.as_mut().poll(context),
            })
            .await;
        }
    }

    fn poll_run(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Run::Goes(run) = &mut self.run {
            let over = ready!(Pin::new(run).poll(context));
            self.run = Run::Over(Box::new(over));
        }
        Poll::Ready(())
    }

    async fn report(&mut self) -> ShutdownReport {
        poll_fn(|context| self.poll_run(context)).await;
        leave_test_body();
        let Run::Over(over) = std::mem::replace(&mut self.run, Run::Told) else {
            panic!("its report was told before");
        };
        over.unwrap_or_else(|error| match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => panic!("the App was stopped the hard way: {error}"),
        })
    }

    /// Whether every task that begins at once has begun. One on a thread of its own begins when the system likes.
    fn have_begun(&self) -> bool {
        let plan = &self.ledger.plan;
        let has_begun = |id: usize| {
            let waits = match &plan.parts[id].sort {
                Sort::Task(settings) => {
                    !settings.initial_delay.is_zero() || settings.is_blocking() || has_jitter(settings)
                }
                _ => false,
            };
            waits || self.ledger.pulse(id).polls() > 0 || self.ledger.book().records[id].outcome.is_some()
        };
        plan.nodes.iter().enumerate().all(|(id, node)| !matches!(node, Node::Task(_)) || has_begun(id))
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        leave_test_body();
        if let Run::Goes(run) = &self.run {
            run.abort();
        }
    }
}

impl fmt::Debug for TestApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestApp").field("control", &self.control).finish_non_exhaustive()
    }
}

fn has_jitter(settings: &TaskSettings) -> bool {
    settings.periodic().is_some_and(|ticks| !ticks.jitter.is_zero())
}

/// By a task of its own: what is open is looked at before and after each turn of the test, and these would be many.
async fn settle() {
    let rounds = spawn_for_harness(async {
        for _ in 0..ROUNDS {
            tokio::task::yield_now().await;
        }
    });
    // It is aborted only with the whole runtime.
    let _ = rounds.await;
}
