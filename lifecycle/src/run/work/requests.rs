//! What a server counts: requests in flight, and listeners that still accept.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::sys::locks::lock;
use crate::words::report::OldestRequest;

use crate::run::work::gate::{Busy, Gates, Pass};

#[cfg(feature = "tower")]
use self::announced::{Announced, Mark};

/// Counts requests in flight, and refuses new ones once shutdown drains.
///
/// Ask for it as a parameter of a task, and wrap each unit of work that a client waits for in an [`InFlight`]
/// guard. Shutdown then works in two steps:
///
/// 1. *stop_new_work*: [`try_begin`](Requests::try_begin) answers `None` from now on. The phase ends when every
///    [`Acceptor`] has been dropped.
/// 2. *complete_current* ends as soon as no guard is left. Those that remain when its time is over are counted as
///    lost in the report, by name.
///
/// # Guarantees
///
/// - **Nothing slips between refusal and count.** They are one atomic word: a request is either counted before
///   the refusal began, and then waited for, or it is refused. Once none was seen in flight after the refusal
///   began, `try_begin` lets none in any more.
/// - **Counting is cheap, from any thread.** Beginning and ending a request is an atomic addition and a
///   subtraction, mostly on a cache line that the thread has to itself; nothing is allocated, and no lock is
///   taken except for the first request under a new name.
/// - **A guard may live anywhere.** It is `Send` and `'static`, may be dropped on another thread than it was made
///   on, and may outlive everything else, as a response body does. One that is never dropped costs the rest of
///   the phase, and is reported.
///
/// Names are for the report: a few fixed ones such as `"http"` or `"orders"`, not one for each client. A name is
/// remembered as long as the App lives.
///
/// A clone counts in the same place, and costs as much as the clone of an `Arc`.
///
/// # Example
///
/// ```no_run
/// use lifecycle::{Requests, Shutdown};
/// use tokio::net::{TcpListener, TcpStream};
///
/// async fn serve(listener: TcpListener, requests: Requests, shutdown: Shutdown) -> std::io::Result<()> {
///     let acceptor = requests.acceptor("orders");
///     while let Some(accepted) = shutdown.until_draining(listener.accept()).await {
///         let (connection, _) = accepted?;
///         // It was accepted, so it is counted in any case.
///         let in_flight = requests.begin("orders");
///         tokio::spawn(async move {
///             answer(connection).await;
///             drop(in_flight);
///         });
///     }
///     drop(listener);
///     drop(acceptor); // nothing new comes from here
///     Ok(())
/// }
///
/// async fn answer(connection: TcpStream) { /* … */ }
/// ```
#[derive(Clone)]
pub struct Requests {
    inner: Arc<Inner>,
}

struct Inner {
    gates: Gates,
    #[cfg(feature = "tower")]
    announced: Announced,
    /// Ages count from here, by the system's clock: the guard has a look at them, and it is in no runtime.
    began: Instant,
    /// Few, and touched when a server starts and stops: a list will do.
    acceptors: Mutex<Vec<(&'static str, usize)>>,
    acceptor_gone: Notify,
}

impl Requests {
    pub(crate) fn new() -> Requests {
        let inner = Inner {
            gates: Gates::new(),
            #[cfg(feature = "tower")]
            announced: Announced::new(),
            began: Instant::now(),
            acceptors: Mutex::new(Vec::new()),
            acceptor_gone: Notify::new(),
        };
        Requests { inner: Arc::new(inner) }
    }

    /// Begins a request under `name`, or answers `None` because shutdown drains: then refuse it, so that the
    /// client can go elsewhere.
    ///
    /// For work that has not been accepted yet. It never waits.
    ///
    /// ```no_run
    /// # use lifecycle::Requests;
    /// # fn answer() -> &'static str { "200" }
    /// fn handle(requests: &Requests) -> &'static str {
    ///     let Some(_in_flight) = requests.try_begin("http") else {
    ///         return "503";
    ///     };
    ///     answer()
    /// }
    /// ```
    #[inline]
    #[must_use = "the request counts only as long as the guard lives"]
    pub fn try_begin(&self, name: &'static str) -> Option<InFlight> {
        self.inner.gates.try_enter(name).map(InFlight::new)
    }

    /// Begins a request under `name` and counts it in any case, even while shutdown drains.
    ///
    /// For work that was accepted already: a connection taken from the accept queue, a message taken from a
    /// broker. It is waited for if it begins while something else is still counted or an [`Acceptor`] still
    /// lives; begun after that, it may find that shutdown has gone on. It never waits.
    #[inline]
    #[must_use = "the request counts only as long as the guard lives"]
    pub fn begin(&self, name: &'static str) -> InFlight {
        InFlight::new(self.inner.gates.enter(name))
    }

    /// How many requests are in flight, under all names together.
    ///
    /// A snapshot: with other threads at work it may be out of date when it is returned.
    pub fn in_flight(&self) -> usize {
        self.inner.gates.total()
    }

    /// How many requests are in flight under each name, in the order in which the names were first used; zero
    /// for a name under which there is none now.
    pub fn by_name(&self) -> Vec<(&'static str, usize)> {
        self.inner.gates.counts()
    }

    /// The request that has been in flight for the longest time; `None` if there is none.
    ///
    /// No time is taken when a request begins. Instead, the guard thread has a look at the requests once a second, as
    /// does every call of this method: what is there is at least as old as that look. So [`age`](OldestRequest::age) is
    /// never too high, and too low by about a second at most; of a request that no look has met yet it is zero. It is
    /// less exact
    ///
    /// - without a guard thread (an App with neither [`guard`](crate::AppBuilder::guard) nor
    ///   [`signals`](crate::AppBuilder::signals)): by the time between two calls of this method;
    /// - while there are requests in flight that began between 64 different looks or more: by an eighth of the greatest
    ///   age.
    ///
    /// It is measured by the system's clock, which goes on where tokio's is paused. It takes some microseconds and a
    /// lock, for which no request waits: call it for a status page, not for each request.
    ///
    /// ```no_run
    /// # fn tell(requests: lifecycle::Requests) {
    /// if let Some(oldest) = requests.oldest() {
    ///     println!("`{}` has been in flight for at least {:?}", oldest.name, oldest.age);
    /// }
    /// # }
    /// ```
    pub fn oldest(&self) -> Option<OldestRequest> {
        Busy::oldest(&self.busy()).map(|busy| busy.oldest_request())
    }

    /// The names under which requests are in flight, with the age of the oldest of each. It is a look as well.
    pub(crate) fn busy(&self) -> Vec<Busy> {
        self.inner.gates.busy(self.clock())
    }

    /// To be called about once a second, for the ages' sake.
    pub(crate) fn look(&self) {
        self.inner.gates.look(self.clock());
    }

    /// Whether there ever was a request.
    pub(crate) fn is_used(&self) -> bool {
        self.inner.gates.is_used()
    }

    /// Calls that when the first request begins, on its thread. Only the first call of this counts.
    pub(crate) fn when_first_used(&self, tell: impl Fn() + Send + Sync + 'static) {
        self.inner.gates.when_first_used(tell);
    }

    fn clock(&self) -> impl Fn() -> Duration {
        let began = self.inner.began;
        move || began.elapsed()
    }

    /// Whether [`try_begin`](Requests::try_begin) refuses: true from the beginning of *stop_new_work*.
    ///
    /// To decide about a request, call `try_begin`: between this question and its answer shutdown may begin.
    pub fn is_refusing(&self) -> bool {
        self.inner.gates.is_closed()
    }

    /// Says that a listener takes new work from now on: *stop_new_work* lasts until the guard is dropped, or
    /// until its time is over. Drop it when the accept queue is empty and the listener closed. `name` stands in
    /// the report if that takes too long.
    #[must_use = "the listener counts as closed as soon as the guard is dropped"]
    pub fn acceptor(&self, name: &'static str) -> Acceptor {
        let mut acceptors = self.inner.acceptors();
        match acceptors.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => acceptors.push((name, 1)),
        }
        drop(acceptors);
        Acceptor { inner: Arc::clone(&self.inner), name }
    }

    /// Tells marks whether shutdown was asked for.
    #[cfg(feature = "tower")]
    pub(crate) fn announce(&self, is_announced: bool) {
        self.inner.announced.set(is_announced);
    }

    /// Whether shutdown was asked for, to be looked at without a reference to this.
    #[cfg(feature = "tower")]
    pub(crate) fn mark(&self) -> Mark {
        self.inner.announced.mark()
    }

    /// Refuses new requests from now on, and wakes no waiter: for the guard's thread.
    pub(crate) fn refuse(&self) {
        self.inner.gates.shut(self.clock());
    }

    /// Refuses new requests from now on.
    pub(crate) fn close(&self) {
        self.inner.gates.close(self.clock());
    }

    /// Lets new requests begin again.
    pub(crate) fn reopen(&self) {
        self.inner.gates.reopen(self.clock());
    }

    /// Waits until no request is in flight. Only after [`close`](Requests::close). Cancel safe.
    pub(crate) async fn idle(&self) {
        self.inner.gates.idle().await;
    }

    /// How many requests were refused.
    #[cfg(test)]
    pub(crate) fn refused(&self) -> u64 {
        self.inner.gates.refused() as u64
    }

    /// How many requests were refused, by name.
    pub(crate) fn refused_by_name(&self) -> Vec<(&'static str, usize)> {
        self.inner.gates.refused_by_name()
    }

    /// The listeners that still accept, by name.
    pub(crate) fn acceptors(&self) -> Vec<(&'static str, usize)> {
        self.inner.acceptors().clone()
    }

    /// Waits until no listener accepts any more. Cancel safe.
    pub(crate) async fn acceptors_gone(&self) {
        loop {
            // Registered before the look: one that is dropped after it is not missed.
            let gone = self.inner.acceptor_gone.notified();
            if self.inner.acceptors().is_empty() {
                return;
            }
            gone.await;
        }
    }
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requests")
            .field("in_flight", &self.by_name())
            .field("oldest", &self.oldest())
            .field("acceptors", &self.acceptors())
            .field("is_refusing", &self.is_refusing())
            .finish()
    }
}

impl Inner {
    fn acceptors(&self) -> MutexGuard<'_, Vec<(&'static str, usize)>> {
        lock(&self.acceptors)
    }
}

/// A request in flight: *complete_current* waits until this guard is dropped.
///
/// Made by [`Requests::try_begin`] and [`Requests::begin`]. Move it to where the request ends: into the task that
/// answers it, or into the response body. It counts as ended when it is dropped, also by a panic or by the end
/// of a task that was cancelled.
pub struct InFlight {
    _pass: Pass,
}

impl InFlight {
    #[inline]
    fn new(pass: Pass) -> InFlight {
        InFlight { _pass: pass }
    }
}

impl fmt::Debug for InFlight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InFlight").finish_non_exhaustive()
    }
}

/// A source of new work: *stop_new_work* waits until this guard is dropped.
///
/// Made by [`Requests::acceptor`]. Keep it beside the listener, and drop it when the listener is closed. A connection
/// that may still bring a request is a source too, and may hold one of its own, or a share of its listener's.
pub struct Acceptor {
    inner: Arc<Inner>,
    name: &'static str,
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        let mut acceptors = self.inner.acceptors();
        if let Some(at) = acceptors.iter().position(|(name, _)| *name == self.name) {
            acceptors[at].1 -= 1;
            if acceptors[at].1 == 0 {
                acceptors.remove(at);
            }
        }
        let none_left = acceptors.is_empty();
        drop(acceptors);
        if none_left {
            self.inner.acceptor_gone.notify_waiters();
        }
    }
}

impl fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acceptor").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(feature = "tower")]
pub(crate) mod announced;
#[cfg(feature = "tower")]
pub(crate) mod counter;
#[cfg(test)]
mod tests;
