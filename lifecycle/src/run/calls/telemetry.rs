//! Events and measures, made in order by a thread of the library's: a subscriber or a recorder that blocks holds up what
//! comes after it there, and nothing else.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::Builder;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Span, dispatcher};

use crate::sys::locks::lock;
use crate::words::duration::show;

use super::faults::Faults;

/// Calls that wait at most; more are counted, and not made.
const MOST_WAITING: u64 = 10_000;

/// How long something that closes waits for what was told before.
const CATCH_UP: Duration = Duration::from_millis(50);

const SUBSCRIBER: &str = "a subscriber of `tracing` or a recorder of `metrics`";

pub(super) type Call = Box<dyn FnOnce(&mut Spans) + Send>;

/// The shutdown, and in it the phase that runs: a trace of it is a tree.
#[derive(Debug)]
pub(crate) struct Spans {
    pub(crate) shutdown: Span,
    pub(crate) phase: Span,
}

impl Default for Spans {
    fn default() -> Self {
        Self { shutdown: Span::none(), phase: Span::none() }
    }
}

enum Letter {
    Call(Call),
    /// All calls before this one have been made.
    Done(Box<dyn FnOnce() + Send>),
    /// There are no more.
    End,
}

/// Where calls are left for the thread, which is started for the first of them, and ends when this is dropped.
pub(super) struct Telemetry {
    thread: OnceLock<Option<Sender<Letter>>>,
    shared: Arc<Shared>,
}

struct Shared {
    faults: Arc<Faults>,
    /// The subscriber of the thread on which the App began to run, if there was one.
    dispatch: OnceLock<Option<Dispatch>>,
    /// Not there while a call is made.
    spans: Mutex<Spans>,
    began: Instant,
    asked: AtomicU64,
    made: AtomicU64,
    /// When the call that is being made was begun, in microseconds since `began`; 0: none is.
    busy_since: AtomicU64,
    lost: AtomicU64,
    /// How many had been made when a wait was in vain; `u64::MAX`: it has not happened.
    in_vain_at: AtomicU64,
    no_thread: AtomicBool,
}

impl Telemetry {
    pub(super) fn new(faults: Arc<Faults>) -> Self {
        let shared = Shared {
            faults,
            dispatch: OnceLock::new(),
            spans: Mutex::default(),
            began: Instant::now(),
            asked: AtomicU64::new(0),
            made: AtomicU64::new(0),
            busy_since: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            in_vain_at: AtomicU64::new(u64::MAX),
            no_thread: AtomicBool::new(false),
        };
        Self { thread: OnceLock::new(), shared: Arc::new(shared) }
    }

    /// Keeps this thread's subscriber. One that is set for the whole program later is found all the same.
    pub(super) fn begin(&self) {
        self.shared.dispatch.get_or_init(|| {
            let dispatch = dispatcher::get_default(Clone::clone);
            (!dispatch.is::<NoSubscriber>()).then_some(dispatch)
        });
    }

    /// Makes a call on this thread.
    pub(super) fn make(&self, call: impl FnOnce(&mut Spans)) {
        self.shared.make(call);
    }

    pub(super) fn send(&self, call: Call) {
        let shared = &self.shared;
        if shared.waiting() >= MOST_WAITING {
            shared.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        shared.asked.fetch_add(1, Ordering::AcqRel);
        if self.post(Letter::Call(call)).is_none() {
            shared.made.fetch_add(1, Ordering::AcqRel);
            shared.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn post(&self, letter: Letter) -> Option<()> {
        let thread = self.thread.get_or_init(|| self.start());
        thread.as_ref()?.send(letter).ok()
    }

    fn start(&self) -> Option<Sender<Letter>> {
        let (sender, letters) = channel();
        let shared = self.shared.clone();
        let thread = Builder::new().name("lifecycle-tells".to_owned()).spawn(move || shared.work(&letters));
        self.shared.no_thread.store(thread.is_err(), Ordering::Relaxed);
        thread.ok().map(|_| sender)
    }

    /// Ends the thread when it has made all calls so far.
    pub(super) fn end(&self) {
        if let Some(Some(thread)) = self.thread.get() {
            let _ = thread.send(Letter::End);
        }
    }

    pub(super) fn flush(&self, most: Duration) {
        if !self.shared.is_worth_waiting() {
            return;
        }
        let (done, made) = channel();
        let letter = Letter::Done(Box::new(move || {
            // The wait may be over.
            let _ = done.send(());
        }));
        if self.post(letter).is_some() && made.recv_timeout(most).is_err() {
            self.shared.waited_in_vain();
        }
    }

    pub(super) async fn caught_up(&self) {
        if !self.shared.is_worth_waiting() {
            return;
        }
        let (done, made) = oneshot::channel();
        let letter = Letter::Done(Box::new(move || {
            // The wait may be over.
            let _ = done.send(());
        }));
        if self.post(letter).is_some() && tokio::time::timeout(CATCH_UP, made).await.is_err() {
            self.shared.waited_in_vain();
        }
    }

    /// Whether a recorder of `metrics` is set for this thread alone: only here can it be called.
    #[cfg(feature = "metrics")]
    pub(super) fn has_recorder_of_this_thread(&self) -> bool {
        let (tell, told) = channel();
        let letter = Letter::Call(Box::new(move |_| {
            // It is asked for below.
            let _ = tell.send(recorder());
        }));
        self.shared.asked.fetch_add(1, Ordering::AcqRel);
        // Nothing of the user's runs for this, and nothing was asked for before: it is answered at once.
        self.post(letter).and_then(|()| told.recv().ok()).is_some_and(|there| there != recorder())
    }

    #[cfg(not(feature = "metrics"))]
    pub(super) fn has_recorder_of_this_thread(&self) -> bool {
        false
    }

    /// That it does not get on, for the report.
    pub(super) fn note(&self) -> Option<String> {
        let shared = &self.shared;
        let lost = shared.lost.load(Ordering::Relaxed);
        let stuck = shared.busy_for().filter(|_| shared.is_stuck());
        let unmade = lost + stuck.map_or(0, |_| shared.waiting());
        match stuck {
            Some(time) => {
                Some(format!("{SUBSCRIBER} has not returned for {}; {unmade} calls were not made", show(time)))
            }
            None if shared.no_thread.load(Ordering::Relaxed) => {
                Some(format!("no thread for `tracing` and `metrics`: {unmade} calls were not made"))
            }
            None => (lost > 0).then(|| format!("{SUBSCRIBER} is too slow: {lost} calls were not made")),
        }
    }
}

/// Which recorder calls of this thread reach.
#[cfg(feature = "metrics")]
fn recorder() -> usize {
    metrics::with_recorder(|recorder| std::ptr::from_ref(recorder).cast::<()>().addr())
}

impl Shared {
    fn work(&self, letters: &Receiver<Letter>) {
        for letter in letters {
            match letter {
                Letter::Call(call) => {
                    self.busy_since.store(self.now(), Ordering::Release);
                    self.make(call);
                    self.busy_since.store(0, Ordering::Release);
                    self.made.fetch_add(1, Ordering::AcqRel);
                }
                Letter::Done(done) => done(),
                Letter::End => break,
            }
        }
        // Spans that are still open end under the eyes of their own subscriber.
        self.make(|spans| *spans = Spans::default());
    }

    /// The spans are taken out meanwhile: a subscriber may come back here by what it calls itself.
    fn make(&self, call: impl FnOnce(&mut Spans)) {
        let mut spans = std::mem::take(&mut *lock(&self.spans));
        let dispatch = self.dispatch.get().and_then(Option::as_ref);
        self.faults.guard(SUBSCRIBER, || match dispatch {
            Some(dispatch) => dispatcher::with_default(dispatch, || call(&mut spans)),
            None => call(&mut spans),
        });
        *lock(&self.spans) = spans;
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX).max(1)
    }

    fn waiting(&self) -> u64 {
        self.asked.load(Ordering::Acquire).saturating_sub(self.made.load(Ordering::Acquire))
    }

    fn busy_for(&self) -> Option<Duration> {
        let since = self.busy_since.load(Ordering::Acquire);
        (since != 0).then(|| Duration::from_micros(self.now().saturating_sub(since)))
    }

    fn waited_in_vain(&self) {
        self.in_vain_at.store(self.made.load(Ordering::Acquire), Ordering::Release);
    }

    /// Whether a wait was in vain, and no call has come to its end since.
    fn is_stuck(&self) -> bool {
        self.in_vain_at.load(Ordering::Acquire) == self.made.load(Ordering::Acquire)
    }

    fn is_worth_waiting(&self) -> bool {
        self.waiting() > 0 && !self.is_stuck()
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry").field("waiting", &self.shared.waiting()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    fn telemetry() -> (Telemetry, Arc<Faults>) {
        let faults = Arc::new(Faults::default());
        (Telemetry::new(faults.clone()), faults)
    }

    #[test]
    fn calls_are_made_in_order_and_a_panic_keeps_none_from_its_turn() {
        let (telemetry, faults) = telemetry();
        let (told, heard) = channel();
        for number in 0..100 {
            let told = told.clone();
            telemetry.send(Box::new(move |_| {
                assert_ne!(number, 50, "not this one");
                told.send(number).unwrap();
            }));
        }
        telemetry.flush(LONG);
        assert!(heard.try_iter().eq((0..100).filter(|number| *number != 50)));
        assert!(faults.note().unwrap().contains("not this one"));
        assert_eq!(telemetry.note(), None);
    }

    #[test]
    fn one_that_does_not_return_is_waited_for_once_and_told() {
        let (telemetry, _) = telemetry();
        let (release, blocked) = channel::<()>();
        let (begins, begun) = channel();
        telemetry.send(Box::new(move |_| {
            begins.send(()).unwrap();
            let _ = blocked.recv();
        }));
        begun.recv_timeout(LONG).expect("it is called");
        telemetry.send(Box::new(|_| ()));
        telemetry.flush(Duration::from_millis(1));
        let began = Instant::now();
        telemetry.flush(LONG);
        assert!(began.elapsed() < LONG, "not a second time");
        let note = telemetry.note().unwrap();
        assert!(note.contains("has not returned for") && note.ends_with("2 calls were not made"), "{note}");
        drop(release);
        // It is worth waiting again.
        let ended = Instant::now();
        while telemetry.shared.waiting() > 0 {
            assert!(ended.elapsed() < LONG);
            std::thread::yield_now();
        }
        assert_eq!(telemetry.note(), None);
    }

    #[test]
    fn no_more_wait_than_may() {
        let (telemetry, _) = telemetry();
        let (release, blocked) = channel::<()>();
        telemetry.send(Box::new(move |_| {
            let _ = blocked.recv();
        }));
        for _ in 0..MOST_WAITING + 10 {
            telemetry.send(Box::new(|_| ()));
        }
        assert_eq!(telemetry.shared.waiting(), MOST_WAITING);
        assert_eq!(telemetry.shared.lost.load(Ordering::Relaxed), 11);
        drop(release);
    }
}
