//! What the library itself opens and starts for an App: its guard, the threads that write, the runtime. It is looked for when
//! all of it should be gone, which is after the App's own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::neighbours::{self, Neighbour};
use super::proc::{self, Look};
use super::settings::{LeakSettings, NAMES, WAITS};
use super::{own, sockets};
use crate::words::leak::Leak;

/// Made before anything of an App is opened or started.
#[derive(Debug)]
pub(crate) struct LibraryWatch {
    neighbour: Arc<Neighbour>,
    before: Option<Things>,
    /// Nothing else in the process opens anything, unless it is an App.
    alone: bool,
}

/// The process's descriptors, and the library's threads: they are known by their names.
#[derive(Debug, Default)]
struct Things {
    look: Look,
    threads: BTreeMap<u32, String>,
}

impl Things {
    fn now() -> Self {
        Self { look: Look::now(&[]), threads: proc::library_threads() }
    }

    fn without(mut self, before: &Things) -> Self {
        self.look = self.look.without(&before.look);
        self.threads.retain(|number, _| !before.threads.contains_key(number));
        self
    }

    fn is_empty(&self) -> bool {
        self.look.descriptors.is_empty() && self.threads.is_empty()
    }

    fn leaks(self) -> Vec<Leak> {
        let threads = self.threads.into_iter().map(|(number, name)| Leak::Thread { number, name });
        let mut leaks: Vec<Leak> = threads.collect();
        leaks.extend(sockets::described(&self.look.descriptors, Instant::now() + NAMES.1));
        leaks
    }
}

impl LibraryWatch {
    /// `first_runtime`: a runtime will be built. Tokio opens two descriptors with the first one of a process, for good.
    pub(crate) fn start(settings: &LeakSettings, first_runtime: bool) -> Self {
        if settings.detect && first_runtime {
            drop(tokio::runtime::Builder::new_current_thread().enable_all().build());
        }
        let alone = settings.detect && (proc::is_main_thread() || neighbours::is_only_test());
        let neighbour = neighbours::enlist(std::thread::current().id());
        Self { neighbour, before: alone.then(Things::now), alone }
    }

    pub(super) fn neighbour(&self) -> Arc<Neighbour> {
        self.neighbour.clone()
    }

    /// What is still there and was not told of yet. Called when guard and runtime have been told to go.
    pub(crate) fn finish(self, told: &[Leak]) -> Vec<Leak> {
        let Some(before) = self.before.filter(|_| self.alone && !self.neighbour.shares_process()) else {
            return Vec::new();
        };
        let is_told = |number: u32| told.iter().any(|leak| leak.descriptor() == Some(number));
        let left = || {
            let mut left = Things::now().without(&before);
            left.look = left.look.without(&own::things());
            left.look.descriptors.retain(|number, _| !is_told(*number));
            left
        };
        for wait in WAITS {
            if left().is_empty() {
                return Vec::new();
            }
            // A thread that has been told to end needs a moment to do so.
            std::thread::sleep(wait.max(Duration::from_micros(100)));
        }
        left().leaks()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixDatagram;
    use std::sync::mpsc::channel;

    use super::*;

    /// One that takes itself to be alone, whatever other tests do.
    fn watch() -> LibraryWatch {
        let mut watch = LibraryWatch::start(&LeakSettings { detect: true, test: None }, true);
        watch.neighbour = Arc::new(Neighbour::alone());
        LibraryWatch { before: Some(Things::now()), alone: true, ..watch }
    }

    /// Regression: the library's own descriptors and threads were left behind by the hundred, and no look saw any.
    #[test]
    fn a_thread_and_a_descriptor_that_the_library_leaves_are_seen() {
        let watch = watch();
        let ((end, wait), (began, has_begun)) = (channel::<()>(), channel());
        let thread = std::thread::Builder::new().name("lifecycle-guard".to_owned());
        let thread = thread.spawn(move || began.send(()).map(|()| wait.recv())).unwrap();
        // It has its name by then.
        has_begun.recv().unwrap();
        let socket = UnixDatagram::unbound().unwrap();
        let number = u32::try_from(socket.as_raw_fd()).unwrap();

        let left = watch.finish(&[]);
        assert!(left.iter().any(|leak| leak.descriptor() == Some(number)), "{left:?}");
        let is_guard = |leak: &Leak| matches!(leak, Leak::Thread { name, .. } if name == "lifecycle-guard");
        assert!(left.iter().any(is_guard), "{left:?}");
        drop(end);
        let _ = thread.join();
    }

    #[test]
    fn what_was_told_of_already_is_not_told_again() {
        let watch = watch();
        let socket = UnixDatagram::unbound().unwrap();
        let number = u32::try_from(socket.as_raw_fd()).unwrap();
        let left = watch.finish(&[Leak::Pipe { descriptor: number }]);
        assert!(left.iter().all(|leak| leak.descriptor() != Some(number)), "{left:?}");
    }
}
