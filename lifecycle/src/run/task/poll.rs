//! Polling a body: with its pulse marked, its panics caught, its cancellation and its bound looked at first.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Sleep;

use crate::run::stop::flags::Flag;
use crate::run::task::unit::Unit;
use crate::sys::{fork, panics};

/// A body, boxed.
pub(crate) type Body<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// How a body ended.
#[derive(Debug, PartialEq)]
pub(crate) enum Drove<T> {
    /// It gave its output.
    Done(T),
    /// It panicked; the message has its place.
    Panicked(String),
    /// It was dropped at an `.await` because its turn to be cancelled came.
    Cancelled,
    /// It was dropped at an `.await` because it ran past this bound.
    TimedOut(Duration),
    /// Its turn to be cancelled came, and its thread waits for input: it was left there.
    WaitsForInput,
}

/// Runs a body to its end, or until it has to be dropped.
pub(crate) async fn drive<T>(unit: &Unit, body: Body<T>, bound: Option<Duration>) -> Drove<T> {
    let mut body = Some(body);
    let mut clock = bound.map(|bound| (bound, Box::pin(tokio::time::sleep(bound))));
    let drove = poll_fn(|context| poll_once(unit, &mut body, &mut clock, context)).await;
    // Destructors are the user's code too. Those of a body that came to its end ran in its last poll.
    let cut_off = matches!(drove, Drove::Cancelled | Drove::TimedOut(_));
    let mark = cut_off.then(|| unit.pulse.poll());
    let dropped = panics::catch(|| drop(body.take()));
    drop(mark);
    unit.pulse.body_ends();
    match dropped {
        Ok(()) => drove,
        Err(panic) => Drove::Panicked(panic),
    }
}

fn poll_once<T>(
    unit: &Unit,
    body: &mut Option<Body<T>>,
    clock: &mut Option<(Duration, Pin<Box<Sleep>>)>,
    context: &mut Context<'_>,
) -> Poll<Drove<T>> {
    fork::end_if_forked();
    unit.flags.adopt(context.waker());
    if unit.flags.has(if unit.drops { Flag::Cancelled } else { Flag::Dropped }) {
        return Poll::Ready(Drove::Cancelled);
    }
    let Some(future) = body.as_mut() else { return Poll::Ready(Drove::Cancelled) };
    let polled = {
        let _mark = unit.pulse.poll();
        unit.pulse.within(|| panics::catch(|| future.as_mut().poll(context)))
    };
    fork::end_if_forked();
    match polled {
        Ok(Poll::Ready(output)) => Poll::Ready(Drove::Done(output)),
        Err(panic) => Poll::Ready(Drove::Panicked(panic)),
        Ok(Poll::Pending) => match clock {
            Some((bound, sleep)) => sleep.as_mut().poll(context).map(|()| Drove::TimedOut(*bound)),
            None => Poll::Pending,
        },
    }
}

/// Calls what makes a body; a panic there counts like one inside.
pub(crate) async fn make_and_drive<T>(
    unit: &Unit,
    make: impl FnOnce() -> Body<T>,
    bound: Option<Duration>,
) -> Drove<T> {
    match panics::catch(make) {
        Ok(body) => drive(unit, body, bound).await,
        Err(panic) => Drove::Panicked(panic),
    }
}
