//! Tells that an App does not run at all.

use std::fmt::Display;
use std::time::Duration;

use crate::run::process::scribe::{self, Scribe};
use crate::words::report::ShutdownReport;
use crate::words::settings::ReportSettings;

/// Longest wait for a reader of stderr, and for the disk.
const MOST: Duration = Duration::from_secs(1);

/// Says why on stderr, and writes the report, which tells of nothing else.
pub(super) fn tell(report: &ShutdownReport, why: &dyn Display, to: &ReportSettings) {
    let line = format!("lifecycle: exit code {}: {why}", report.exit_code);
    let path = to.path.as_deref();
    let Ok(scribe) = Scribe::start() else {
        // Without threads it takes as long as the reader of stderr likes.
        return scribe::write_here(&line, report, path, MOST);
    };
    scribe.line(line);
    scribe.report(report, false, path, MOST);
}
