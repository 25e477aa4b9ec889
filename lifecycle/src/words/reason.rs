//! Why a shutdown began, and the states an App passes through.

use std::fmt;

use serde::Serialize;

use crate::sys::text::escaped;

/// A signal that the framework listens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Signal {
    /// `SIGTERM`: what `kill`, systemd, Docker and Kubernetes send.
    #[serde(rename = "SIGTERM")]
    Terminate,
    /// `SIGINT`, or Ctrl-C on a terminal. On Windows it is called `CTRL_C`.
    #[cfg_attr(not(windows), serde(rename = "SIGINT"))]
    #[cfg_attr(windows, serde(rename = "CTRL_C"))]
    Interrupt,
    /// `SIGQUIT`: ends the process at once.
    #[serde(rename = "SIGQUIT")]
    Quit,
    /// `SIGHUP`: of a process that sends it, reload; of the system, the terminal was closed.
    #[serde(rename = "SIGHUP")]
    Hangup,
    /// `SIGUSR1`: print the state of every component.
    #[serde(rename = "SIGUSR1")]
    User1,
    /// Ctrl-Break on Windows.
    #[serde(rename = "CTRL_BREAK")]
    CtrlBreak,
    /// The console window was closed (Windows).
    #[serde(rename = "CTRL_CLOSE")]
    CtrlClose,
    /// The user logs off (Windows).
    #[serde(rename = "CTRL_LOGOFF")]
    CtrlLogoff,
    /// The system shuts down (Windows).
    #[serde(rename = "CTRL_SHUTDOWN")]
    CtrlShutdown,
}

impl Signal {
    /// The name by which the platform knows it.
    pub const fn name(self) -> &'static str {
        match self {
            Signal::Terminate => "SIGTERM",
            Signal::Interrupt if cfg!(windows) => "CTRL_C",
            Signal::Interrupt => "SIGINT",
            Signal::Quit => "SIGQUIT",
            Signal::Hangup => "SIGHUP",
            Signal::User1 => "SIGUSR1",
            Signal::CtrlBreak => "CTRL_BREAK",
            Signal::CtrlClose => "CTRL_CLOSE",
            Signal::CtrlLogoff => "CTRL_LOGOFF",
            Signal::CtrlShutdown => "CTRL_SHUTDOWN",
        }
    }
}

impl Signal {
    /// Whether a text says that a process died of this signal, in the words of [`ExitStatus`](std::process::ExitStatus).
    pub(crate) fn is_what_killed(self, text: &str) -> bool {
        let number = match self {
            Signal::Hangup => 1,
            Signal::Interrupt => 2,
            Signal::Quit => 3,
            Signal::Terminate => 15,
            _ => return false,
        };
        text.contains(&format!("signal: {number} ({self})"))
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why shutdown began. The first reason stands; later ones change nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// A signal arrived.
    Signal {
        /// Which one.
        signal: Signal,
    },
    /// [`Shutdown::request`](crate::Shutdown::request) was called.
    Requested {
        /// The component whose handle was used; `None` for a handle that belongs to none.
        by: Option<String>,
        /// What the caller gave as the reason.
        why: String,
    },
    /// `main` returned.
    MainReturned {
        /// Its error, if it returned one.
        error: Option<String>,
    },
    /// Every task ended, and there is no `main` to wait for.
    AllTasksEnded,
    /// A critical task failed for good.
    TaskFailed {
        /// Its name.
        task: String,
        /// Its error, or its panic's message and place.
        error: String,
    },
    /// A resource did not open.
    StartFailed {
        /// Its name.
        resource: String,
        /// What went wrong.
        error: String,
    },
    /// The system has no thread or no descriptor for the App; nothing was opened.
    OsError {
        /// What is missing, which limit it met, and what to do.
        error: String,
    },
    /// The wiring or the configuration is invalid; nothing was opened.
    Invalid {
        /// Every fault, one line each.
        faults: Vec<String>,
    },
}

impl Reason {
    /// Whether it is that something failed.
    pub(crate) fn is_failure(&self) -> bool {
        match self {
            Reason::TaskFailed { .. } | Reason::StartFailed { .. } => true,
            Reason::MainReturned { error } => error.is_some(),
            Reason::Signal { .. }
            | Reason::Requested { .. }
            | Reason::AllTasksEnded
            | Reason::Invalid { .. }
            | Reason::OsError { .. } => false,
        }
    }
}

/// On one line: control characters in what the program gave (names, errors) are escaped.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Signal { signal: Signal::Hangup } => write!(f, "SIGHUP: the terminal was closed"),
            Reason::Signal { signal } => write!(f, "{signal}"),
            Reason::Requested { by: Some(by), why } => write!(f, "requested by `{}`: {}", escaped(by), escaped(why)),
            Reason::Requested { by: None, why } => write!(f, "requested: {}", escaped(why)),
            Reason::MainReturned { error: None } => write!(f, "main returned"),
            Reason::MainReturned { error: Some(error) } => write!(f, "main failed: {}", escaped(error)),
            Reason::AllTasksEnded => write!(f, "every task ended"),
            Reason::TaskFailed { task, error } => write!(f, "task `{}` failed: {}", escaped(task), escaped(error)),
            Reason::StartFailed { resource, error } => {
                write!(f, "resource `{}` did not open: {}", escaped(resource), escaped(error))
            }
            Reason::OsError { error } => write!(f, "it cannot start: {}", escaped(error)),
            Reason::Invalid { faults } => {
                write!(f, "invalid wiring or configuration: {}", escaped(&faults.join("; ")))
            }
        }
    }
}

/// The state of an App.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing has been opened yet.
    Initializing,
    /// Resources are opening.
    Starting,
    /// Tasks run.
    Running,
    /// *announce*, *stop_new_work* or *complete_current*.
    Draining,
    /// *cancel_tasks* or *force_cleanup*, or the roll-back of a start.
    Stopping,
    /// All over.
    Stopped,
    /// The start failed, and what had been opened is closed again.
    Failed,
}

impl State {
    /// Whether nothing more comes.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, State::Stopped | State::Failed)
    }

    /// The name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            State::Initializing => "initializing",
            State::Starting => "starting",
            State::Running => "running",
            State::Draining => "draining",
            State::Stopping => "stopping",
            State::Stopped => "stopped",
            State::Failed => "failed",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_the_standard_library_says_of_a_process_that_died_of_a_signal_is_known() {
        use std::os::unix::process::ExitStatusExt;
        use std::process::ExitStatus;
        let signals = [(Signal::Hangup, 1), (Signal::Interrupt, 2), (Signal::Quit, 3), (Signal::Terminate, 15)];
        for (signal, number) in signals {
            let text = format!("the database ended: {}", ExitStatus::from_raw(number));
            let known: Vec<_> = signals.iter().filter(|(signal, _)| signal.is_what_killed(&text)).collect();
            assert_eq!(known, [&(signal, number)], "{text}");
        }
        assert!(!Signal::Interrupt.is_what_killed(&ExitStatus::from_raw(2 << 8).to_string()));
    }
}
