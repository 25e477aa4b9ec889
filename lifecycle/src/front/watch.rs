//! The guard, the signals and the report of an App that runs.

use std::io::Write;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::decide::exit_code;
use crate::run::drive::assembly::Assembly;
use crate::run::drive::last_closes::BlockingCloses;
use crate::run::handles::shared;
use crate::run::process::guard::{Duties, Guard};
use crate::run::process::last_closes::LastCloses;
use crate::run::process::scribe::Scribe;
use crate::run::process::start_error::StartError;
use crate::run::process::threads::Threads;
use crate::run::process::view::View;
use crate::run::record::metrics;
use crate::run::record::report::ReportBuilder;
use crate::run::signals::Waker;
use crate::run::stop::deadline::Deadline;
use crate::sys::fork::RunningApp;
use crate::sys::panics;
use crate::words::report::ShutdownReport;
use crate::words::settings::ReportSettings;

use super::process::Process;

/// Longest wait for the report to be written when nothing else sets a bound.
const REPORT_WRITE: Duration = Duration::from_secs(1);
/// Longest wait for subscribers and recorders to hear what they are told.
const TELL: Duration = Duration::from_millis(50);
/// Longest wait for the runtime's workers, which end in any case: on a busy machine they may wait for a processor.
const WORKERS_END: Duration = Duration::from_secs(1);

/// Guard, signals and report of an App that runs.
pub(super) struct Watch {
    pub(super) reports: ReportBuilder,
    scribe: Scribe,
    guard: Option<Guard>,
    pub(super) last_closes: Arc<BlockingCloses>,
    report: ReportSettings,
    /// By it, panics of user code outside of components are told.
    _says: Arc<Scribe>,
    /// A fork is known by it.
    running: Option<RunningApp>,
}

/// The App is over, or was dropped.
impl Drop for Watch {
    fn drop(&mut self) {
        self.reports.control.calls().end();
    }
}

impl Watch {
    pub(super) fn start(assembly: &Assembly, process: Process, report: &ReportSettings) -> Result<Self, StartError> {
        let running = RunningApp::begin().map_err(StartError::without("a fork could not be seen"))?;
        panics::keep_places();
        let reports = assembly.shared.reports();
        let duties = Duties { signals: process.signals, deadline: process.guard };
        let scribe = Scribe::start().map_err(StartError::without("no thread for the report"))?;
        let says = Arc::new(scribe.clone());
        // Handles that outlive the App keep none of its threads.
        let line = Arc::downgrade(&says);
        reports.control.calls().say_by(move |text| match line.upgrade() {
            Some(scribe) => scribe.line(text),
            None => drop(writeln!(std::io::stderr(), "{text}")),
        });
        let guarded = duties.signals || duties.deadline;
        let last_closes = BlockingCloses::of(assembly);
        // Not owned by the guard: dropping it may run code of the user's.
        let last: Weak<dyn LastCloses> = Arc::<BlockingCloses>::downgrade(&last_closes);
        let view = || View::new(reports.clone(), scribe.clone(), report.path.clone());
        let guard = guarded.then(|| Guard::start(duties, view()?, last));
        let guard = guard.transpose()?;
        if guarded {
            let calls = reports.control.calls();
            calls.prepare().map_err(StartError::without("no thread for wakers"))?;
        }
        shared::enlist(Arc::downgrade(&assembly.shared));
        let (report, running) = (report.clone(), Some(running));
        Ok(Self { reports, scribe, guard, last_closes, report, _says: says, running })
    }

    /// A repeated SIGINT has the last word on the exit code.
    pub(super) fn publish(&self, mut report: ShutdownReport) -> ShutdownReport {
        self.unless_guard_ends(Deadline::app_reports);
        report.exit_code = exit_code::after_force(report.exit_code, self.reports.control.request.is_forced());
        for replaced in self.reports.control.deadline.signals().map(Waker::newly_replaced).unwrap_or_default() {
            self.scribe.line(format!("lifecycle: {replaced}"));
        }
        publish(&report, &self.report, &self.scribe, self.time_to_write());
        self.unless_guard_ends(Deadline::app_has_reported);
        report
    }

    /// Goes on only if the guard is not ending the process at this moment, with a report of its own.
    fn unless_guard_ends(&self, step: impl FnOnce(&Deadline) -> bool) {
        if self.guard.is_some() && !step(&self.reports.control.deadline) {
            loop {
                std::thread::park();
            }
        }
    }

    /// What is measured of the whole, and waited for, not for long.
    pub(super) fn measure(&self, report: &ShutdownReport) {
        let control = &self.reports.control;
        metrics::shutdown(control.calls(), report.exit_code.get(), report.requests.lost, report.total.actual);
        metrics::in_flight(control.calls(), control.requests.by_name());
        self.tell_all();
    }

    /// Has subscribers and recorders told all so far: one that panics or blocks is noted in the report.
    pub(super) fn tell_all(&self) {
        self.reports.control.calls().flush(TELL);
    }

    /// Waits for workers that are not blocked, unless the shutdown was forced.
    pub(super) fn wait_for_workers(&self, threads: &Threads) {
        if !self.reports.control.request.is_forced() {
            let most = self.reports.control.time_left().map_or(WORKERS_END, |left| left.min(WORKERS_END));
            threads.wait_for_workers(self.reports.blocked_workers(), most);
        }
    }

    fn time_to_write(&self) -> Duration {
        self.reports
            .control
            .time_left()
            .map_or(REPORT_WRITE, |left| left.clamp(Duration::from_millis(100), REPORT_WRITE))
    }

    pub(super) fn finish(self, report: ShutdownReport) -> ShutdownReport {
        let report = self.publish(report);
        self.measure(&report);
        report
    }

    pub(super) fn exit(mut self, report: ShutdownReport) -> ! {
        let report = self.publish(report);
        if let Some(guard) = self.guard.take() {
            guard.expect_exit(report.exit_code);
        }
        self.running = None;
        self.measure(&report);
        std::process::exit(i32::from(report.exit_code.get()))
    }
}

/// Prints the table if something was not clean or it was asked for, and writes the JSON.
fn publish(report: &ShutdownReport, to: &ReportSettings, scribe: &Scribe, most: Duration) {
    let print = to.always_print || !report.is_clean() || !report.leaks.is_empty();
    scribe.report(report, print, to.path.as_deref(), most);
}
