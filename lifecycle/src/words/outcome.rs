//! How a component ended.

use std::fmt;

use serde::Serialize;

/// How a component ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Asked to stop, it did so by itself; of a resource: it closed.
    Stopped,
    /// Came to its own end before it was asked to stop.
    Finished,
    /// Dropped at an `.await` in its turn of *cancel_tasks*, as its options say; or, of blocking code, left there waiting
    /// for input from stdin, which a note of the report says.
    Cancelled,
    /// Did not stop in its time and was aborted.
    Aborted,
    /// Gave an error.
    Failed,
    /// Panicked.
    Panicked,
    /// Could not even be aborted, or its handles never went: it was left behind.
    Leaked,
}

impl Outcome {
    /// The name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Stopped => "stopped",
            Outcome::Finished => "finished",
            Outcome::Cancelled => "cancelled",
            Outcome::Aborted => "aborted",
            Outcome::Failed => "failed",
            Outcome::Panicked => "panicked",
            Outcome::Leaked => "leaked",
        }
    }

    /// Whether it gave an error or panicked.
    pub const fn is_failure(self) -> bool {
        matches!(self, Outcome::Failed | Outcome::Panicked)
    }

    /// Whether it had to be ended by force, or could not be ended at all.
    pub const fn is_forced(self) -> bool {
        matches!(self, Outcome::Aborted | Outcome::Leaked)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The exit codes of a process that runs an App.
///
/// `69`, `71` and `78` are `EX_UNAVAILABLE`, `EX_OSERR` and `EX_CONFIG` of BSD's sysexits(3); `124` is what timeout(1)
/// uses; `130` and `131` are the shells' 128 + signal for SIGINT and SIGQUIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ExitCode(u8);

impl ExitCode {
    /// All went well.
    pub const CLEAN: Self = Self(0);
    /// `main` or a critical task failed; the shutdown itself was clean.
    pub const FAILED: Self = Self(1);
    /// The shutdown was not clean: something was aborted, leaked, or failed to close.
    pub const UNCLEAN: Self = Self(3);
    /// The start failed and was rolled back.
    pub const START_FAILED: Self = Self(69);
    /// The system has no thread or no descriptor for the App, and nothing was opened; or the process is a fork of one in which
    /// an App runs.
    pub const OS_ERROR: Self = Self(71);
    /// The wiring or the configuration is invalid; nothing was opened.
    pub const INVALID: Self = Self(78);
    /// The guard had to end the process.
    pub const GUARD: Self = Self(124);
    /// A repeated SIGINT forced the end.
    pub const INTERRUPTED: Self = Self(130);
    /// SIGQUIT ended the process at once.
    pub const QUIT: Self = Self(131);

    /// The number the process exits with.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for ExitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        code.0.into()
    }
}
