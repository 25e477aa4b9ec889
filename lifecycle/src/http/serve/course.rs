//! When a connection is told to end, and when nothing can come of it any more.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::{Duration, Instant, Sleep, sleep_until};

use crate::Acceptor;

use super::link::Link;
use super::stage::{Listening, Stage};

/// How long bytes that have arrived, as a look past the runtime has shown, may take through it; and how long a
/// connection may take to close that has been told to.
const NEWS: Duration = Duration::from_millis(10);

/// What is to be done about a connection.
pub(super) enum Turn<E> {
    /// Nothing: it ended by itself.
    Ended(Result<(), E>),
    /// Tell it to end with what is under way.
    Farewell,
    /// Drop it.
    Over,
}

/// A connection's way through the stages.
pub(super) struct Course<'a> {
    link: &'a Link,
    stage: Listening,
    now: Stage,
    door: Option<Arc<Acceptor>>,
    closing: Closing,
    farewell: bool,
    timer: Pin<Box<Sleep>>,
}

/// How far the closing of a connection is on which nothing is under way.
#[derive(Clone, Copy, PartialEq)]
enum Closing {
    No,
    /// It is being found out whether bytes have arrived that were not read yet.
    Looking,
    /// It was told; dropped then.
    Until(Instant),
}

enum Next<E> {
    Wait,
    /// Poll the connection again.
    Again,
    Turn(Turn<E>),
}

impl<'a> Course<'a> {
    pub(super) fn new(link: &'a Link, stage: Listening, door: Option<Arc<Acceptor>>) -> Self {
        let now = stage.now();
        let timer = Box::pin(sleep_until(Instant::now()));
        Self { link, stage, now, door, closing: Closing::No, farewell: false, timer }
    }

    /// Polls the connection until something is to be done about it.
    pub(super) async fn turn<E>(
        &mut self,
        mut connection: impl FnMut(&mut Context<'_>) -> Poll<Result<(), E>>,
    ) -> Turn<E> {
        poll_fn(|context| {
            loop {
                if let Poll::Ready(turn) = self.poll(context, &mut connection) {
                    return Poll::Ready(turn);
                }
                match self.stage.poll_next(context) {
                    Poll::Ready(now) => self.now = now,
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }

    fn poll<E>(
        &mut self,
        context: &mut Context<'_>,
        connection: &mut impl FnMut(&mut Context<'_>) -> Poll<Result<(), E>>,
    ) -> Poll<Turn<E>> {
        loop {
            if let Poll::Ready(result) = connection(context) {
                return Poll::Ready(Turn::Ended(result));
            }
            match self.look(context) {
                Next::Wait => return Poll::Pending,
                Next::Again => {}
                Next::Turn(turn) => return Poll::Ready(turn),
            }
        }
    }

    fn look<E>(&mut self, context: &mut Context<'_>) -> Next<E> {
        let is_leaving = self.now >= Stage::Leaving;
        if is_leaving && self.link.is_http2() && !self.farewell {
            return self.say_farewell();
        }
        match self.now {
            Stage::Serving | Stage::Leaving => Next::Wait,
            Stage::Draining(since) => self.drain(since, context),
            Stage::Cut if self.farewell => Next::Wait,
            Stage::Cut => self.say_farewell(),
        }
    }

    fn say_farewell<E>(&mut self) -> Next<E> {
        self.farewell = true;
        Next::Turn(Turn::Farewell)
    }

    fn drain<E>(&mut self, since: Instant, context: &mut Context<'_>) -> Next<E> {
        if self.link.is_last_request_told() {
            self.door = None;
        }
        // A client that takes its response slowly is owed the rest, though no handler works on it any more.
        if self.link.active() > 0 || self.link.owes() {
            self.closing = Closing::No;
            if self.door.is_none() || self.wait_until(since + self.linger(), context) {
                return Next::Wait;
            }
            // Whatever comes later on this connection comes beside a request that is waited for anyway.
            self.door = None;
            return Next::Wait;
        }
        // HTTP/2 says goodbye in two steps, with a round trip between them.
        let quiet_since = if self.link.is_http2() { since } else { self.link.quiet_since().min(since) };
        if self.wait_until(quiet_since + self.linger(), context) {
            return Next::Wait;
        }
        self.close(context)
    }

    /// Nothing has been under way for long enough.
    fn close<E>(&mut self, context: &mut Context<'_>) -> Next<E> {
        match self.closing {
            Closing::No => {
                self.link.look_for_unread();
                self.closing = Closing::Looking;
                Next::Again
            }
            Closing::Looking if self.link.has_unread() => {
                self.closing = Closing::No;
                self.wait_until(Instant::now() + NEWS, context);
                Next::Wait
            }
            Closing::Looking => {
                self.closing = Closing::Until(Instant::now() + NEWS);
                if self.farewell { Next::Again } else { self.say_farewell() }
            }
            Closing::Until(due) => self.close_at(due, context),
        }
    }

    fn close_at<E>(&mut self, due: Instant, context: &mut Context<'_>) -> Next<E> {
        if self.wait_until(due, context) {
            return Next::Wait;
        }
        if self.link.is_http2() {
            // It ends by itself when the last of its streams has been sent; what still waits for the client to take
            // more is not known anywhere else.
            self.door = None;
            return Next::Wait;
        }
        Next::Turn(Turn::Over)
    }

    fn linger(&self) -> Duration {
        self.link.server.options.linger
    }

    /// Whether the moment is still to come; then the task is woken at it.
    fn wait_until(&mut self, moment: Instant, context: &mut Context<'_>) -> bool {
        if Instant::now() >= moment {
            return false;
        }
        if self.timer.deadline() != moment {
            self.timer.as_mut().reset(moment);
        }
        self.timer.as_mut().poll(context).is_pending()
    }
}

#[cfg(test)]
mod tests;
