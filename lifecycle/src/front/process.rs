//! What an App does to its process, and which runtime it builds.

use crate::front::private::Flavor;
use crate::run::process::runtime::Workers;

/// What an App does to its process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process {
    pub(crate) signals: bool,
    pub(crate) guard: bool,
    pub(crate) flavor: Option<Flavor>,
    pub(crate) worker_threads: Option<usize>,
    /// Its `main` is no `async fn`: the main thread is for the body, and the App runs beside it.
    pub(crate) beside_main: bool,
}

impl Default for Process {
    fn default() -> Self {
        Self { signals: true, guard: true, flavor: None, worker_threads: None, beside_main: false }
    }
}

impl Process {
    pub(crate) fn workers(self) -> Workers {
        match self.flavor {
            Some(Flavor::CurrentThread) => Workers::Here,
            _ => Workers::Apart(self.worker_threads),
        }
    }
}
