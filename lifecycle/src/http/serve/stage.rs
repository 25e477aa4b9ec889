//! How far a server is, as its connections hear it.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::time::Instant;

use super::watch::{Receiver, Sender};

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

/// Where the server says how far it is.
#[derive(Debug)]
pub(super) struct Stages(Sender<Stage>);

impl Stages {
    pub(super) fn new() -> Self {
        Self(Sender::new(Stage::Serving))
    }

    pub(super) fn listen(&self) -> Listening {
        Listening(self.0.subscribe())
    }

    pub(super) fn set(&mut self, stage: Stage) {
        self.0.send(stage);
    }
}

/// The place where connections hear of it. A clone has heard what the original has.
#[derive(Clone, Debug)]
pub(super) struct Listening(Receiver<Stage>);

impl Listening {
    pub(super) fn now(&self) -> Stage {
        self.0.get()
    }

    /// The newest stage once there is one that was not told here yet; `Cut` if the server is gone.
    ///
    /// If it is pending, the context's waker will be woken at the next stage. It costs one atomic load to poll it again
    /// with the same waker, so it can be polled along with each piece of data.
    pub(super) fn poll_next(&mut self, context: &Context<'_>) -> Poll<Stage> {
        self.0.poll_changed(context).map(|stage| stage.unwrap_or(Stage::Cut))
    }

    /// Resolves at the next stage, with it; with `Cut` if the server is gone. Cancel safe.
    pub(super) async fn next(&mut self) -> Stage {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// Runs the future to its end. It is polled at each new stage too: what it is made of looks at the stage by itself.
    pub(super) async fn attend<F: Future>(mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        loop {
            let step = poll_fn(|context| {
                if let Poll::Ready(output) = future.as_mut().poll(context) {
                    return Poll::Ready(Step::Ended(output));
                }
                self.poll_next(context).map(Step::Stage)
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
async fn finish<F: Future>(mut server: Receiver<Stage>, mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        loop {
            match server.poll_changed(context) {
                Poll::Ready(Some(_)) => {}
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await
}
