//! What the process exits with, from what the report says.

use crate::words::component::Kind;
use crate::words::outcome::{ExitCode, Outcome};
use crate::words::reason::Reason;
use crate::words::report::ShutdownReport;

/// The exit code that the facts of a report add up to. A repeated SIGINT and the guard have the last word
/// elsewhere.
pub(crate) fn exit_code(report: &ShutdownReport, is_critical: impl Fn(&str) -> bool) -> ExitCode {
    if matches!(report.reason, Reason::Invalid { .. }) {
        return ExitCode::INVALID;
    }
    if matches!(report.reason, Reason::StartFailed { .. }) {
        return ExitCode::START_FAILED;
    }
    let failed_to_end = report.components.iter().any(|component| match component.outcome {
        Some(Outcome::Aborted | Outcome::Leaked) => true,
        Some(Outcome::Failed | Outcome::Panicked) => matches!(component.kind, Kind::Resource | Kind::Hook),
        _ => false,
    });
    if failed_to_end || !report.handles.is_empty() || report.requests.lost > 0 || report.blocking_threads > 0 {
        return ExitCode::UNCLEAN;
    }
    let failed = report.components.iter().any(|component| {
        component.outcome.is_some_and(Outcome::is_failure)
            && match component.kind {
                Kind::Main => true,
                Kind::Task => is_critical(&component.name),
                Kind::Child | Kind::Resource | Kind::Hook => false,
            }
    });
    if failed { ExitCode::FAILED } else { ExitCode::CLEAN }
}
