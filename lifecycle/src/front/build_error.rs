//! What is wrong with an App that cannot be built.

use std::fmt;

use crate::sys::text::{bounded, escaped};
use crate::words::settings::ReportSettings;

/// Why an App could not be built: every fault, one line each.
#[derive(Clone, Debug)]
pub struct BuildError {
    pub(crate) faults: Vec<String>,
    pub(crate) report: ReportSettings,
}

impl BuildError {
    /// A fault may hold what a variable of the environment holds, of any length.
    pub(crate) fn new(faults: Vec<String>, report: ReportSettings) -> Self {
        Self { faults: faults.into_iter().map(bounded).collect(), report }
    }

    /// The faults.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the wiring or the configuration is invalid; nothing was opened")?;
        self.faults.iter().try_for_each(|fault| write!(f, "\n  {}", escaped(fault)))
    }
}

impl std::error::Error for BuildError {}
