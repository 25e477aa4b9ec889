//! Life signs of a component: written by the one thread that polls it, read by any.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::run::record::counts::Counts;
use crate::run::stop::clock::{Clock, Stamp};
use crate::run::stop::flags::Flags;
use crate::sys::branches::{self, Branches};
use crate::sys::locks::lock;
use crate::sys::site::Site;
use crate::sys::trail::{DEEPEST, Walker};
use crate::words::place::AwaitPlace;

/// How often a component is looked at anew when it was polled meanwhile.
const LOOKS: usize = 8;

/// What was woken and is not polled for so long has no thread to run on. Less says nothing: it was told a moment ago.
const NO_THREAD: Duration = Duration::from_millis(10);

/// Life signs, written by the one thread that polls and read by any thread.
#[derive(Debug)]
pub(crate) struct Pulse {
    clock: Arc<Clock>,
    /// Odd while a poll is under way.
    beats: AtomicU64,
    /// When the last poll began.
    polled: Stamp,
    /// When it came to the `.await` at which it is: at the end of the poll in which it left a mark.
    arrived: Stamp,
    /// The same of the async blocks in it.
    branched: Stamp,
    /// It runs on a thread of its own, not on one of the runtime's.
    on_own_thread: AtomicBool,
    counts: Mutex<Counts>,
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
    /// Where the async blocks stand that run side by side in it.
    pub(crate) branches: [Option<AwaitPlace>; branches::MOST],
    /// There are more of them.
    pub(crate) more_branches: bool,
    pub(crate) on_own_thread: bool,
}

impl Pulse {
    pub(crate) fn new(name: Arc<str>, clock: Arc<Clock>) -> Self {
        Self {
            clock,
            beats: AtomicU64::new(0),
            polled: Stamp::default(),
            arrived: Stamp::default(),
            branched: Stamp::default(),
            on_own_thread: AtomicBool::new(false),
            counts: Mutex::default(),
            walker: Walker::new(name),
        }
    }

    /// Whether time is that of a test, which moves it.
    pub(crate) fn is_on_paused_clock(&self) -> bool {
        self.clock.is_paused()
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
        if self.walker.branches().is_some_and(Branches::has_moved) {
            self.branched.set(&self.clock);
        }
        self.beat();
    }

    /// A thread that sees it sees what was noted before.
    fn beat(&self) {
        self.beats.store(self.beats.load(Ordering::Relaxed) + 1, Ordering::Release);
    }

    /// The body is over: it stands nowhere any more.
    pub(crate) fn body_ends(&self) {
        self.walker.clear();
    }

    /// Whether a poll is under way.
    pub(crate) fn is_in_poll(&self) -> bool {
        self.beats.load(Ordering::Acquire) % 2 == 1
    }

    /// How often it was polled, the present poll included.
    pub(crate) fn polls(&self) -> u64 {
        self.beats.load(Ordering::Acquire).div_ceil(2)
    }

    /// What there is to see, with what the component's flags know of it. A poll that begins or ends meanwhile would mix two
    /// moments; then it looks again, but not for ever at one that is polled all the time.
    pub(crate) fn look(&self, flags: &Flags) -> Beat {
        for _ in 0..LOOKS {
            let (beats, beat) = self.look_once(flags);
            fence(Ordering::Acquire);
            if self.beats.load(Ordering::Relaxed) == beats {
                return beat;
            }
        }
        self.look_once(flags).1
    }

    fn look_once(&self, flags: &Flags) -> (u64, Beat) {
        let beats = self.beats.load(Ordering::Acquire);
        let (in_poll, polls) = (beats % 2 == 1, beats.div_ceil(2));
        let awaits = self.walker.trail.sites().map(|site| site.map(place));
        let branches = self.walker.branches();
        let more_branches = branches.is_some_and(Branches::has_others);
        let branches = branches.map(Branches::sites).unwrap_or_default().map(|site| site.map(place));
        let in_branches = branches.iter().any(Option::is_some);
        let waits = !in_poll && (in_branches || awaits.iter().any(Option::is_some));
        let arrived = if in_branches { &self.branched } else { &self.arrived };
        let on_own_thread = self.on_own_thread.load(Ordering::Relaxed);
        let beat = Beat {
            in_poll,
            polls,
            since_poll: self.polled.age(&self.clock),
            waiting: arrived.age(&self.clock).filter(|_| waits),
            polls_since_asked: flags.asked_after().map(|before| polls.saturating_sub(before)),
            unheard: !in_poll && !on_own_thread && flags.unheard_for().is_some_and(|time| time >= NO_THREAD),
            awaits,
            branches,
            more_branches,
            on_own_thread,
        };
        (beats, beat)
    }

    /// What is counted of its runs, as one.
    pub(crate) fn counts(&self) -> Counts {
        lock(&self.counts).clone()
    }

    /// Changes the counts, all of it at once. Once or twice in a run, and never in a poll.
    pub(crate) fn count<T>(&self, change: impl FnOnce(&mut Counts) -> T) -> T {
        change(&mut lock(&self.counts))
    }

    pub(crate) fn run_begins(&self) {
        self.count(|counts| counts.runs += 1);
    }

    pub(crate) fn runs_on_own_thread(&self) {
        self.on_own_thread.store(true, Ordering::Relaxed);
    }

    /// An error that is no failed run.
    pub(crate) fn note(&self, error: String) {
        self.count(|counts| counts.error = Some(error));
    }
}

fn place(site: &Site) -> AwaitPlace {
    AwaitPlace::new(site.file, site.line, site.column, site.text)
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;
    use crate::run::calls::Calls;
    use crate::run::stop::flags::AppFlags;
    use crate::sys::site::Site;
    use crate::sys::trail::mark;

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
