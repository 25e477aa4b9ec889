//! Why a group was not stopped or started.

use std::fmt;

use crate::sys::text::escaped;
use crate::words::component::Kind;

/// Why a group was not stopped or started.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroupError {
    /// No task and no resource has this tag.
    NoSuchTag(String),
    /// No component has this name.
    NoSuchName(String),
    /// Only tasks and resources can be stopped while the App runs, neither `main` nor a hook.
    Fixed {
        /// Its name.
        name: String,
        /// What it is.
        kind: Kind,
    },
    /// The resource is in use. Nothing was stopped. [`cascading`](super::Groups::cascading) takes its users along, all but
    /// `main`.
    InUse {
        /// The resource.
        name: String,
        /// Those that run and use it, and were not to be stopped.
        users: Vec<String>,
    },
    /// What it uses is stopped. Nothing was started. [`cascading`](super::Groups::cascading) starts that first.
    Needs {
        /// The one that was to be started.
        name: String,
        /// The resources that it uses, and that are stopped.
        stopped: Vec<String>,
    },
    /// The caller itself is to be stopped by this call, or is being stopped or opened by another one: it would wait for
    /// itself. Nothing was changed.
    Caller(String),
    /// These do not end: each is inside a poll, or on a thread, that does not return.
    StillRunning(Vec<String>),
    /// These resources did not close well; each with what went wrong. They are stopped, as far as that is possible.
    NotClosed(Vec<(String, String)>),
    /// These resources did not open; each with what went wrong. They are still stopped, and no task was started.
    NotOpened(Vec<(String, String)>),
    /// The App has not come so far as to run.
    NotRunning,
    /// The App itself shuts down, and everything with it.
    ShuttingDown,
}

/// On one line: control characters in names and errors are escaped.
impl fmt::Display for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchTag(tag) => write!(f, "no task and no resource has the tag \"{}\"", escaped(tag)),
            Self::NoSuchName(name) => write!(f, "there is no component `{}`", escaped(name)),
            Self::Fixed { name, kind: Kind::Main } => {
                write!(f, "`{}` cannot be stopped or started: when it ends, so does the App", escaped(name))
            }
            Self::Fixed { name, kind } => {
                write!(f, "`{}` is a {kind}; only tasks and resources can be stopped and started", escaped(name))
            }
            Self::InUse { name, users } => write!(f, "`{}` is in use by {}", escaped(name), listed(users)),
            Self::Needs { name, stopped } => {
                write!(f, "`{}` needs {}, which is stopped", escaped(name), listed(stopped))
            }
            Self::Caller(name) => {
                write!(f, "`{}` is to be stopped or opened itself, and cannot wait for that", escaped(name))
            }
            Self::StillRunning(names) => {
                write!(f, "{} did not stop: inside a poll or on a thread that does not return", listed(names))
            }
            Self::NotClosed(errors) => write!(f, "not closed well: {}", explained(errors)),
            Self::NotOpened(errors) => write!(f, "not opened: {}", explained(errors)),
            Self::NotRunning => f.write_str("the App is not running yet"),
            Self::ShuttingDown => f.write_str("the App is shutting down"),
        }
    }
}

impl std::error::Error for GroupError {}

fn listed(names: &[String]) -> String {
    format!("`{}`", escaped(&names.join("`, `")))
}

fn explained(errors: &[(String, String)]) -> String {
    errors.iter().map(|(name, error)| format!("`{}`: {}", escaped(name), escaped(error))).collect::<Vec<_>>().join("; ")
}
