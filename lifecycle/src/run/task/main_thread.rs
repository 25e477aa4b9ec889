//! The process's main thread, for the body of a `main` that is no `async fn`: graphics libraries want it for their loop.

use std::sync::mpsc::{Receiver, Sender, channel};

/// What it is to run.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// The way to the main thread.
#[derive(Clone, Debug)]
pub(crate) struct MainThread(Sender<Job>);

impl MainThread {
    /// A way, and what the main thread has to serve.
    pub(crate) fn new() -> (Self, Jobs) {
        let (sender, jobs) = channel();
        (Self(sender), Jobs(jobs))
    }

    /// Has it run this, after what it runs already.
    pub(crate) fn run(&self, job: Job) -> std::io::Result<()> {
        self.0.send(job).map_err(|_| std::io::Error::other("the main thread is gone"))
    }
}

/// The main thread's end of it.
#[derive(Debug)]
pub(crate) struct Jobs(Receiver<Job>);

impl Jobs {
    /// Runs what comes, until another thread ends the process.
    pub(crate) fn serve(self) -> ! {
        self.0.iter().for_each(|job| job());
        loop {
            std::thread::park();
        }
    }
}
