//! What an App left behind when it was over.

use std::fmt;

use serde::Serialize;

use super::text::escaped;

/// Something that was begun or opened while an App ran, and was still there when it was over.
///
/// In the JSON, `kind` says which it is. See [`AppBuilder::detect_leaks`](crate::AppBuilder::detect_leaks) for what is
/// compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Leak {
    /// Handles ([`Res`](crate::Res)) of a resource.
    #[non_exhaustive]
    Handle {
        /// The resource.
        resource: String,
        /// The component to which they had been handed.
        holder: String,
        /// How many, clones included.
        count: usize,
    },
    /// Tasks of the runtime.
    #[non_exhaustive]
    Task {
        /// `owner/name` of what was spawned through [`Tasks`](crate::Tasks); of other tasks nothing is known.
        name: Option<String>,
        /// How many.
        count: usize,
    },
    /// A child process.
    #[non_exhaustive]
    Process {
        /// Its number.
        pid: u32,
        /// Its command line.
        name: String,
        /// It has ended, and nobody has waited for it.
        ended: bool,
    },
    /// A socket.
    #[non_exhaustive]
    Socket {
        /// Its number.
        descriptor: u32,
        /// `tcp`, `tcp6`, `udp`, `udp6`, `unix`; `socket` for any other.
        protocol: String,
        /// Its own address, where it has one.
        local: Option<String>,
        /// The other end's, where there is one.
        remote: Option<String>,
    },
    /// A file.
    #[non_exhaustive]
    File {
        /// Its number.
        descriptor: u32,
        /// Where it lies.
        path: String,
    },
    /// An end of a pipe.
    #[non_exhaustive]
    Pipe {
        /// Its number.
        descriptor: u32,
    },
    /// Another descriptor.
    #[non_exhaustive]
    Descriptor {
        /// Its number.
        descriptor: u32,
        /// What the system calls it.
        what: String,
    },
}

/// On one line: control characters in names and paths are escaped.
impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.tell(&mut text)?;
        escaped(&text).fmt(f)
    }
}

impl Leak {
    fn tell(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Leak::Handle { resource, holder, count } => {
                write!(f, "`{holder}` still holds {count} of resource `{resource}`")
            }
            Leak::Task { name: Some(name), count: 1 } => write!(f, "task `{name}` still runs"),
            Leak::Task { name: Some(name), count } => write!(f, "{count} tasks `{name}` still run"),
            Leak::Task { name: None, count: 1 } => write!(f, "1 task still runs that was not spawned through `Tasks`"),
            Leak::Task { name: None, count } => {
                write!(f, "{count} tasks still run that were not spawned through `Tasks`")
            }
            Leak::Process { pid, name, ended: false } => write!(f, "child process {pid} still runs: {name}"),
            Leak::Process { pid, name, ended: true } => {
                write!(f, "child process {pid} has ended and nobody has waited for it: {name}")
            }
            Leak::Socket { descriptor, protocol, local, remote } => {
                write!(f, "descriptor {descriptor} is still open: {protocol}")?;
                match (local, remote) {
                    (Some(local), Some(remote)) => write!(f, " {local} to {remote}"),
                    (Some(address), None) | (None, Some(address)) => write!(f, " {address}"),
                    (None, None) => Ok(()),
                }
            }
            Leak::File { descriptor, path } => write!(f, "descriptor {descriptor} is still open: file {path}"),
            Leak::Pipe { descriptor } => write!(f, "descriptor {descriptor} is still open: pipe"),
            Leak::Descriptor { descriptor, what } => write!(f, "descriptor {descriptor} is still open: {what}"),
        }
    }
}
