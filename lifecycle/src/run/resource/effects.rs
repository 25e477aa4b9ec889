//! What opening and closing do, each as a task of its own that reports its end.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::decide::{Ending, Event};
use crate::plan::Id;
use crate::run::resource::code::{AnyArc, AnyBox, CloseShared, Closing, Opener};
use crate::sys::text::bounded;
use crate::words::outcome::Outcome;
use crate::words::reason::Reason;

use crate::run::record::ledger::Ledger;
use crate::run::resource::res::Slot;
use crate::run::stop::control::Control;
use crate::run::stop::flags::Flag;
use crate::run::task::end::End;
use crate::run::task::ending::{is_cancelled, text_of};
use crate::run::task::local;
use crate::run::task::poll::{Body, Drove, drive, make_and_drive};
use crate::run::task::tree::TaskTree;
use crate::run::task::unit::Unit;
use crate::sys::panics;

/// Tells how an opening ended, even if it is dropped.
pub(crate) struct Opening {
    id: Id,
    name: Arc<str>,
    tree: Arc<TaskTree>,
    control: Arc<Control>,
    ledger: Arc<Ledger>,
    reported: bool,
}

impl Opening {
    /// Made before it is polled, so that it tells of its end even if it is dropped before that.
    pub(crate) fn new(name: Arc<str>, tree: Arc<TaskTree>, control: Arc<Control>, ledger: Arc<Ledger>) -> Self {
        Self { id: tree.id(), name, tree, control, ledger, reported: false }
    }

    fn report(&mut self, event: Event) {
        self.reported = true;
        self.control.send(event);
    }

    fn note(&self, outcome: Outcome, error: Option<String>) {
        let now = self.control.now();
        self.ledger.ended(self.id, Ending { outcome, error }, now);
    }

    /// Whether it was told to end by itself.
    fn was_told(&self) -> bool {
        self.tree.flags().has(Flag::Cancelled)
    }

    /// Whether it is the one that made the start fail, by not being done in time.
    fn is_late(&self) -> bool {
        let reason = self.control.request.reason();
        matches!(reason, Some(Reason::StartFailed { resource, .. }) if *resource == *self.name)
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        if !self.reported {
            self.tree.never_opened();
            let in_time = !self.was_told() && !self.is_late();
            self.note(if in_time { Outcome::Cancelled } else { Outcome::Aborted }, None);
            self.control.send(Event::OpenDropped(self.id));
        }
    }
}

/// Longest wait for what an `open` that failed has spawned.
const DROPPED_CHILDREN: Duration = Duration::from_millis(100);

pub(crate) async fn open(mut opening: Opening, unit: Unit, opener: Arc<dyn Opener>, slot: Arc<Slot>) {
    let id = opening.id;
    let (outcome, error) = match make_and_drive(&unit, || opener.open(), None).await {
        Drove::Done(Ok(value)) => {
            slot.fill(value);
            opening.ledger.opened(id);
            opening.tree.flags().set_bound(None);
            return opening.report(Event::Opened(id));
        }
        Drove::Done(Err(error)) if opening.was_told() && is_cancelled(error.as_ref()) => {
            (Outcome::Stopped, text_of(error))
        }
        Drove::Done(Err(error)) => (Outcome::Failed, text_of(error)),
        Drove::Panicked(panic) => (Outcome::Panicked, panic),
        Drove::Cancelled | Drove::TimedOut(_) | Drove::WaitsForInput => return,
    };
    let is_failure = outcome.is_failure();
    opening.note(outcome, is_failure.then(|| error.clone()));
    opening.tree.never_opened();
    // They are dropped at once. One that blocks is not waited for.
    let _ = timeout_at(Instant::now() + DROPPED_CHILDREN, opening.tree.until_childless()).await;
    opening.report(Event::OpenFailed(id, error));
}

/// A resource on its way out.
pub(crate) struct Close {
    pub(crate) id: Id,
    pub(crate) unit: Unit,
    pub(crate) opener: Arc<dyn Opener>,
    pub(crate) closing: Closing,
    pub(crate) blocking: bool,
    pub(crate) slot: Arc<Slot>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) until: Instant,
}

/// Longest wait for handles of a shared resource once it is closed: closing is what makes them let go.
const SHARED_RETURN: Duration = Duration::from_millis(100);

/// Begins to close: what blocks on a thread of its own, for which no worker of the runtime has to be free.
pub(crate) fn begin_close(close: Close, end: End, tree: &Arc<TaskTree>) {
    if !close.blocking {
        return tree.set_root(tokio::spawn(run_close(close, end)).abort_handle());
    }
    close.unit.pulse.runs_on_own_thread();
    let name = format!("close-{}", close.unit.name);
    let is_over = hold_paused_clock(&close.unit);
    let run_all = |(close, end, is_over): (Close, End, _)| async move {
        run_close(close, end).await;
        drop::<Option<Sender<()>>>(is_over);
    };
    if let Err((error, (_, mut end, _))) = local::start(name, tree.clone(), (close, end, is_over), run_all) {
        end.report(Ending { outcome: Outcome::Failed, error: Some(format!("no thread for its close: {error}")) });
    }
}

/// A paused clock goes on as soon as the runtime has nothing to do, and would be past the close's bound before its thread
/// has begun. It stands still while a blocking task of tokio's runs: so one waits for the close, for this time at most.
const HELD: Duration = Duration::from_secs(1);

fn hold_paused_clock(unit: &Unit) -> Option<Sender<()>> {
    if !unit.pulse.is_on_paused_clock() {
        return None;
    }
    let (is_over, over) = channel();
    drop(tokio::task::spawn_blocking(move || over.recv_timeout(HELD)));
    Some(is_over)
}

async fn run_close(mut close: Close, mut end: End) {
    // It may have handles to wait for before there is anything to poll.
    close.unit.flags.heard();
    // It may be what subscribers and recorders pass on to.
    close.ledger.calls.caught_up().await;
    let ending = match (close.slot.take(), close.closing.clone()) {
        (None, _) => Ending { outcome: Outcome::Stopped, error: None },
        (Some(value), Closing::Shared(function)) => close.shared(value, function).await,
        (Some(value), _) => close.owned(value, &mut end).await,
    };
    end.report(ending);
    outlast_drivers(end.tree(), close.until).await;
}

/// Longest wait for what drives a resource once it is closed. A connection ends within milliseconds of its client's end, a
/// slow one within a round trip or two. A loop that never ends by itself costs each stop that much. A close that has more
/// to wait for awaits its driver's handle.
const DRIVERS: Duration = Duration::from_secs(1);

/// What a resource has spawned drives it: a connection writes what the close has asked for, and ends when its client is
/// gone. It has half of what the close has left over, and not more than [`DRIVERS`]; what has not ended then is dropped,
/// and has the other half for that.
async fn outlast_drivers(tree: &TaskTree, until: Instant) {
    let until = half_way(until).min(Instant::now() + DRIVERS);
    if timeout_at(until, tree.until_childless()).await.is_err() {
        tree.drop_late_children();
    }
}

fn half_way(until: Instant) -> Instant {
    let now = Instant::now();
    now + until.saturating_duration_since(now) / 2
}

impl Close {
    async fn shared(&mut self, value: AnyArc, function: CloseShared) -> Ending {
        let handle = value.clone();
        let ending = self.drive(Box::pin(async move { function(handle).await })).await;
        let until = (Instant::now() + SHARED_RETURN).min(self.until);
        if timeout_at(until, self.slot.until_sole(&value)).await.is_err() {
            self.ledger.handles_left(self.id, self.slot.holders());
        }
        drop_caught(value, ending)
    }

    /// Waits for the handles with half of the time there is, then closes with the other half.
    async fn owned(&mut self, value: AnyArc, end: &mut End) -> Ending {
        end.leaks_when_dropped(true);
        let sole = timeout_at(half_way(self.until), self.slot.until_sole(&value)).await.is_ok();
        let owned = if sole { self.opener.reclaim(value) } else { Err(value) };
        let value = match owned {
            Ok(value) => value,
            Err(value) => return self.held(value),
        };
        end.leaks_when_dropped(false);
        match self.closing.clone() {
            // Called when it is polled: a close that blocks does so before it has a future to give.
            Closing::Owned(function) => self.drive(Box::pin(async move { function(value).await })).await,
            _ => self.drive(Box::pin(async move { drop_value(value) })).await,
        }
    }

    fn held(&self, value: AnyArc) -> Ending {
        let holders = self.slot.holders();
        let count: usize = holders.iter().map(|(_, count)| count).sum();
        self.ledger.handles_left(self.id, holders);
        let error = format!("not closed: {count} handles are still alive");
        drop_caught(value, Ending { outcome: Outcome::Leaked, error: Some(error) })
    }

    async fn drive(&mut self, body: Body<Result<(), String>>) -> Ending {
        ending_of(drive(&self.unit, body, None).await)
    }
}

/// What became of a close.
pub(crate) fn ending_of(drove: Drove<Result<(), String>>) -> Ending {
    let (outcome, error) = match drove {
        Drove::Done(Ok(())) => (Outcome::Stopped, None),
        Drove::Done(Err(error)) => (Outcome::Failed, Some(bounded(error))),
        Drove::Panicked(panic) => (Outcome::Panicked, Some(panic)),
        Drove::Cancelled | Drove::TimedOut(_) | Drove::WaitsForInput => (Outcome::Aborted, None),
    };
    Ending { outcome, error }
}

fn drop_value(value: AnyBox) -> Result<(), String> {
    drop(value);
    Ok(())
}

/// A destructor that panics turns success into failure, and nothing else.
fn drop_caught(value: AnyArc, ending: Ending) -> Ending {
    match panics::catch(|| drop(value)) {
        Ok(()) => ending,
        Err(panic) => Ending { outcome: Outcome::Panicked, error: Some(panic) },
    }
}
