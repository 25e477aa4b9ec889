//! Whether leaks are looked for, where, and for how long.

use std::sync::Arc;
use std::thread::ThreadId;
use std::time::Duration;

use tokio::runtime::Handle;

#[cfg(feature = "test-util")]
use super::proc;

/// Whether leaks are looked for, and where.
#[derive(Clone, Debug, Default)]
pub(crate) struct LeakSettings {
    pub(crate) detect: bool,
    pub(crate) test: Option<TestRuntime>,
}

/// The runtime of a `#[lifecycle::test]`: one thread, and it belongs to that test alone.
#[derive(Clone, Debug)]
pub(crate) struct TestRuntime {
    pub(super) thread: ThreadId,
    /// The descriptors by which it waits for others.
    pub(super) pollers: Arc<[u32]>,
}

impl TestRuntime {
    /// Called on the one thread of the runtime, within it.
    #[cfg(feature = "test-util")]
    pub(crate) fn current() -> Self {
        Self { thread: std::thread::current().id(), pollers: proc::pollers_of_this_runtime().into() }
    }
}

/// Waits between two looks, as long as something seems to be left: what was dropped a moment ago may need a turn of the
/// runtime or of the system to be gone.
pub(super) const WAITS: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_millis(1),
    Duration::from_millis(2),
    Duration::from_millis(4),
    Duration::from_millis(8),
    Duration::from_millis(16),
];

/// Least and most time for looking up the addresses of sockets, in tables that may be long.
pub(super) const NAMES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// How many tasks of the current runtime have not ended.
pub(super) fn alive_tasks() -> usize {
    Handle::try_current().map_or(0, |runtime| runtime.metrics().num_alive_tasks())
}
