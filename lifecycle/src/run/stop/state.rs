//! How far the shutdown is: numbers, a reason, and the gates for new work. Whatever is done to it is a few stores, under
//! locks that no user code runs under. So any thread may do it, the guard's as well; those who wait are woken by
//! [`Control`](super::control::Control).

use std::time::Duration;

use crate::decide::Moment;
use crate::run::signals;
use crate::run::work::requests::Requests;
use crate::words::phase::Phase;
use crate::words::reason::Reason;
use crate::words::settings::Budget;

use super::deadline::Deadline;
use super::flags::{AppFlags, Flag};
use super::request::ShutdownRequest;
use super::stage::Stage;
use super::time::Time;

pub(crate) struct StopState {
    pub(crate) time: Time,
    pub(crate) stage: Stage,
    pub(crate) deadline: Deadline,
    pub(crate) request: ShutdownRequest,
    pub(crate) requests: Requests,
    pub(super) flags: AppFlags,
}

impl StopState {
    pub(super) fn new(budget: Budget) -> Self {
        Self {
            time: Time::new(),
            stage: Stage::new(budget),
            deadline: Deadline::default(),
            request: ShutdownRequest::default(),
            requests: Requests::new(),
            flags: AppFlags::default(),
        }
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

    /// Begins shutdown: from here on it is seen by whatever looks, and new work is refused. The first reason stands: `false`
    /// if there was one already.
    pub(crate) fn make_request(&self, reason: Reason) -> bool {
        self.request.make(reason, self.now(), || {
            self.deadline.lower(self.real_now() + self.budget().total);
            if self.budget().share(Phase::Announce).planned.is_zero() {
                self.refuse_new_work();
            } else {
                self.raise(Flag::Requested);
            }
        })
    }

    /// A repeated SIGINT: on to *force_cleanup*, with its reserve and no more. `false`: the shutdown after so many that were
    /// called off has been called off as well, a moment ago.
    pub(crate) fn force_request(&self, called_off: usize) -> bool {
        self.request.force(called_off, || self.deadline.lower(self.real_now() + self.budget().reserve()))
    }

    /// Refuses new work from here on.
    pub(super) fn refuse_new_work(&self) {
        self.requests.refuse();
        self.raise(Flag::Draining);
    }

    fn raise(&self, flag: Flag) {
        self.flags.raise(flag);
        #[cfg(feature = "tower")]
        self.requests.announce(true);
    }

    /// All is as if shutdown had never been requested.
    pub(super) fn clear(&self) {
        self.flags.clear();
        #[cfg(feature = "tower")]
        self.requests.announce(false);
        self.requests.reopen();
        self.stage.clear();
        self.deadline.clear();
    }

    /// By that waker the guard hears of a request, of a new deadline, and of the first request for work.
    pub(crate) fn set_guard(&self, waker: signals::Waker) {
        let at_first_request = waker.clone();
        self.requests.when_first_used(move || at_first_request.wake());
        self.deadline.set_guard(waker);
    }

    /// Whether the App itself is that far, whatever a component was told.
    pub(crate) fn has(&self, flag: Flag) -> bool {
        self.flags.has(flag)
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

    /// When the tasks are cut off at the latest. Known from the request on.
    pub(crate) fn cut_off(&self) -> Option<Moment> {
        Some(self.request.moment()? + self.stage.budget.deadline(Phase::CancelTasks))
    }

    /// Time left of the whole shutdown, by the system's clock.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        Some(self.deadline.get()?.saturating_sub(self.real_now()))
    }
}
