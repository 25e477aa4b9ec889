//! Life signs of a component: written by the one thread that polls it, read by any.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::decide::Moment;
use crate::run::stop::clock::{Clock, Stamp};
use crate::run::stop::flags::Flags;
use crate::sys::locks::lock;
use crate::sys::trail::{DEEPEST, Walker};
use crate::words::place::AwaitPlace;

/// What was woken and is not polled for so long has no thread to run on. Less says nothing: it was told a moment ago.
const NO_THREAD: Duration = Duration::from_millis(10);

/// Life signs, written by the one thread that polls and read by anybody.
#[derive(Debug)]
pub(crate) struct Pulse {
    clock: Arc<Clock>,
    /// Odd while a poll is under way.
    beats: AtomicU64,
    /// When the last poll began.
    polled: Stamp,
    /// When it came to the `.await` at which it is: at the end of the poll in which it left a mark.
    arrived: Stamp,
    runs: AtomicU64,
    failures: AtomicU64,
    failures_in_a_row: AtomicU64,
    restarts: AtomicU64,
    /// When the next run begins, in microseconds since the App began; 0: none is put off.
    next_try: AtomicU64,
    /// A monitor has had too many failures in a row, and none of its runs went well since.
    alarmed: AtomicBool,
    /// It runs on a thread of its own, not on one of the runtime's.
    on_own_thread: AtomicBool,
    error: Mutex<Option<String>>,
    /// Which `.await` it is at.
    walker: Walker,
}

/// A look at a pulse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beat {
    pub(crate) in_poll: bool,
    pub(crate) polls: u64,
    /// Since its last poll began.
    pub(crate) since_poll: Option<Duration>,
    /// Since it came to where it waits.
    pub(crate) waiting: Option<Duration>,
    /// How often it was polled since it was asked to stop.
    pub(crate) polls_since_asked: Option<u64>,
    /// It was woken to hear something of the shutdown, and no thread has come to it since.
    pub(crate) unheard: bool,
    /// The last `.await` of each annotated function that it is in, from the outermost on.
    pub(crate) awaits: [Option<AwaitPlace>; DEEPEST],
    pub(crate) on_own_thread: bool,
}

impl Beat {
    /// The same of something that nobody polls at present.
    pub(crate) fn at_rest(self) -> Self {
        Self { since_poll: None, waiting: None, unheard: false, ..self }
    }
}

impl Pulse {
    pub(crate) fn new(name: Arc<str>, clock: Arc<Clock>) -> Self {
        Self {
            clock,
            beats: AtomicU64::new(0),
            polled: Stamp::default(),
            arrived: Stamp::default(),
            runs: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            failures_in_a_row: AtomicU64::new(0),
            restarts: AtomicU64::new(0),
            next_try: AtomicU64::new(0),
            alarmed: AtomicBool::new(false),
            on_own_thread: AtomicBool::new(false),
            error: Mutex::default(),
            walker: Walker::new(name),
        }
    }

    /// Runs a poll with its `.await`s marked.
    pub(crate) fn within<T>(&self, poll: impl FnOnce() -> T) -> T {
        self.walker.within(poll)
    }

    /// Marks a poll; it ends when the mark is dropped, by a panic too.
    pub(crate) fn poll(&self) -> impl Drop + '_ {
        struct Mark<'a>(&'a Pulse);
        impl Drop for Mark<'_> {
            fn drop(&mut self) {
                self.0.poll_ends();
            }
        }
        self.polled.set(&self.clock);
        self.beat();
        Mark(self)
    }

    fn poll_ends(&self) {
        if self.walker.trail.has_moved() {
            self.arrived.set(&self.clock);
        }
        self.beat();
    }

    /// Whoever sees it sees what was noted before.
    fn beat(&self) {
        self.beats.store(self.beats.load(Ordering::Relaxed) + 1, Ordering::Release);
    }

    /// The body is over: it stands nowhere any more.
    pub(crate) fn body_ends(&self) {
        self.walker.trail.clear_all();
    }

    /// Whether a poll is under way.
    pub(crate) fn is_in_poll(&self) -> bool {
        self.beats.load(Ordering::Acquire) % 2 == 1
    }

    /// How often it was polled, the present poll included.
    pub(crate) fn polls(&self) -> u64 {
        self.beats.load(Ordering::Acquire).div_ceil(2)
    }

    /// What there is to see, with what the component's flags know of it.
    pub(crate) fn look(&self, flags: &Flags) -> Beat {
        let beats = self.beats.load(Ordering::Acquire);
        let (in_poll, polls) = (beats % 2 == 1, beats.div_ceil(2));
        let awaits = self.walker.trail.sites().map(|site| site.map(|site| site.0));
        let waits = !in_poll && awaits.iter().any(Option::is_some);
        let on_own_thread = self.on_own_thread.load(Ordering::Relaxed);
        Beat {
            in_poll,
            polls,
            since_poll: self.polled.age(&self.clock),
            waiting: self.arrived.age(&self.clock).filter(|_| waits),
            polls_since_asked: flags.asked_after().map(|before| polls.saturating_sub(before)),
            unheard: !in_poll && !on_own_thread && flags.unheard_for().is_some_and(|time| time >= NO_THREAD),
            awaits,
            on_own_thread,
        }
    }

    pub(crate) fn run_begins(&self) {
        self.runs.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn run_failed(&self, error: String) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.failures_in_a_row.fetch_add(1, Ordering::Relaxed);
        *lock(&self.error) = Some(error);
    }

    pub(crate) fn run_went_well(&self) {
        self.failures_in_a_row.store(0, Ordering::Relaxed);
    }

    /// The next run is put off until then.
    pub(crate) fn backs_off(&self, next_try: Moment) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(next_try.as_micros()).unwrap_or(u64::MAX);
        self.next_try.store(micros.max(1), Ordering::Relaxed);
    }

    pub(crate) fn is_back(&self) {
        self.next_try.store(0, Ordering::Relaxed);
    }

    pub(crate) fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::Relaxed)
    }

    /// When it comes back, if it is away.
    pub(crate) fn next_try(&self) -> Option<Moment> {
        let micros = self.next_try.load(Ordering::Relaxed);
        (micros != 0).then(|| Moment::from_micros(micros))
    }

    pub(crate) fn runs_on_own_thread(&self) {
        self.on_own_thread.store(true, Ordering::Relaxed);
    }

    pub(crate) fn set_alarmed(&self, alarmed: bool) {
        self.alarmed.store(alarmed, Ordering::Relaxed);
    }

    pub(crate) fn is_alarmed(&self) -> bool {
        self.alarmed.load(Ordering::Relaxed)
    }

    /// An error that is no failed run.
    pub(crate) fn note(&self, error: String) {
        *lock(&self.error) = Some(error);
    }

    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    pub(crate) fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// How many of the last runs failed, one after the other.
    pub(crate) fn failures_in_a_row(&self) -> u64 {
        self.failures_in_a_row.load(Ordering::Relaxed)
    }

    pub(crate) fn last_error(&self) -> Option<String> {
        lock(&self.error).clone()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;
    use crate::run::calls::Calls;
    use crate::run::stop::flags::AppFlags;
    use crate::sys::trail::{Site, mark};

    const MS: Duration = Duration::from_millis(1);

    static SITE: Site = Site::new("a.rs", 1, 1, "one()");

    /// A pulse by the paused clock, with its flags.
    fn paused() -> (Pulse, Flags) {
        let clock = Clock::new();
        clock.follow_runtime();
        (Pulse::new("task".into(), Arc::new(clock)), Flags::new(AppFlags::default(), Calls::here()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_pulse_tells_inside_from_outside_and_for_how_long() {
        let (pulse, flags) = paused();
        assert_eq!(pulse.look(&flags), Beat::default());
        let mark = pulse.poll();
        advance(2 * MS).await;
        let inside = Beat { in_poll: true, polls: 1, since_poll: Some(2 * MS), ..Beat::default() };
        assert_eq!(pulse.look(&flags), inside);
        drop(mark);
        advance(MS).await;
        assert_eq!(pulse.look(&flags), Beat { in_poll: false, since_poll: Some(3 * MS), ..inside });
    }

    /// A poll of a body that comes to an `.await` in it, or stays where it is.
    async fn poll_for(pulse: &Pulse, time: Duration, comes_to_an_await: bool) {
        let poll = pulse.poll();
        advance(time).await;
        pulse.within(|| comes_to_an_await.then(|| mark(&SITE)));
        drop(poll);
    }

    #[tokio::test(start_paused = true)]
    async fn it_waits_from_the_end_of_the_poll_in_which_it_came_there_and_later_polls_change_nothing() {
        let (pulse, flags) = paused();
        let times = || {
            let beat = pulse.look(&flags);
            (beat.waiting, beat.since_poll)
        };
        poll_for(&pulse, 5 * MS, true).await;
        assert_eq!(times(), (Some(Duration::ZERO), Some(5 * MS)));
        advance(MS).await;
        poll_for(&pulse, 3 * MS, false).await;
        assert_eq!(times(), (Some(4 * MS), Some(3 * MS)));
        // The next item of the same loop.
        poll_for(&pulse, 7 * MS, true).await;
        assert_eq!(times(), (Some(Duration::ZERO), Some(7 * MS)));
        pulse.body_ends();
        assert_eq!(times(), (None, Some(7 * MS)));
    }

    #[tokio::test(start_paused = true)]
    async fn polls_are_counted_from_the_moment_at_which_it_was_asked() {
        let (pulse, flags) = paused();
        drop(pulse.poll());
        assert_eq!(pulse.look(&flags).polls_since_asked, None);
        flags.ask(pulse.polls());
        assert_eq!(pulse.look(&flags).polls_since_asked, Some(0));
        drop(pulse.poll());
        flags.ask(pulse.polls());
        assert_eq!(pulse.look(&flags).polls_since_asked, Some(1), "the first time counts");
    }
}
