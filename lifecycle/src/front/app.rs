//! An App: built, then run once.

use std::io::Write;
#[cfg(feature = "test-util")]
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::decide::exit_code;
use crate::plan::describe::Description;
use crate::run::drive::assembly::Assembly;
use crate::run::drive::driver::Driver;
use crate::run::leaks::{LeakSettings, LeakWatch, LibraryWatch};
use crate::run::process::runtime;
use crate::run::process::start_error::StartError;
use crate::run::process::threads::Threads;
#[cfg(feature = "test-util")]
use crate::run::record::ledger::Ledger;
use crate::run::record::report::ReportBuilder;
use crate::run::signals::Blocked;
#[cfg(feature = "test-util")]
use crate::run::stop::control::Control;
use crate::run::task::main_thread::MainThread;
use crate::words::format::Format;
use crate::words::reason::{Reason, State};
use crate::words::report::ShutdownReport;
use crate::words::settings::ReportSettings;
use crate::{Groups, Shutdown};

use super::process::Process;
use super::refusal;
use super::watch::Watch;

/// A program's components, checked and ready to run.
///
/// [`run`](Self::run) opens the resources in the order of their wiring, runs the tasks, and on a signal, a
/// request or a failure shuts down in phases inside one budget. Several Apps can live in one process.
///
/// ```
/// use lifecycle::{App, Shutdown, TaskSpec};
///
/// let report = App::builder()
///     .task(TaskSpec::new("hello", |shutdown: Shutdown| async move {
///         shutdown.request("that was all");
///     }))
///     .build()?
///     .run_blocking();
/// assert_eq!(report.exit_code.get(), 0);
/// # Ok::<(), lifecycle::BuildError>(())
/// ```
#[derive(Debug)]
pub struct App {
    assembly: Assembly,
    process: Process,
    report: ReportSettings,
    describe: Option<Format>,
    leaks: LeakSettings,
}

/// Longest wait for the runtime's threads once all is closed: those that are idle end at once.
const RUNTIME_END: Duration = Duration::from_millis(50);

impl App {
    pub(crate) fn new(
        assembly: Assembly,
        process: Process,
        report: ReportSettings,
        describe: Option<Format>,
        leaks: LeakSettings,
    ) -> Self {
        Self { assembly, process, report, describe, leaks }
    }

    /// Its wiring and its stop plan: every component with its options and its place, who uses what, the order of the
    /// start, and each phase of the stop with its budget. The text ends with a line break.
    ///
    /// It is what `LIFECYCLE_DESCRIBE` prints. The same components and budgets give the same text. The shape of the
    /// JSON is told in `docs/environment.md`; the others are for people, and may change.
    ///
    /// ```
    /// use lifecycle::{App, Format, Shutdown, TaskSpec};
    ///
    /// let work = TaskSpec::new("work", |shutdown: Shutdown| async move { shutdown.draining().await });
    /// let app = App::builder().task(work).build()?;
    /// assert!(app.describe(Format::Mermaid).starts_with("---\ntitle:"));
    /// # Ok::<(), lifecycle::BuildError>(())
    /// ```
    pub fn describe(&self, format: Format) -> String {
        Description::of(&self.assembly.plan).show(format)
    }

    /// What the environment asks for in place of a run.
    pub(crate) fn description(&self) -> Option<String> {
        self.describe.map(|format| self.describe(format))
    }

    /// A handle that belongs to no component: to ask for shutdown from outside, and to hear of it. Its turn
    /// to be cancelled is the beginning of *cancel_tasks*.
    pub fn shutdown(&self) -> Shutdown {
        Shutdown::outside(self.assembly.shared.clone())
    }

    #[cfg(feature = "test-util")]
    pub(crate) fn control(&self) -> Arc<Control> {
        self.assembly.control.clone()
    }

    #[cfg(feature = "test-util")]
    pub(crate) fn ledger(&self) -> Arc<Ledger> {
        self.assembly.ledger.clone()
    }

    /// Stops and starts tasks and resources while the App runs.
    pub fn groups(&self) -> Groups {
        self.assembly.shared.groups(None)
    }

    /// Runs it on the current runtime, to its end.
    ///
    /// Signals and guard as the builder says. The report is returned, printed when something was not clean,
    /// and written to `LIFECYCLE_REPORT`. The process goes on: what to do with
    /// [`exit_code`](ShutdownReport::exit_code) is the caller's business. Only a guard that finds the App past
    /// its deadline ends the process, and with it whatever else runs there.
    ///
    /// If the system has no thread or no descriptor for it, nothing is opened and nothing runs: the report's reason is
    /// [`Reason::OsError`], which tells what is missing, and its exit code 71.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: dropped before its end, it aborts what runs, and closes nothing.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime, or in one without time.
    pub async fn run(self) -> ShutdownReport {
        let library = LibraryWatch::start(&self.leaks, false);
        let started = Watch::start(&self.assembly, self.process, &self.report)
            .and_then(|watch| runtime::has_to_spare().map(|()| watch));
        let watch = match started {
            Ok(watch) => watch,
            Err(error) => return self.refuse(&error),
        };
        let reports = watch.reports.clone();
        watch.last_closes.enter();
        let leaks = LeakWatch::start(&self.leaks, self.assembly.leak_scope(), &library);
        Driver::new(self.assembly).hearing_signals(self.process.signals).run().await;
        leaks.finish(false).await;
        watch.tell_all();
        let report = reports.report(&[]);
        drop(reports);
        looked_at(library, watch.finish(report))
    }

    /// Runs it on a runtime of its own, to its end. Otherwise like [`run`](Self::run).
    ///
    /// The runtime is not simply dropped, which would wait for every `spawn_blocking`: its threads get
    /// 50 ms, and those that still run are counted in the report. If a component was left behind inside a poll, or on
    /// a thread of its own that has not returned, the runtime is not shut down at all: its threads and descriptors stay
    /// with the process, a note of the report says so, and threads of `spawn_blocking` are not counted.
    ///
    /// # Panics
    ///
    /// Inside a runtime.
    pub fn run_blocking(self) -> ShutdownReport {
        let started = Started::of(&self);
        match self.run_to_report(started) {
            Ok((watch, library, report)) => looked_at(library, watch.finish(report)),
            Err(report) => *report,
        }
    }

    /// Runs it as the program that the process is for, and exits.
    pub(crate) fn run_process(self, blocked: Blocked) -> ! {
        let started = Started::of(&self);
        // The guard hears signals from now on. If there is none, they have their usual effect.
        blocked.release();
        if self.process.beside_main { self.run_beside_main(started) } else { self.run_and_exit(started) }
    }

    /// Gives the main thread to the body of `main`, and runs on another one.
    fn run_beside_main(mut self, started: Started) -> ! {
        let (main_thread, jobs) = MainThread::new();
        self.assembly.main_thread = Some(main_thread);
        let (hand_over, handed_over) = channel::<(Self, Started)>();
        let thread = std::thread::Builder::new().name("lifecycle-app".to_owned()).spawn(move || {
            if let Ok((app, started)) = handed_over.recv() {
                app.run_and_exit(started);
            }
        });
        match thread {
            Ok(_) => {
                // The thread waits for it.
                let _ = hand_over.send((self, started));
                jobs.serve()
            }
            Err(error) => {
                let watch = Err(StartError::without("no thread for the App")(error));
                self.run_and_exit(Started { watch, ..started })
            }
        }
    }

    fn run_and_exit(self, started: Started) -> ! {
        match self.run_to_report(started) {
            Ok((watch, _, report)) => watch.exit(report),
            Err(report) => std::process::exit(i32::from(report.exit_code.get())),
        }
    }

    /// `Err`: it could not start.
    fn run_to_report(self, started: Started) -> Result<Over, Box<ShutdownReport>> {
        let Started { library, watch: started } = started;
        let threads = Threads::default();
        let built = started.and_then(|watch| Ok((runtime::build(self.process.workers(), &threads)?, watch)));
        let (runtime, watch) = match built {
            Ok(built) => built,
            Err(error) => return Err(Box::new(self.refuse(&error))),
        };
        let reports = watch.reports.clone();
        runtime.block_on(async {
            watch.last_closes.enter();
            let leaks = LeakWatch::start(&self.leaks, self.assembly.leak_scope(), &library);
            Driver::new(self.assembly).hearing_signals(self.process.signals).run().await;
            leaks.finish(true).await;
        });
        let left = reports.ledger.left_in_poll();
        if !left.is_empty() {
            return Ok((watch, library, report_of_running(runtime, &reports, &left)));
        }
        runtime.shutdown_timeout(RUNTIME_END);
        watch.wait_for_workers(&threads);
        watch.tell_all();
        let report = reports.report(&threads.left());
        Ok((watch, library, report))
    }

    /// The system gives it no thread or no descriptor: nothing is opened, nothing runs, and that is told.
    fn refuse(self, error: &StartError) -> ShutdownReport {
        let reports = self.assembly.shared.reports();
        reports.ledger.set_state(State::Failed);
        // Who waits for its shutdown elsewhere waits no longer.
        let reason = Reason::OsError { error: error.to_string() };
        reports.control.request(reason.clone());
        let mut report = reports.report(&[]);
        // Shutdown may have been asked for before: that is not why it does not run.
        report.reason = reason;
        report.exit_code = exit_code::of(&report, false, |_| true);
        refusal::tell(&report, &report.reason, &self.report);
        report
    }
}

/// An App on a runtime of its own, when it is over: what is told and given back next.
type Over = (Watch, LibraryWatch, ShutdownReport);

/// The report is told when this is called, and all of the library's is given back: what is left of that is a leak too.
fn looked_at(library: LibraryWatch, mut report: ShutdownReport) -> ShutdownReport {
    let left = library.finish(&report.leaks);
    for leak in &left {
        // The threads that write are given back too.
        let _ = writeln!(std::io::stderr(), "lifecycle: leak: {leak}");
    }
    report.leaks.extend(left);
    report
}

/// The report of an App whose runtime is left running. Its end would take timers and sockets away from what is inside a
/// poll and blocks on them, and tokio tells of that by a panic.
fn report_of_running(runtime: Runtime, reports: &ReportBuilder, left: &[String]) -> ShutdownReport {
    std::mem::forget(runtime);
    let mut report = reports.report(&[]);
    let names = left.join("`, `");
    let verb = if left.len() == 1 { "uses" } else { "use" };
    report.notes.push(format!("the runtime was not shut down, because `{names}` still {verb} it"));
    report
}

/// What stands before anything of the App runs.
struct Started {
    library: LibraryWatch,
    watch: Result<Watch, StartError>,
}

impl Started {
    fn of(app: &App) -> Self {
        Self {
            library: LibraryWatch::start(&app.leaks, true),
            watch: Watch::start(&app.assembly, app.process, &app.report),
        }
    }
}
