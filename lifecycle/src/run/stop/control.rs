//! What every part of a running App shares: whether shutdown was requested, why, how far it is.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::decide::Event;
use crate::run::calls::Calls;
use crate::sys::fork;
use crate::words::abort::AbortError;
use crate::words::phase::Phase;
use crate::words::reason::Reason;
use crate::words::settings::Budget;

use super::broadcast::Broadcast;
use super::mail::Mail;
use super::state::StopState;

/// The state of the shutdown, and all who are to be told when it changes.
pub(crate) struct Control {
    pub(crate) state: Arc<StopState>,
    pub(crate) broadcast: Broadcast,
    mail: UnboundedSender<Mail>,
}

impl Deref for Control {
    type Target = StopState;

    fn deref(&self) -> &StopState {
        &self.state
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reason, phase) = (self.request.reason(), self.phase());
        f.debug_struct("Control").field("reason", &reason).field("phase", &phase).finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(budget: Budget, mail: UnboundedSender<Mail>) -> Arc<Self> {
        let state = Arc::new(StopState::new(budget));
        let broadcast = Broadcast::new(state.flags.clone());
        Arc::new(Self { state, broadcast, mail })
    }

    /// By which user code is called that belongs to no component.
    pub(crate) fn calls(&self) -> &Arc<Calls> {
        &self.broadcast.calls
    }

    pub(crate) fn send(&self, event: Event) {
        self.post(Mail::Event(event));
    }

    /// Once the App is over no driver reads it, and there is nothing left to tell.
    pub(crate) fn post(&self, mail: Mail) {
        fork::end_if_forked();
        let _ = self.mail.send(mail);
    }

    /// Begins shutdown. The first reason stands: `false` if there was one already.
    ///
    /// May be called on any thread but the guard's: it wakes.
    pub(crate) fn request(&self, reason: Reason) -> bool {
        fork::end_if_forked();
        let is_new = self.make_request(reason);
        if is_new {
            self.tell();
            self.deadline.wake_guard();
        }
        is_new
    }

    /// The request was made, by the guard or here: wakes the coordinator, and all that wait for it.
    pub(crate) fn tell(&self) {
        // The coordinator looks at the request itself before anything else: this only wakes it.
        self.send(Event::Tick);
        self.broadcast.wake();
    }

    /// Takes the request back, and all that came of it here, if `decide` says so, which hears whether it was forced. No
    /// request is made and none is forced meanwhile: what is decided is so from that moment on for every thread.
    pub(crate) fn call_off(&self, decide: impl FnOnce(bool) -> bool) {
        self.request.call_off(decide, || {
            self.state.clear();
            self.broadcast.called_off();
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
        self.refuse_new_work();
        self.requests.close();
        self.broadcast.wake();
    }
}
