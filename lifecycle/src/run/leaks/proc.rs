//! What the system says that this process has open and has started. Linux: proc(5). Elsewhere nothing is seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::words::leak::Leak;

/// What is open and runs at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Look {
    /// Each descriptor with what it is, in the system's words.
    pub(super) descriptors: BTreeMap<u32, String>,
    /// Child processes of the whole process.
    pub(super) children: BTreeSet<u32>,
    /// Of the descriptors, those that the given pollers wait for.
    watched: BTreeSet<u32>,
    /// Of the children, those that this thread has started.
    started_here: BTreeSet<u32>,
}

impl Look {
    /// What the other did not see.
    pub(super) fn without(&self, other: &Look) -> Look {
        let mut new = self.clone();
        new.descriptors.retain(|number, what| other.descriptors.get(number) != Some(what));
        new.children.retain(|pid| !other.children.contains(pid));
        new
    }

    pub(super) fn is_empty(&self) -> bool {
        self.descriptors.is_empty() && self.children.is_empty()
    }

    /// Of the descriptors, only those that the other saw too. Other threads open and close some all the time.
    pub(super) fn keep_steady(&mut self, other: &Look) {
        self.descriptors.retain(|number, what| other.descriptors.get(number) == Some(what));
    }

    pub(super) fn add(&mut self, other: Look) {
        self.descriptors.extend(other.descriptors);
        self.children.extend(other.children);
    }

    /// Only what is surely this runtime's and this thread's.
    pub(super) fn of_runtime(&self) -> Look {
        let mut mine = self.clone();
        mine.descriptors.retain(|number, _| self.watched.contains(number));
        mine.children.retain(|pid| self.started_here.contains(pid));
        mine
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{Leak, Look};

    impl Look {
        pub(in super::super) fn now(_: &[u32]) -> Self {
            Self::default()
        }
    }

    pub(in super::super) fn is_main_thread() -> bool {
        false
    }

    pub(in super::super) fn library_threads() -> std::collections::BTreeMap<u32, String> {
        std::collections::BTreeMap::new()
    }

    pub(in super::super) fn process(_: u32) -> Option<Leak> {
        None
    }

    pub(in super::super) fn children() -> std::collections::BTreeSet<u32> {
        std::collections::BTreeSet::new()
    }

    #[cfg(feature = "test-util")]
    pub(in super::super) fn pollers_of_this_runtime() -> Vec<u32> {
        Vec::new()
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::Path;

    use super::{Leak, Look};

    impl Look {
        /// What cannot be read is not there: another thread may have closed it meanwhile.
        pub(in super::super) fn now(pollers: &[u32]) -> Self {
            let descriptors = descriptors();
            let watched = pollers.iter().flat_map(|poller| watched_by(*poller));
            let watched = watched.filter(|(number, inode)| {
                // A number may have been closed, and opened again as something else.
                descriptors.get(number).is_some_and(|what| what.ends_with(&format!(":[{inode}]")))
            });
            Self {
                watched: watched.map(|(number, _)| number).collect(),
                children: children(),
                started_here: children_in(Path::new("/proc/thread-self/children")).unwrap_or_default(),
                descriptors,
            }
        }
    }

    fn numbers(folder: &str) -> impl Iterator<Item = u32> + use<> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
    }

    fn descriptors() -> BTreeMap<u32, String> {
        let this_look = format!("/proc/{}/fd", std::process::id());
        let described = |number: u32| {
            let what = fs::read_link(format!("/proc/self/fd/{number}")).ok()?;
            Some((number, what.to_string_lossy().into_owned()))
        };
        numbers("/proc/self/fd").filter_map(described).filter(|(_, what)| *what != this_look).collect()
    }

    pub(in super::super) fn children() -> BTreeSet<u32> {
        let mut known = false;
        let mut children = BTreeSet::new();
        for thread in numbers("/proc/self/task") {
            if let Some(of_thread) = children_in(Path::new(&format!("/proc/self/task/{thread}/children"))) {
                known = true;
                children.extend(of_thread);
            }
        }
        if known { children } else { children_by_parent() }
    }

    fn children_in(path: &Path) -> Option<BTreeSet<u32>> {
        let text = fs::read_to_string(path).ok()?;
        Some(text.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect())
    }

    /// For systems that keep no list of children.
    fn children_by_parent() -> BTreeSet<u32> {
        let me = std::process::id().to_string();
        let is_mine = |pid: &u32| state_and_parent(*pid).is_some_and(|(_, parent)| parent == me);
        numbers("/proc").filter(is_mine).collect()
    }

    /// The two fields after the name, which may itself hold spaces and parentheses.
    fn state_and_parent(pid: u32) -> Option<(String, String)> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, after) = text.rsplit_once(')')?;
        let mut words = after.split_ascii_whitespace().map(str::to_owned);
        Some((words.next()?, words.next()?))
    }

    pub(in super::super) fn process(pid: u32) -> Option<Leak> {
        let (state, _) = state_and_parent(pid)?;
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words = line.split(|byte| *byte == 0).filter(|word| !word.is_empty());
        let words: Vec<_> = words.map(String::from_utf8_lossy).collect();
        let name = match words.is_empty() {
            // One that has ended has only its name left.
            true => fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned(),
            false => words.join(" "),
        };
        Some(Leak::Process { pid, name, ended: state == "Z" })
    }

    /// The threads that the library has started, by their names.
    pub(in super::super) fn library_threads() -> BTreeMap<u32, String> {
        let named = |number: u32| {
            let name = fs::read_to_string(format!("/proc/self/task/{number}/comm")).ok()?;
            let name = name.trim_end();
            name.starts_with("lifecycle-").then(|| (number, name.to_owned()))
        };
        numbers("/proc/self/task").filter_map(named).collect()
    }

    pub(in super::super) fn is_main_thread() -> bool {
        let this = fs::read_link("/proc/thread-self").ok();
        let number = this.as_ref().and_then(|link| link.file_name()?.to_str()?.parse().ok());
        number == Some(std::process::id())
    }

    /// What an epoll descriptor waits for, each with the number of its inode: lines such as
    /// `tfd:        3 events:       19 data:                3  pos:0 ino:ab97293 sdev:9`.
    fn watched_by(poller: u32) -> Vec<(u32, u64)> {
        let text = fs::read_to_string(format!("/proc/self/fdinfo/{poller}")).unwrap_or_default();
        text.lines().filter_map(watched).collect()
    }

    fn watched(line: &str) -> Option<(u32, u64)> {
        let number = line.strip_prefix("tfd:")?.split_ascii_whitespace().next()?.parse().ok()?;
        let inode = line.split_ascii_whitespace().find_map(|word| word.strip_prefix("ino:"))?;
        Some((number, u64::from_str_radix(inode, 16).ok()?))
    }

    /// The descriptors by which the runtime of this thread waits: those that wait for a socket which is made for it.
    #[cfg(feature = "test-util")]
    pub(in super::super) fn pollers_of_this_runtime() -> Vec<u32> {
        use std::os::fd::AsRawFd;
        let Ok(marker) = tokio::net::UnixDatagram::unbound() else { return Vec::new() };
        let Ok(marker) = u32::try_from(marker.as_raw_fd()).map(|number| (number, marker)) else { return Vec::new() };
        let waits = |(poller, what): (u32, String)| {
            let waits = what == "anon_inode:[eventpoll]"
                && watched_by(poller).iter().any(|(number, _)| *number == marker.0)
                && Look::now(&[poller]).watched.contains(&marker.0);
            waits.then_some(poller)
        };
        descriptors().into_iter().filter_map(waits).collect()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_a_poller_waits_for_is_read() {
            let line = "tfd:        3 events:       19 data:                3  pos:0 ino:ab97293 sdev:9";
            assert_eq!(watched(line), Some((3, 179_925_651)));
            assert_eq!(watched("flags:\t02000002"), None);
        }

        #[test]
        fn a_look_sees_what_is_open_and_not_itself() {
            let file = tempfile::NamedTempFile::new().unwrap();
            let look = Look::now(&[]);
            let path = file.path().to_string_lossy();
            assert_eq!(look.descriptors.values().filter(|what| **what == path).count(), 1);
            assert!(!look.descriptors.values().any(|what| what.ends_with("/fd")), "{look:?}");
        }

        #[test]
        fn a_child_is_known_by_its_command_line_until_it_is_waited_for() {
            let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
            let pid = child.id();
            let look = Look::now(&[]);
            assert!(look.children.contains(&pid) && look.of_runtime().children.contains(&pid));
            let other = std::thread::spawn(|| Look::now(&[])).join().unwrap();
            assert!(other.children.contains(&pid) && !other.of_runtime().children.contains(&pid));
            let expected = Some(Leak::Process { pid, name: "sleep 60".to_owned(), ended: false });
            // Its arguments are there a moment after it has begun.
            let began = std::time::Instant::now();
            while process(pid) != expected && began.elapsed().as_secs() < 10 {
                std::thread::yield_now();
            }
            assert_eq!(process(pid), expected);
            child.kill().unwrap();
            child.wait().unwrap();
            assert!(!Look::now(&[]).children.contains(&pid));
        }
    }
}

#[cfg(feature = "test-util")]
pub(super) use self::system::pollers_of_this_runtime;
pub(super) use self::system::{children, is_main_thread, library_threads, process};
