//! The guard: a plain thread that hears the signals and holds the deadline, whatever the runtime does. What it can reach is
//! its [`View`], so it runs no user code.

mod ending;
mod hearing;

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Weak};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crate::decide::exit_code::GuardEnd;
use crate::sys::panics;
use crate::words::outcome::ExitCode;
use crate::words::phase::Phase;
use crate::words::reason::{Signal, State};

use crate::run::process::last_closes::{LastCloses, LastResort, Reach};
use crate::run::process::start_error::StartError;
use crate::run::process::view::View;
use crate::run::signals::{self, Inbox, Received, Subscription, Waker};
use crate::run::stop::deadline::LastWord;

/// Time after the total before the guard ends the process: the App itself ends within the total, so what is
/// still here then is stuck. With the time to write the report, 250 ms are promised.
const PATIENCE: Duration = Duration::from_millis(120);
/// Time after the total for an App that is over to have its report written, in place of [`PATIENCE`].
const REPORT_PATIENCE: Duration = Duration::from_millis(150);
/// Longest wait for the guard's own report in place of that.
const LATE_WORDS: Duration = Duration::from_millis(70);
/// How long it rests after a panic of its own, which may come again at once.
const REST: Duration = Duration::from_millis(10);
/// How late the coordinator's alarm may be. Tokio's timers stand still while all workers are blocked; the
/// coordinator itself does not, so the guard wakes it in their place.
const LATE_ALARM: Duration = Duration::from_millis(20);
/// How late the coordinator's alarm may be within the reserve of *force_cleanup* before the guard closes in its place what
/// needs no runtime: this, or a quarter of the reserve if that is shorter.
const STUCK: Duration = Duration::from_millis(100);
/// How often the progress of a shutdown is told.
const PROGRESS: Duration = Duration::from_secs(1);
/// How often the guard has a look at the requests in flight: so exact are their ages.
const LOOK: Duration = Duration::from_secs(1);
/// How long after the start the handlers of signals are looked at once more: a `main` that installs one does so by then.
const HANDLERS_LOOK: Duration = Duration::from_secs(1);

/// The guard of one App.
pub(crate) struct Guard {
    finish: Arc<Finish>,
    waker: Waker,
    thread: Option<JoinHandle<()>>,
    subscription: Option<Subscription>,
}

/// Whether the App is over, and with which code: 0 is "no", 1 "yes, stand down", 2 + code "yes, and the
/// process is about to exit with this code".
#[derive(Debug, Default)]
struct Finish(AtomicU16);

/// What a guard is to do besides watching.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duties {
    /// Hear signals.
    pub(crate) signals: bool,
    /// End the process at its deadline.
    pub(crate) deadline: bool,
}

impl Guard {
    /// Starts it. From here on signals are heard. If it cannot be had, nothing is left of it.
    pub(crate) fn start(duties: Duties, view: View, closes: Weak<dyn LastCloses>) -> Result<Self, StartError> {
        let (inbox, waker) = signals::inbox().map_err(StartError::without("no descriptors for the guard"))?;
        let subscription = duties.signals.then(|| signals::subscribe(&waker)).transpose();
        let subscription = subscription.map_err(StartError::without("its signals cannot be heard"))?;
        let attach = view.attach();
        let finish = Arc::new(Finish::default());
        let watch = Watch {
            view,
            ends_process: duties.deadline,
            finish: finish.clone(),
            called_off: 0,
            interrupts: 0,
            last_interrupt: None,
            force_answer: None,
            next_progress: None,
            signals: waker.clone(),
            looks_again: None,
            looked: None,
            rung: None,
            finished: None,
            last_resort: LastResort::new(closes),
            has_panicked: false,
        };
        let thread = Builder::new().name("lifecycle-guard".to_owned());
        let thread = thread.spawn(move || {
            if duties.signals {
                // Whatever the thread that starts the App keeps blocked, or was started with.
                signals::let_through();
            }
            watch.run(inbox);
        });
        let thread = thread.map_err(StartError::without("no thread for the guard"))?;
        // Only now, so that nothing keeps the inbox if there is no thread. What happened meanwhile is seen at this wake.
        attach(waker.clone());
        waker.wake();
        Ok(Self { finish, waker, thread: Some(thread), subscription })
    }

    /// The App is over and the process is about to exit with this code: the guard sees to it that it does.
    pub(crate) fn expect_exit(mut self, code: ExitCode) {
        self.finish.0.store(2 + u16::from(code.get()), Ordering::Release);
        self.waker.wake();
        // Signals stay ours until the process is gone: with the old dispositions back, one more SIGTERM of a
        // storm would kill a process that has ended cleanly.
        std::mem::forget(self.subscription.take());
        // It goes on watching, on its own.
        self.thread = None;
    }
}

/// The App is over, and the process goes on without it.
impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.finish.0.store(1, Ordering::Release);
            self.waker.wake();
            self.subscription = None;
            let _ = thread.join();
        }
    }
}

struct Watch {
    view: View,
    ends_process: bool,
    finish: Arc<Finish>,
    /// How many shutdowns were called off, as far as it has noticed.
    called_off: usize,
    /// SIGINTs since then.
    interrupts: u32,
    last_interrupt: Option<Instant>,
    force_answer: Option<Instant>,
    next_progress: Option<Duration>,
    signals: Waker,
    /// When the handlers are looked at once more, though nothing has happened.
    looks_again: Option<Duration>,
    /// When the requests were last looked at.
    looked: Option<Duration>,
    /// The alarm that was rung last.
    rung: Option<Duration>,
    finished: Option<Instant>,
    last_resort: LastResort,
    /// It has panicked, and said so.
    has_panicked: bool,
}

impl Watch {
    fn run(mut self, mut inbox: Inbox) {
        loop {
            let wait = self.survive(|watch| watch.time_to_next()).unwrap_or(Some(REST));
            let received = inbox.wait(wait);
            if self.finish.0.load(Ordering::Acquire) == 1 {
                return;
            }
            self.survive(|watch| watch.turn(&received));
        }
    }

    /// A panic here would be a fault of the library's. It is said, and the guard goes on: nothing else hears the signals.
    fn survive<T>(&mut self, turn: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let panic = match panics::catch(|| turn(self)) {
            Ok(done) => return Some(done),
            Err(panic) => panic,
        };
        if !std::mem::replace(&mut self.has_panicked, true) {
            self.view.say(format!("lifecycle: the guard {panic}; it goes on, and this is a fault of lifecycle"));
        }
        std::thread::sleep(REST);
        None
    }

    fn turn(&mut self, received: &Received) {
        match self.finish.0.load(Ordering::Acquire) {
            0 => {
                self.notice_what_was_called_off();
                for signal in received.signals.iter() {
                    self.hear(signal, received.hangup);
                }
                self.look();
            }
            1 => {}
            // The report is out: its code stands.
            code if received.signals.contains(Signal::Quit) => signals::exit_now(i32::from(code - 2)),
            code => self.see_off(code - 2),
        }
    }

    /// Until when nothing is to be done unless something is heard.
    fn time_to_next(&self) -> Option<Duration> {
        if let Some(finished) = self.finished {
            return Some(self.farewell_left(finished));
        }
        let now = self.view.now();
        match self.view.last_word() {
            LastWord::Open => {}
            LastWord::App => return self.report_deadline().map(|deadline| deadline.saturating_sub(now)),
            LastWord::Reported | LastWord::Guard => return None,
        }
        let deadline = self.deadline().map(|deadline| deadline.saturating_sub(now));
        let progress = self.next_progress.map(|next| next.saturating_sub(now));
        let answer = self.force_answer.map(|answer| answer.saturating_duration_since(Instant::now()));
        let alarm = self.late_alarm().map(|late| late.saturating_sub(now));
        let look = next_look(self.view.has_requests(), self.looked).map(|next| next.saturating_sub(now));
        let handlers = self.looks_again.map(|next| next.saturating_sub(now)).filter(|left| !left.is_zero());
        let closes = self.last_closes().map(|begin| begin.saturating_sub(now));
        [deadline, progress, answer, alarm, look, handlers, closes].into_iter().flatten().min()
    }

    /// When closes are begun in the coordinator's place, if it does not answer until then: within the reserve, which it
    /// should have begun to use.
    fn last_closes(&self) -> Option<Duration> {
        if !self.ends_process || self.last_resort.has_begun() {
            return None;
        }
        let reserve = self.view.reserve();
        let reserve_begins = self.view.deadline()?.saturating_sub(reserve);
        // Without an alarm it has not yet heard of the request: in a shutdown it always has one.
        let alarm = self.view.next_timer().unwrap_or_default();
        Some(alarm.max(reserve_begins) + STUCK.min(reserve / 4))
    }

    fn close_what_can_be(&mut self, now: Duration) {
        if self.last_closes().is_some_and(|begin| now >= begin) {
            let deadline = self.view.deadline().unwrap_or(now);
            // It is not waited for: if the runtime comes back meanwhile, it goes on with what is left.
            drop(self.last_resort.begin(Reach::All, Instant::now() + deadline.saturating_sub(now)));
        }
    }

    /// When the coordinator's next alarm would be late, unless it was rung already.
    fn late_alarm(&self) -> Option<Duration> {
        let alarm = self.view.next_timer()?;
        (self.rung != Some(alarm)).then_some(alarm + LATE_ALARM)
    }

    fn ring(&mut self, now: Duration) {
        if self.late_alarm().is_some_and(|late| now >= late) {
            self.rung = self.view.next_timer();
            self.view.ring();
        }
    }

    /// The moment at which the process is ended.
    fn deadline(&self) -> Option<Duration> {
        Some(self.budget_ends()?.saturating_add(PATIENCE))
    }

    /// The same for an App that is over, but whose report is not out yet.
    fn report_deadline(&self) -> Option<Duration> {
        Some(self.budget_ends()?.saturating_add(REPORT_PATIENCE))
    }

    /// When the budget is used up. While the App starts, that is when the coordinator has missed its own alarm for as long
    /// as taking the start back may last: then the runtime is stuck.
    fn budget_ends(&self) -> Option<Duration> {
        if !self.ends_process {
            return None;
        }
        self.view.deadline().or_else(|| {
            let alarm = self.view.next_timer().filter(|_| self.view.is(State::Starting))?;
            Some(alarm + self.view.reserve())
        })
    }

    fn look(&mut self) {
        match self.view.last_word() {
            LastWord::Open => {}
            LastWord::App => return self.look_at_report(),
            LastWord::Reported | LastWord::Guard => return,
        }
        if self.force_answer.is_some_and(|answer| Instant::now() >= answer) {
            self.force_answer = None;
            if self.view.phase() != Some(Phase::ForceCleanup) {
                self.end(
                    GuardEnd::Interrupted,
                    format!(
                        "the runtime did not answer a repeated {}: something blocks its threads",
                        Signal::Interrupt
                    ),
                );
            }
        }
        let now = self.view.now();
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.end(
                GuardEnd::TimeOver,
                "the guard ended the process: its time was over, and something blocks it".to_owned(),
            );
        }
        self.ring(now);
        self.close_what_can_be(now);
        self.look_at_handlers(now);
        self.look_at_requests(now);
        self.tell_progress(now);
    }

    /// The App is over and writes its report, for which it has a bound of its own. That it comes out is seen to all the same.
    fn look_at_report(&mut self) {
        let now = self.view.now();
        if self.report_deadline().is_some_and(|deadline| now >= deadline) {
            let note = "the guard ended the process: the App was over, and its report did not come out in time";
            self.end_within(GuardEnd::TimeOver, note.to_owned(), LATE_WORDS);
        }
    }

    /// At each wake: it is woken when the start is over, and when a phase begins.
    fn look_at_handlers(&mut self, now: Duration) {
        self.view.tell_replaced(self.signals.newly_replaced());
        if self.looks_again.is_none() && self.view.is(State::Running) {
            self.looks_again = Some(now + HANDLERS_LOOK);
        }
    }

    fn look_at_requests(&mut self, now: Duration) {
        if next_look(self.view.has_requests(), self.looked).is_some_and(|next| now >= next) {
            self.view.look_at_requests();
            self.looked = Some(now);
        }
    }

    fn tell_progress(&mut self, now: Duration) {
        let Some(since) = self.view.request_age() else { return };
        let next = *self.next_progress.get_or_insert(now.saturating_sub(since) + PROGRESS);
        if now >= next {
            self.next_progress = Some(now + PROGRESS);
            self.view.tell_progress();
        }
    }
}

/// When the requests are to be looked at. A program without requests is never woken for it.
fn next_look(has_requests: bool, looked: Option<Duration>) -> Option<Duration> {
    has_requests.then(|| looked.map_or(Duration::ZERO, |looked| looked + LOOK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_looked_at_once_a_second_and_only_if_there_ever_was_one() {
        assert_eq!(next_look(false, None), None);
        assert_eq!(next_look(true, None), Some(Duration::ZERO));
        assert_eq!(next_look(true, Some(Duration::from_secs(7))), Some(Duration::from_secs(8)));
    }

    /// What owns user code, or calls it, is not among what the guard knows: neither by name nor by way of its view. The last
    /// closes run on a thread of their own, and the guard does not own them.
    #[test]
    fn the_guard_reaches_nothing_that_runs_user_code() {
        let of = |source: &'static str| source.split("#[cfg(test)]").next().unwrap_or(source);
        let known = |line: &&str| line.starts_with("use crate::run::") || line.starts_with("use crate::");
        let files = [include_str!("guard.rs"), include_str!("guard/ending.rs"), include_str!("guard/hearing.rs")];
        let guard: Vec<&str> = files.into_iter().flat_map(|file| of(file).lines().filter(known)).collect();
        for (line, may) in guard.iter().map(|line| {
            let may = [
                "decide::exit_code",
                "sys::panics",
                "words::",
                "run::process::start_error",
                "run::process::view",
                "run::signals",
                "run::process::last_closes",
            ];
            (line, may.iter().any(|may| line.contains(may)) || line.contains("run::stop::deadline::LastWord"))
        }) {
            assert!(may, "the guard must not know of this: {line}");
        }
        let view = of(include_str!("view.rs"));
        let fields = view.split_once("pub(crate) struct View {").unwrap().1.split_once('}').unwrap().0;
        let fields: Vec<&str> = fields.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let plain =
            ["state: Arc<StopState>,", "relay: Relay,", "clerk: Clerk,", "scribe: Scribe,", "path: Option<PathBuf>,"];
        assert_eq!(fields, plain);
    }
}
