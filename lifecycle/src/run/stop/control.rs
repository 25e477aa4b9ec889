//! What every part of a running App shares: whether shutdown was asked for, why, how far it is.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use crate::decide::{Event, Moment};
use crate::sys::locks::lock;
use crate::words::phase::Phase;
use crate::words::settings::Budget;

use crate::run::groups::desk::Desk;
use crate::run::record::ledger::Ledger;
use crate::run::signals;
use crate::run::stop::clock::Clock;
use crate::run::stop::flags::{Flag, Flags};
use crate::run::stop::mail::Mail;
use crate::run::stop::request::Asked;
use crate::run::work::requests::Requests;

pub(crate) struct Control {
    /// Moments count from here. Tokio's clock, so that a paused one is followed.
    began: tokio::time::Instant,
    /// The same moment by the system's clock, which no runtime can hold up.
    real_began: Instant,
    /// What the life signs of components are stamped with.
    pub(crate) clock: Arc<Clock>,
    pub(crate) budget: Budget,
    pub(crate) requests: Requests,
    mail: UnboundedSender<Mail>,
    pub(crate) asked: Asked,
    flags: AtomicU8,
    phase: AtomicU8,
    phase_ends: AtomicU64,
    /// When the guard ends the process, in microseconds of the system's clock since the App began.
    deadline: AtomicU64,
    /// When the coordinator wants to be woken; the guard looks whether it was.
    next_timer: AtomicU64,
    last_word: AtomicBool,
    all_flags: Mutex<Vec<Weak<Flags>>>,
    /// What handles hear that belong to no component.
    pub(crate) outside: Arc<Flags>,
    guard: OnceLock<signals::Waker>,
    /// What has happened so far, for probes.
    ledger: OnceLock<Weak<Ledger>>,
    /// Something has changed about how far it is.
    pub(crate) progress: Notify,
    /// Whose turn it is to stop or start a part of the App.
    pub(crate) desk: Desk,
    /// The program's.
    pub(crate) version: OnceLock<Cow<'static, str>>,
}

const NO_PHASE: u8 = u8::MAX;
const NO_MOMENT: u64 = u64::MAX;

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").field("reason", &self.reason()).field("phase", &self.phase()).finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(budget: Budget, mail: UnboundedSender<Mail>) -> Arc<Self> {
        let outside = Arc::new(Flags::new(0));
        Arc::new(Self {
            began: tokio::time::Instant::now(),
            real_began: Instant::now(),
            clock: Arc::new(Clock::new()),
            budget,
            requests: Requests::new(),
            mail,
            asked: Asked::default(),
            flags: AtomicU8::new(0),
            phase: AtomicU8::new(NO_PHASE),
            phase_ends: AtomicU64::new(NO_MOMENT),
            deadline: AtomicU64::new(NO_MOMENT),
            next_timer: AtomicU64::new(NO_MOMENT),
            last_word: AtomicBool::new(false),
            all_flags: Mutex::new(vec![Arc::downgrade(&outside)]),
            outside,
            guard: OnceLock::new(),
            ledger: OnceLock::new(),
            progress: Notify::new(),
            desk: Desk::default(),
            version: OnceLock::new(),
        })
    }

    pub(crate) fn now(&self) -> Moment {
        self.began.elapsed()
    }

    pub(crate) fn real_now(&self) -> Moment {
        self.real_began.elapsed()
    }

    pub(crate) fn instant(&self, moment: Moment) -> tokio::time::Instant {
        // A century ahead stands for "never": adding more could overflow the clock.
        self.began + moment.min(Duration::from_secs(100 * 365 * 86_400))
    }

    pub(crate) fn send(&self, event: Event) {
        self.post(Mail::Event(event));
    }

    /// Nobody listens any more once the App is over: then there is nothing left to tell.
    pub(crate) fn post(&self, mail: Mail) {
        let _ = self.mail.send(mail);
    }

    /// Refuses new work from here on. Idempotent.
    pub(crate) fn stop_new_work(&self) {
        self.requests.close();
        self.raise(Flag::Draining);
    }

    /// Flags that hear of everything from now on, and know what was said before.
    pub(crate) fn flags(&self) -> Arc<Flags> {
        let mut all_flags = lock(&self.all_flags);
        let flags = Arc::new(Flags::new(self.flags.load(Ordering::SeqCst)));
        if all_flags.len() == all_flags.capacity() {
            all_flags.retain(|flags| flags.strong_count() > 0);
        }
        all_flags.push(Arc::downgrade(&flags));
        flags
    }

    /// Whether the App itself is that far, whatever a component was told.
    pub(crate) fn has(&self, flag: Flag) -> bool {
        self.flags.load(Ordering::SeqCst) & flag as u8 != 0
    }

    /// Takes a component's flags back, unless the App itself has begun to stop. Under the lock under which it begins.
    pub(crate) fn lower(&self, flags: &Flags) -> bool {
        let _all_flags = lock(&self.all_flags);
        let may = self.flags.load(Ordering::SeqCst) == 0;
        if may {
            flags.lower();
        }
        may
    }

    /// Everything is as if shutdown had never been asked for. Only while nobody can ask for it.
    pub(crate) fn go_back(&self) {
        {
            let all_flags = lock(&self.all_flags);
            self.flags.store(0, Ordering::SeqCst);
            #[cfg(feature = "tower")]
            self.requests.announce(false);
            all_flags.iter().filter_map(Weak::upgrade).for_each(|flags| flags.called_off());
        }
        self.requests.reopen();
        self.phase.store(NO_PHASE, Ordering::Release);
        self.phase_ends.store(NO_MOMENT, Ordering::Release);
        self.deadline.store(NO_MOMENT, Ordering::Release);
    }

    pub(crate) fn raise(&self, flag: Flag) {
        let all_flags: Vec<_> = {
            let all_flags = lock(&self.all_flags);
            let bits = if flag == Flag::Draining { Flag::Draining as u8 | Flag::Requested as u8 } else { flag as u8 };
            if self.flags.fetch_or(bits, Ordering::SeqCst) & bits == bits {
                return;
            }
            #[cfg(feature = "tower")]
            self.requests.announce(true);
            all_flags.iter().filter_map(Weak::upgrade).collect()
        };
        all_flags.iter().for_each(|flags| flags.raise(flag));
    }

    /// The phase that runs. From the request on there is one, even before the coordinator has come to it.
    pub(crate) fn phase(&self) -> Option<Phase> {
        let entered = Phase::ALL.get(usize::from(self.phase.load(Ordering::Acquire))).copied();
        entered.or_else(|| self.is_asked().then(|| self.first_phase()))
    }

    pub(crate) fn first_phase(&self) -> Phase {
        let announces = !self.budget.share(Phase::Announce).planned.is_zero();
        if announces { Phase::Announce } else { Phase::StopNewWork }
    }

    /// When the phase that runs is over at the latest.
    pub(crate) fn phase_ends(&self) -> Option<Moment> {
        let micros = self.phase_ends.load(Ordering::Acquire);
        if micros != NO_MOMENT {
            return Some(Duration::from_micros(micros));
        }
        self.requested_at().map(|requested| requested + self.budget.deadline(self.first_phase()))
    }

    pub(crate) fn set_phase(&self, phase: Phase, ends: Moment) {
        self.phase_ends.store(micros(ends), Ordering::Release);
        self.phase.store(phase as u8, Ordering::Release);
    }

    /// When the process is to be over, by the system's clock.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        let micros = self.deadline.load(Ordering::Acquire);
        (micros != NO_MOMENT).then(|| Duration::from_micros(micros))
    }

    pub(crate) fn lower_deadline(&self, moment: Moment) {
        self.deadline.fetch_min(micros(moment), Ordering::AcqRel);
    }

    pub(crate) fn set_next_timer(&self, moment: Option<Moment>) {
        let next = moment.map_or(NO_MOMENT, micros);
        let before = self.next_timer.swap(next, Ordering::AcqRel);
        if next != before && next != NO_MOMENT {
            self.wake_guard();
        }
    }

    pub(crate) fn next_timer(&self) -> Option<Moment> {
        let micros = self.next_timer.load(Ordering::Acquire);
        (micros != NO_MOMENT).then(|| Duration::from_micros(micros))
    }

    /// Whether it is the caller who tells how the process ends: the App when it is over, or the guard when it has to
    /// end the process. It is the first of them to ask, so that there is one report, and it has the exit code.
    pub(crate) fn take_last_word(&self) -> bool {
        !self.last_word.swap(true, Ordering::AcqRel)
    }

    pub(crate) fn is_last_word_taken(&self) -> bool {
        self.last_word.load(Ordering::Acquire)
    }

    pub(crate) fn set_ledger(&self, ledger: &Arc<Ledger>) {
        let _ = self.ledger.set(Arc::downgrade(ledger));
    }

    pub(crate) fn ledger(&self) -> Option<Arc<Ledger>> {
        self.ledger.get().and_then(Weak::upgrade)
    }

    pub(crate) fn set_guard(&self, waker: signals::Waker) {
        let at_first_request = waker.clone();
        self.requests.when_first_used(move || at_first_request.wake());
        let _ = self.guard.set(waker);
    }

    pub(crate) fn wake_guard(&self) {
        if let Some(guard) = self.guard.get() {
            guard.wake();
        }
    }
}

fn micros(moment: Moment) -> u64 {
    u64::try_from(moment.as_micros()).unwrap_or(NO_MOMENT)
}
