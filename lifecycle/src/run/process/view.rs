//! All that the guard's thread can reach.
//!
//! It hears the signals and holds the deadline, so it must not run code of the user's, which may block or panic: no
//! subscriber, no recorder, no waker, no `Drop`, no `Debug`. So it has no reference to what owns any of that. What it has is
//! the state of the shutdown, which is numbers, a reason and the gates, and the ways to threads that may be held up in its
//! place.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::run::process::clerk::Clerk;
use crate::run::process::relay::Relay;
use crate::run::process::scribe::Scribe;
use crate::run::process::start_error::StartError;
use crate::run::record::report::ReportBuilder;
use crate::run::signals::Waker;
use crate::run::signals::replaced::Replaced;
use crate::run::stop::deadline::LastWord;
use crate::run::stop::state::StopState;
use crate::words::outcome::ExitCode;
use crate::words::phase::Phase;
use crate::words::reason::{Reason, Signal, State};
use crate::words::report::{ShutdownReport, TotalReport};

/// Longest wait for the last report to be put together, out of the time there is for it.
const PART_TO_MAKE_IT: f64 = 0.75;

pub(crate) struct View {
    state: Arc<StopState>,
    relay: Relay,
    clerk: Clerk,
    scribe: Scribe,
    path: Option<PathBuf>,
}

impl View {
    /// With the threads that it needs. `path`: where the report is written.
    pub(crate) fn new(reports: ReportBuilder, scribe: Scribe, path: Option<PathBuf>) -> Result<Self, StartError> {
        let state = reports.control.state.clone();
        let relay = Relay::start(reports.control.clone()).map_err(StartError::without("no thread to wake by"))?;
        let clerk = Clerk::start(reports, scribe.clone()).map_err(StartError::without("no thread for reports"))?;
        Ok(Self { state, relay, clerk, scribe, path })
    }

    /// What is to be told of the guard's waker, once it runs.
    pub(super) fn attach(&self) -> impl FnOnce(Waker) + use<> {
        let state = self.state.clone();
        move |waker| state.set_guard(waker)
    }

    /// By the system's clock, since the App began.
    pub(super) fn now(&self) -> Duration {
        self.state.real_now()
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.state.deadline.get()
    }

    /// When the coordinator wants to be woken.
    pub(super) fn next_timer(&self) -> Option<Duration> {
        self.state.deadline.next_timer()
    }

    pub(super) fn reserve(&self) -> Duration {
        self.state.budget().reserve()
    }

    pub(super) fn is(&self, state: State) -> bool {
        self.state.stage.is(state)
    }

    pub(super) fn phase(&self) -> Option<Phase> {
        self.state.phase()
    }

    /// Time since shutdown was requested.
    pub(super) fn request_age(&self) -> Option<Duration> {
        self.state.request.age()
    }

    pub(super) fn is_forced(&self) -> bool {
        self.state.request.is_forced()
    }

    pub(super) fn called_off(&self) -> usize {
        self.state.request.called_off()
    }

    /// Whether there ever was a request to count.
    pub(super) fn has_requests(&self) -> bool {
        self.state.requests.is_used()
    }

    pub(super) fn last_word(&self) -> LastWord {
        self.state.deadline.last_word()
    }

    /// Begins shutdown. Whatever looks sees it when this returns, and new work is refused. Who waits is woken in a moment.
    pub(super) fn request(&self, signal: Signal) {
        if self.state.make_request(Reason::Signal { signal }) {
            self.relay.requested();
        }
    }

    /// `false`: the shutdown after so many that were called off has been called off as well.
    pub(super) fn force(&self, called_off: usize) -> bool {
        let is_forced = self.state.force_request(called_off);
        if is_forced {
            self.relay.forced();
        }
        is_forced
    }

    /// The coordinator's timer is late.
    pub(super) fn ring(&self) {
        self.relay.late();
    }

    pub(super) fn say(&self, line: impl Into<String>) {
        self.scribe.line(line.into());
    }

    pub(super) fn tell_state(&self) {
        self.clerk.tell_state();
    }

    pub(super) fn tell_progress(&self) {
        self.clerk.tell_progress();
    }

    pub(super) fn look_at_requests(&self) {
        self.clerk.look_at_requests();
    }

    pub(super) fn tell_replaced(&self, replaced: impl IntoIterator<Item = Replaced>) {
        for replaced in replaced {
            self.say(format!("lifecycle: {replaced}"));
        }
    }

    /// Reports the end of the process, in that time at most. `false`: the App's report is out already, with its exit code.
    pub(super) fn report_end(&self, code: ExitCode, note: String, most: Duration) -> bool {
        if !self.state.deadline.guard_reports() {
            return false;
        }
        let began = Instant::now();
        let report = self.clerk.last_report(code, note.clone(), most.mul_f64(PART_TO_MAKE_IT));
        let report = report.unwrap_or_else(|| self.bare_report(code, note));
        self.scribe.report(&report, true, self.path.as_deref(), most.saturating_sub(began.elapsed()));
        true
    }

    /// What is known without a look at any component.
    fn bare_report(&self, code: ExitCode, note: String) -> ShutdownReport {
        let (budget, age) = (self.state.budget(), self.request_age());
        let reason = self.state.request.reason();
        let reason = reason.unwrap_or_else(|| Reason::Requested { by: None, why: note.clone() });
        let total = TotalReport::new(budget.total, age.unwrap_or_default(), budget.source);
        let mut report = ShutdownReport::of_nothing(reason, self.state.stage.state(), code, total);
        report.called_off = self.called_off();
        report.notes.push(note);
        report
            .notes
            .push("what became of the components is not known: something holds what the report is made of".to_owned());
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::plan::parts::Parts;
    use crate::run::record::ledger::Ledger;
    use crate::run::stop::control::Control;
    use crate::words::settings::Budget;

    /// What the report is made of is held for longer than there is time. It is told what is known without, and once.
    #[test]
    fn a_report_that_cannot_be_put_together_tells_what_is_known_without_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let (mail, _driver) = tokio::sync::mpsc::unbounded_channel();
        let control = Control::new(Budget::default(), mail);
        let plan = Plan::new(Parts(Vec::new()), Budget::default()).unwrap();
        let ledger = Ledger::new(plan, Vec::new(), &control.time.clock, control.calls().clone());
        let reports = ReportBuilder { control, ledger: ledger.clone() };
        let view = View::new(reports, Scribe::start().unwrap(), Some(path.clone())).unwrap();
        view.request(Signal::Terminate);

        let book = ledger.book();
        let began = Instant::now();
        assert!(view.report_end(ExitCode::QUIT, "it was told to quit".to_owned(), Duration::from_millis(400)));
        drop(book);
        // On a busy machine it stands there a moment later.
        while !path.exists() {
            assert!(began.elapsed() < Duration::from_secs(20), "no report was written");
            std::thread::yield_now();
        }
        let report: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!((&report["exit_code"], &report["reason"]["signal"]), (&131.into(), &"SIGTERM".into()), "{report}");
        let notes = report["notes"].as_array().unwrap();
        assert_eq!(notes[0], "it was told to quit");
        assert!(notes[1].as_str().unwrap().starts_with("what became of the components is not known"), "{report}");

        std::fs::remove_file(&path).unwrap();
        assert!(!view.report_end(ExitCode::QUIT, "again".to_owned(), Duration::from_secs(20)));
        assert!(!path.exists(), "a report is out already");
    }
}
