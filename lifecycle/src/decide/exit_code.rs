//! What the process exits with. Every exit code of an App is decided here.

use crate::words::component::Kind;
use crate::words::outcome::{ExitCode, Outcome};
use crate::words::reason::{Reason, State};
use crate::words::report::{ComponentReport, ShutdownReport};

/// The exit code that the facts of a report add up to; see [`after_force`] and [`of_guard`] for what comes before them. `closed_badly`: a resource that was closed while the App ran did not close well. `failure_counts`: whether
/// the failure of that task, or of `main`, changes the code.
pub(crate) fn of(
    report: &ShutdownReport,
    closed_badly: bool,
    failure_counts: impl Fn(&ComponentReport) -> bool,
) -> ExitCode {
    if matches!(report.reason, Reason::Invalid { .. }) {
        return ExitCode::INVALID;
    }
    if matches!(report.reason, Reason::OsError { .. }) {
        return ExitCode::OS_ERROR;
    }
    // A signal that came in the moment of the failure may be the first reason; the start has failed all the same.
    if matches!(report.reason, Reason::StartFailed { .. }) || report.state == State::Failed {
        return ExitCode::START_FAILED;
    }
    let failed_to_end = report.components.iter().any(|component| match component.outcome {
        Some(Outcome::Aborted | Outcome::Leaked) => true,
        Some(Outcome::Failed | Outcome::Panicked) => match component.kind {
            Kind::Hook => true,
            // One that failed to open, while the start was being taken back, had nothing to close.
            Kind::Resource => component.was_open,
            Kind::Main | Kind::Task | Kind::Child => false,
        },
        _ => false,
    });
    if failed_to_end
        || closed_badly
        || !report.handles.is_empty()
        || report.requests.lost > 0
        || report.blocking_threads > 0
    {
        return ExitCode::UNCLEAN;
    }
    let failed = report.components.iter().any(|component| {
        component.outcome.is_some_and(Outcome::is_failure)
            && match component.kind {
                Kind::Main | Kind::Task => failure_counts(component),
                Kind::Child | Kind::Resource | Kind::Hook => false,
            }
    });
    if failed { ExitCode::FAILED } else { ExitCode::CLEAN }
}

/// After a repeated SIGINT the code says that, whatever the facts are.
pub(crate) fn after_force(code: ExitCode, is_forced: bool) -> ExitCode {
    if is_forced { ExitCode::INTERRUPTED } else { code }
}

/// Why the guard ends a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GuardEnd {
    /// SIGQUIT.
    Quit,
    /// A third SIGINT, or a second one that the runtime does not answer.
    Interrupted,
    /// Its time is over.
    TimeOver,
}

/// The exit code of a process that the guard ends.
pub(crate) fn of_guard(end: GuardEnd, is_forced: bool) -> ExitCode {
    match end {
        GuardEnd::Quit => ExitCode::QUIT,
        GuardEnd::Interrupted => ExitCode::INTERRUPTED,
        GuardEnd::TimeOver => after_force(ExitCode::GUARD, is_forced),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::report::sample::{self, report};
    use crate::words::report::{HandleReport, RequestsReport};

    fn component(kind: Kind, outcome: Outcome) -> ComponentReport {
        sample::component("it", kind, outcome)
    }

    fn code(report: &ShutdownReport) -> u8 {
        of(report, false, |_| true).get()
    }

    const KINDS: [Kind; 5] = [Kind::Main, Kind::Task, Kind::Child, Kind::Resource, Kind::Hook];

    #[test]
    fn what_stopped_finished_or_was_cancelled_is_clean() {
        assert_eq!(code(&report(Vec::new())), 0);
        for kind in KINDS {
            for outcome in [Outcome::Stopped, Outcome::Finished, Outcome::Cancelled] {
                assert_eq!(code(&report(vec![component(kind, outcome)])), 0, "{kind} {outcome}");
            }
        }
        let never_began = ComponentReport { outcome: None, ..component(Kind::Task, Outcome::Stopped) };
        assert_eq!(code(&report(vec![never_began])), 0);
    }

    #[test]
    fn whatever_was_aborted_or_left_behind_is_unclean() {
        for kind in KINDS {
            for outcome in [Outcome::Aborted, Outcome::Leaked] {
                assert_eq!(code(&report(vec![component(kind, outcome)])), 3, "{kind} {outcome}");
            }
        }
    }

    #[test]
    fn what_failed_counts_by_what_it_is() {
        for (kind, expected) in KINDS.into_iter().zip([1, 1, 0, 3, 3]) {
            for outcome in [Outcome::Failed, Outcome::Panicked] {
                assert_eq!(code(&report(vec![component(kind, outcome)])), expected, "{kind} {outcome}");
            }
        }
    }

    #[test]
    fn a_task_that_is_not_critical_may_fail() {
        let report = report(vec![component(Kind::Task, Outcome::Failed), component(Kind::Main, Outcome::Finished)]);
        assert_eq!(of(&report, false, |task| task.name != "it"), ExitCode::CLEAN);
        assert_eq!(of(&report, false, |task| task.name == "it"), ExitCode::FAILED);
    }

    #[test]
    fn handles_requests_and_threads_left_over_are_unclean() {
        let mut handles = report(Vec::new());
        handles.handles.push(HandleReport::new("db".to_owned(), "it".to_owned(), 1));
        assert_eq!(code(&handles), 3);
        let mut lost = report(Vec::new());
        lost.requests.lost = 1;
        assert_eq!(code(&lost), 3);
        let mut threads = report(Vec::new());
        threads.blocking_threads = 1;
        assert_eq!(code(&threads), 3);
        let mut fine = report(Vec::new());
        fine.requests = RequestsReport { drained: 7, refused: 7, ..RequestsReport::default() };
        assert_eq!(code(&fine), 0);
    }

    #[test]
    fn a_close_that_went_wrong_while_the_app_ran_is_unclean() {
        let report = report(vec![component(Kind::Resource, Outcome::Stopped)]);
        assert_eq!(of(&report, true, |_| true), ExitCode::UNCLEAN);
    }

    #[test]
    fn an_unclean_shutdown_outweighs_a_failure() {
        let failed = component(Kind::Main, Outcome::Failed);
        assert_eq!(code(&report(vec![failed, component(Kind::Resource, Outcome::Failed)])), 3);
    }

    #[test]
    fn a_failed_start_outweighs_how_it_was_taken_back() {
        let mut failed = report(vec![component(Kind::Resource, Outcome::Aborted)]);
        failed.reason = Reason::StartFailed { resource: "db".to_owned(), error: "no".to_owned() };
        assert_eq!(code(&failed), 69);
    }

    #[test]
    fn a_start_that_failed_when_a_signal_came_has_failed() {
        let mut failed =
            report(vec![ComponentReport { was_open: false, ..component(Kind::Resource, Outcome::Failed) }]);
        failed.state = State::Failed;
        assert_eq!(code(&failed), 69);
    }

    #[test]
    fn an_opening_that_fails_while_the_start_is_taken_back_is_no_failed_close() {
        let not_opened = ComponentReport { was_open: false, ..component(Kind::Resource, Outcome::Failed) };
        assert_eq!(code(&report(vec![not_opened])), 0);
    }

    #[test]
    fn an_app_that_the_system_gives_no_means_is_an_error_of_the_system() {
        let mut refused = report(Vec::new());
        refused.reason = Reason::OsError { error: "no thread".to_owned() };
        refused.state = State::Failed;
        assert_eq!(code(&refused), 71);
    }

    #[test]
    fn a_repeated_sigint_is_told_whatever_the_facts_are() {
        for code in [ExitCode::CLEAN, ExitCode::UNCLEAN, ExitCode::START_FAILED] {
            assert_eq!((after_force(code, true), after_force(code, false)), (ExitCode::INTERRUPTED, code));
        }
    }

    #[test]
    fn the_guard_says_why_it_ends_the_process() {
        for (end, code, forced) in
            [(GuardEnd::Quit, 131, 131), (GuardEnd::Interrupted, 130, 130), (GuardEnd::TimeOver, 124, 130)]
        {
            assert_eq!((of_guard(end, false).get(), of_guard(end, true).get()), (code, forced), "{end:?}");
        }
    }

    #[test]
    fn invalid_wiring_outweighs_all() {
        let mut invalid = report(vec![component(Kind::Main, Outcome::Leaked)]);
        invalid.reason = Reason::Invalid { faults: Vec::new() };
        invalid.state = State::Failed;
        assert_eq!(code(&invalid), 78);
    }
}
