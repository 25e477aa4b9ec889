//! What every part of a running App shares: whether shutdown was requested, why, how far it is.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::decide::{Event, Moment};
use crate::run::signals;
use crate::run::work::requests::Requests;
use crate::words::abort::AbortError;
use crate::words::phase::Phase;
use crate::words::reason::Reason;
use crate::words::settings::Budget;

use super::broadcast::Broadcast;
use super::deadline::Deadline;
use super::flags::Flag;
use super::mail::Mail;
use super::request::ShutdownRequest;
use super::stage::Stage;
use super::time::Time;

pub(crate) struct Control {
    pub(crate) time: Time,
    pub(crate) stage: Stage,
    pub(crate) deadline: Deadline,
    pub(crate) request: ShutdownRequest,
    pub(crate) broadcast: Broadcast,
    pub(crate) requests: Requests,
    mail: UnboundedSender<Mail>,
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reason, phase) = (self.request.reason(), self.phase());
        f.debug_struct("Control").field("reason", &reason).field("phase", &phase).finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(budget: Budget, mail: UnboundedSender<Mail>) -> Arc<Self> {
        let requests = Requests::new();
        Arc::new(Self {
            time: Time::new(),
            stage: Stage::new(budget),
            deadline: Deadline::default(),
            request: ShutdownRequest::default(),
            broadcast: Broadcast::new(&requests),
            requests,
            mail,
        })
    }

    pub(crate) fn now(&self) -> Moment {
        self.time.now()
    }

    pub(crate) fn real_now(&self) -> Moment {
        self.time.real_now()
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.stage.budget
    }

    pub(crate) fn send(&self, event: Event) {
        self.post(Mail::Event(event));
    }

    /// Once the App is over no driver reads it, and there is nothing left to tell.
    pub(crate) fn post(&self, mail: Mail) {
        let _ = self.mail.send(mail);
    }

    /// Begins shutdown. The first reason stands: `false` if there was one already.
    ///
    /// May be called on any thread. Every component is told here and now, so that a busy runtime does not put it off.
    pub(crate) fn request(&self, reason: Reason) -> bool {
        self.request.make(
            reason,
            self.now(),
            || self.deadline.lower(self.real_now() + self.budget().total),
            || {
                if self.budget().share(Phase::Announce).planned.is_zero() {
                    self.stop_new_work();
                } else {
                    self.broadcast.raise(Flag::Requested);
                }
                // The coordinator looks at the request itself before anything else: this only wakes it.
                self.send(Event::Tick);
                self.deadline.wake_guard();
            },
        )
    }

    /// A repeated SIGINT: on to *force_cleanup*, with its reserve and no more. `false`: the shutdown after so many that were
    /// called off has been called off as well, a moment ago.
    pub(crate) fn force(&self, called_off: usize) -> bool {
        self.request.force(called_off, || {
            self.deadline.lower(self.real_now() + self.budget().reserve());
            self.send(Event::Force);
        })
    }

    /// Takes the request back, and all that came of it here, if `decide` says so, which hears whether it was forced. No
    /// request is made and none is forced meanwhile: what is decided is so from that moment on for every thread.
    pub(crate) fn call_off(&self, decide: impl FnOnce(bool) -> bool) {
        self.request.call_off(decide, || {
            self.broadcast.clear();
            self.requests.reopen();
            self.stage.clear();
            self.deadline.clear();
        });
    }

    /// Asks the coordinator to call the shutdown off, and gives its answer.
    pub(crate) async fn ask_to_call_off(&self) -> Result<Vec<String>, AbortError> {
        if !self.request.is_made() {
            return Err(AbortError::NotRequested);
        }
        let (answer, decided) = oneshot::channel();
        self.post(Mail::CallOff(answer));
        // There is no answer once all is over.
        decided.await.unwrap_or(Err(AbortError::TooLate(Phase::ForceCleanup)))
    }

    /// Refuses new work from here on. Idempotent.
    pub(crate) fn stop_new_work(&self) {
        self.requests.close();
        self.broadcast.raise(Flag::Draining);
    }

    /// The phase that runs. From the request on there is one, even before the coordinator has come to it.
    pub(crate) fn phase(&self) -> Option<Phase> {
        self.stage.entered().or_else(|| self.request.is_made().then(|| self.stage.first_phase()))
    }

    /// When the phase that runs is over at the latest.
    pub(crate) fn phase_ends(&self) -> Option<Moment> {
        let first = || Some(self.request.moment()? + self.budget().deadline(self.stage.first_phase()));
        self.stage.ends().or_else(first)
    }

    /// Time left of the whole shutdown, by the system's clock.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        Some(self.deadline.get()?.saturating_sub(self.real_now()))
    }

    pub(crate) fn set_guard(&self, waker: signals::Waker) {
        let at_first_request = waker.clone();
        self.requests.when_first_used(move || at_first_request.wake());
        self.deadline.set_guard(waker);
    }
}
