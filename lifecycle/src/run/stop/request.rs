//! The request for shutdown: made once, forced, or called off, each as a whole.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::decide::{Event, Moment};
use crate::sys::locks::lock;
use crate::words::abort::AbortError;
use crate::words::phase::Phase;
use crate::words::reason::Reason;

use crate::run::stop::control::Control;
use crate::run::stop::flags::Flag;
use crate::run::stop::mail::Mail;

/// Whether shutdown was asked for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Held from the making of a request until everybody has been told of it, so that none is called off half told. Whoever
    /// tells wakes tasks, and a waker may be anybody's: the guard never waits for it.
    telling: Mutex<()>,
    /// Taken before the other. No code of anybody else runs under it.
    request: Mutex<Option<Request>>,
    called_off: AtomicUsize,
}

#[derive(Debug)]
struct Request {
    reason: Reason,
    moment: Moment,
    instant: Instant,
    /// By a second SIGINT.
    forced: bool,
}

impl Asked {
    fn request(&self) -> MutexGuard<'_, Option<Request>> {
        lock(&self.request)
    }

    /// Waits until everybody has been told of the request, if there is one.
    fn told(&self) {
        drop(lock(&self.telling));
    }

    /// Both, when everybody has been told.
    fn settled(&self) -> (MutexGuard<'_, Option<Request>>, MutexGuard<'_, ()>) {
        loop {
            let request = self.request();
            match self.telling.try_lock() {
                Ok(telling) => return (request, telling),
                Err(TryLockError::Poisoned(poisoned)) => return (request, poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => drop(request),
            }
            self.told();
        }
    }
}

impl Control {
    /// Begins shutdown. The first reason stands: `false` if there was one already.
    ///
    /// May be called on any thread. Everybody is told here and now, so that a busy runtime does not put it off.
    pub(crate) fn request(&self, reason: Reason) -> bool {
        let new = Request { reason, moment: self.now(), instant: Instant::now(), forced: false };
        let mut request = self.asked.request();
        if request.is_some() {
            return false;
        }
        *request = Some(new);
        self.lower_deadline(self.real_now() + self.budget.total);
        // Whoever told of a request before this one has done so, or it would not have been called off.
        let _telling = lock(&self.asked.telling);
        drop(request);
        if self.budget.share(Phase::Announce).planned.is_zero() {
            self.stop_new_work();
        } else {
            self.raise(Flag::Requested);
        }
        // The coordinator looks at the request itself before anything else: this only wakes it.
        self.send(Event::Tick);
        self.wake_guard();
        true
    }

    /// Why shutdown was asked for, once everybody has been told.
    pub(crate) fn reason_told(&self) -> Option<Reason> {
        let reason = self.reason()?;
        self.asked.told();
        Some(reason)
    }

    /// A repeated SIGINT: on to *force_cleanup*, with its reserve and no more. `false`: the shutdown after so many that were
    /// called off has been called off as well, a moment ago.
    pub(crate) fn force(&self, called_off: usize) -> bool {
        let mut request = self.asked.request();
        let Some(request) = request.as_mut().filter(|_| called_off == self.called_off()) else { return false };
        request.forced = true;
        self.lower_deadline(self.real_now() + self.budget.reserve());
        self.send(Event::Force);
        true
    }

    /// Takes the request back, and all that came of it here, if `decide` says so, which hears whether it was forced. No
    /// request is made and none is forced meanwhile: what is decided is so from that moment on for everybody.
    pub(crate) fn call_off(&self, decide: impl FnOnce(bool) -> bool) {
        let (mut request, _telling) = self.asked.settled();
        if decide(request.as_ref().is_some_and(|request| request.forced)) {
            *request = None;
            self.asked.called_off.fetch_add(1, Ordering::AcqRel);
            self.go_back();
        }
    }

    /// Asks the coordinator to call the shutdown off, and gives its answer.
    pub(crate) async fn ask_to_call_off(&self) -> Result<Vec<String>, AbortError> {
        if !self.is_asked() {
            return Err(AbortError::NotRequested);
        }
        let (answer, decided) = oneshot::channel();
        self.post(Mail::CallOff(answer));
        // Nobody is there to answer once all is over.
        decided.await.unwrap_or(Err(AbortError::TooLate(Phase::ForceCleanup)))
    }

    /// How often a shutdown was called off.
    pub(crate) fn called_off(&self) -> usize {
        self.asked.called_off.load(Ordering::Acquire)
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.asked.request().is_some()
    }

    pub(crate) fn reason(&self) -> Option<Reason> {
        self.asked.request().as_ref().map(|request| request.reason.clone())
    }

    /// When shutdown was asked for.
    pub(crate) fn requested_at(&self) -> Option<Moment> {
        self.asked.request().as_ref().map(|request| request.moment)
    }

    /// Time since shutdown was asked for, by the system's clock.
    pub(crate) fn since_request(&self) -> Option<Duration> {
        self.asked.request().as_ref().map(|request| request.instant.elapsed())
    }

    pub(crate) fn is_forced(&self) -> bool {
        self.asked.request().as_ref().is_some_and(|request| request.forced)
    }
}
