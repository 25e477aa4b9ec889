//! What an App left behind when it was over.

use std::fmt;

use serde::Serialize;

use crate::sys::text::escaped;

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
        /// It has ended, and was not waited for.
        ended: bool,
    },
    /// A thread of the library's own. That is a fault of the library.
    #[non_exhaustive]
    Thread {
        /// Its number in the system.
        number: u32,
        /// Its name.
        name: String,
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

impl Leak {
    /// The number of the descriptor, if it is one.
    pub(crate) fn descriptor(&self) -> Option<u32> {
        match self {
            Leak::Socket { descriptor, .. }
            | Leak::File { descriptor, .. }
            | Leak::Pipe { descriptor }
            | Leak::Descriptor { descriptor, .. } => Some(*descriptor),
            Leak::Handle { .. } | Leak::Task { .. } | Leak::Process { .. } | Leak::Thread { .. } => None,
        }
    }
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
                write!(f, "child process {pid} has ended and was not waited for: {name}")
            }
            Leak::Thread { number, name } => write!(f, "thread {number} still runs: {name}"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_leak_says_what_it_is_and_whose() {
        let name = || "job".to_owned();
        let socket = |local: Option<&str>, remote: Option<&str>| Leak::Socket {
            descriptor: 7,
            protocol: "tcp".to_owned(),
            local: local.map(str::to_owned),
            remote: remote.map(str::to_owned),
        };
        let leaks = [
            (
                Leak::Handle { resource: "db".to_owned(), holder: name(), count: 2 },
                "`job` still holds 2 of resource `db`",
            ),
            (Leak::Task { name: Some(name()), count: 1 }, "task `job` still runs"),
            (Leak::Task { name: Some(name()), count: 2 }, "2 tasks `job` still run"),
            (Leak::Task { name: None, count: 1 }, "1 task still runs that was not spawned through `Tasks`"),
            (Leak::Task { name: None, count: 2 }, "2 tasks still run that were not spawned through `Tasks`"),
            (Leak::Process { pid: 9, name: name(), ended: false }, "child process 9 still runs: job"),
            (
                Leak::Process { pid: 9, name: name(), ended: true },
                "child process 9 has ended and was not waited for: job",
            ),
            (socket(Some("[::1]:80"), Some("[::1]:99")), "descriptor 7 is still open: tcp [::1]:80 to [::1]:99"),
            (socket(Some("[::1]:80"), None), "descriptor 7 is still open: tcp [::1]:80"),
            (socket(None, None), "descriptor 7 is still open: tcp"),
            (Leak::File { descriptor: 7, path: "/tmp/a".to_owned() }, "descriptor 7 is still open: file /tmp/a"),
            (Leak::Pipe { descriptor: 7 }, "descriptor 7 is still open: pipe"),
            (
                Leak::Descriptor { descriptor: 7, what: "anon_inode:[eventfd]".to_owned() },
                "descriptor 7 is still open: anon_inode:[eventfd]",
            ),
        ];
        for (leak, expected) in leaks {
            assert_eq!(leak.to_string(), expected);
        }
    }
}
