//! How far a server is, as its connections hear it.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use tokio::sync::watch;
use tokio::time::Instant;

/// How far the server is.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) enum Stage {
    Serving,
    /// Clients are told to leave.
    Leaving,
    /// Since then nothing new is taken.
    Draining(Instant),
    /// What is left is to end now.
    Cut,
}

/// The place where connections hear of it.
#[derive(Clone, Debug)]
pub(super) struct Listening(watch::Receiver<Stage>);

impl Listening {
    pub(super) fn new(receiver: watch::Receiver<Stage>) -> Self {
        Self(receiver)
    }

    pub(super) fn now(&self) -> Stage {
        *self.0.borrow()
    }

    /// Whether there is a stage that [`next`](Self::next) has not told yet.
    pub(super) fn is_news(&self) -> bool {
        // An error: the server is gone, which is news as well.
        self.0.has_changed().unwrap_or(true)
    }

    /// Resolves at the next stage, with it; with `Cut` if the server is gone. Cancel safe.
    pub(super) async fn next(&mut self) -> Stage {
        match self.0.changed().await {
            Ok(()) => *self.0.borrow_and_update(),
            Err(_) => Stage::Cut,
        }
    }

    /// Runs the future to its end. It is polled at each new stage too: what it is made of looks at the stage by itself.
    pub(super) async fn attend<F: Future>(mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        loop {
            let mut next = pin!(self.next());
            let step = poll_fn(|context| {
                if let Poll::Ready(output) = future.as_mut().poll(context) {
                    return Poll::Ready(Step::Ended(output));
                }
                next.as_mut().poll(context).map(Step::Stage)
            });
            match step.await {
                Step::Ended(output) => return Some(output),
                Step::Stage(Stage::Cut) => break,
                Step::Stage(_) => {}
            }
        }
        // Once more: what can end itself at the cut does so now.
        let last = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
        match last {
            Poll::Ready(output) => Some(output),
            Poll::Pending => finish(self.0, future).await,
        }
    }
}

enum Step<T> {
    Ended(T),
    Stage(Stage),
}

/// Until the server itself is gone.
async fn finish<F: Future>(mut server: watch::Receiver<Stage>, mut future: Pin<&mut F>) -> Option<F::Output> {
    let mut gone = pin!(async { while server.changed().await.is_ok() {} });
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        gone.as_mut().poll(context).map(|()| None)
    })
    .await
}
