//! What the guard has closed when the coordinator no longer answers, or when the process is to end at once.

use std::sync::Weak;
use std::sync::mpsc::{Receiver, channel};
use std::thread::Builder;
use std::time::{Duration, Instant};

/// Which resources are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Those that are closed while others hold them: the process ends in the middle of its work.
    Shared,
    /// Those that nothing else holds as well.
    All,
}

/// Closes resources without the runtime.
pub(crate) trait LastCloses: Send + Sync {
    /// Closes what needs no runtime and is open, users before what they use; each close on a thread of its own. Returns
    /// when all of them are over, and at that moment at the latest.
    fn close(&self, reach: Reach, until: Instant);
}

/// The guard's way to them. It does not own them, so that none of the user's values is ever dropped on its thread.
pub(crate) struct LastResort {
    closes: Weak<dyn LastCloses>,
    has_begun: bool,
}

impl LastResort {
    pub(crate) fn new(closes: Weak<dyn LastCloses>) -> Self {
        Self { closes, has_begun: false }
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Begins to close, once. The receiver hears when all is done.
    pub(crate) fn begin(&mut self, reach: Reach, until: Instant) -> Option<Receiver<()>> {
        if std::mem::replace(&mut self.has_begun, true) {
            return None;
        }
        let (closes, (done, over)) = (self.closes.clone(), channel());
        let run = move || {
            if let Some(closes) = closes.upgrade() {
                closes.close(reach, until);
            }
            // The guard may wait no longer.
            let _ = done.send(());
        };
        // Without a thread nothing can be closed, and the process ends as it would have.
        Builder::new().name("lifecycle-last".to_owned()).spawn(run).ok().map(|_| over)
    }

    /// Closes what is shared, and waits for it so long at most.
    pub(crate) fn close_shared(&mut self, most: Duration) {
        if let Some(over) = self.begin(Reach::Shared, Instant::now() + most) {
            let _ = over.recv_timeout(most);
        }
    }
}
