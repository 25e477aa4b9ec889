//! A program before it runs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::stage::WORKERS;

use super::running::Running;

/// The variable by which a run's processes are known, whatever their parent is.
pub(super) const COOKIE: &str = "LC_RUN";

/// What of a program is on its terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnTerminal {
    All,
    NotStderr,
}

/// A program under test and how it is started.
#[derive(Debug)]
pub struct Program {
    pub(super) path: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: Vec<(OsString, OsString)>,
    pub(super) stdin: Stdio,
    pub(super) stderr: Option<Stdio>,
    pub(super) may_panic: bool,
    pub(super) reports: bool,
    /// The longest life it may have.
    pub(super) life: Duration,
    pub(super) terminal: Option<OnTerminal>,
    /// Tells this run from all others.
    pub(super) cookie: String,
}

impl Program {
    /// The program at `path`, with nothing of lifecycle in its environment, stdin closed, and its report in a
    /// file of its own.
    pub fn at(path: &str) -> Self {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        Self {
            path: path.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            stdin: Stdio::null(),
            stderr: None,
            may_panic: false,
            reports: true,
            life: Duration::from_secs(60),
            terminal: None,
            cookie: format!("{}-{run}", std::process::id()),
        }
    }

    /// Where the program stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// One more argument.
    pub fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// One more variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Worker threads; 1 is a `current_thread` runtime. Without this, two workers.
    pub fn workers(self, count: usize) -> Self {
        self.env(WORKERS, &count.to_string())
    }

    /// The total budget, from outside.
    pub fn timeout(self, total: &str) -> Self {
        self.env("LIFECYCLE_TIMEOUT", total)
    }

    /// The phases, from outside.
    pub fn phases(self, phases: &str) -> Self {
        self.env("LIFECYCLE_PHASES", phases)
    }

    /// Where stdin comes from.
    pub fn stdin(mut self, stdin: impl Into<Stdio>) -> Self {
        self.stdin = stdin.into();
        self
    }

    /// Where stderr goes, instead of into the driver's record.
    pub fn stderr(mut self, stderr: impl Into<Stdio>) -> Self {
        self.stderr = Some(stderr.into());
        self
    }

    /// A panic is part of the scenario: stderr may tell of it.
    pub fn may_panic(mut self) -> Self {
        self.may_panic = true;
        self
    }

    /// No file for the report: `LIFECYCLE_REPORT` stays as the test sets it.
    pub fn without_report(mut self) -> Self {
        self.reports = false;
        self
    }

    /// It leads the session of a terminal of its own, which is its stdin, stdout and stderr: one record of all it says.
    pub fn on_terminal(mut self) -> Self {
        self.terminal = Some(OnTerminal::All);
        self
    }

    /// The same, with a stderr of its own that outlives the terminal.
    pub fn on_terminal_but_stderr(mut self) -> Self {
        self.terminal = Some(OnTerminal::NotStderr);
        self
    }

    /// It may take so long.
    pub fn within(mut self, life: Duration) -> Self {
        self.life = life;
        self
    }

    /// Starts it in a process group of its own.
    pub fn start(self) -> Running {
        Running::start(self)
    }
}
