//! A server's own way through the phases.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use tokio::task::{JoinError, JoinSet};
use tokio::time::{Duration, Instant, sleep, sleep_until};
use tracing::Level;

use crate::http::listen::Listener;
use crate::http::listen::socket_file::SocketFile;
use crate::run::handles::tasks::Tasks;
use crate::sys::text::shown;
use crate::words::phase::Phase;
use crate::{Acceptor, Shutdown};

use super::app::App;
use super::connection::{Start, connection};
use super::link::Server;
use super::options::Options;
use super::stage::{Stage, Stages};

/// How often the queue of a sealed listener is looked at. Not by `accept`: sealed Unix sockets are always ready and
/// never give anything, which tokio would try over and over within one poll.
const LOOK: Duration = Duration::from_millis(5);

/// How long what was cut may take to say so to its client, if there is so much time.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Pause after an error of accepting: such errors (too many open files) do not go away at once.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) async fn run<L: Listener, S: App>(
    listener: L,
    file: Option<SocketFile>,
    app: S,
    shutdown: Shutdown,
    options: Options,
) -> io::Result<()> {
    let mut running = Running::new(app, shutdown, options);
    running.accept(&listener).await;
    // While the listener is open, and before its seal: a process that starts now finds a free path, and not one at which
    // its connection is refused.
    drop(file);
    running.drain(&listener).await;
    listener.close();
    drop(listener);
    running.door = None;
    running.wait().await;
    Ok(())
}

struct Running<S> {
    app: S,
    server: Arc<Server>,
    stages: Stages,
    connections: JoinSet<()>,
    /// Each connection holds it as long as a request may come on it.
    door: Option<Arc<Acceptor>>,
}

/// What a server hears while it accepts.
enum Heard<T> {
    Connection(io::Result<T>),
    Requested,
    CalledOff,
    Draining,
}

impl<S: App> Running<S> {
    fn new(app: S, shutdown: Shutdown, mut options: Options) -> Self {
        // A connection that lingers may still bring a request, so *stop_new_work* waits for it.
        let share = shutdown.budget().share(Phase::StopNewWork).planned;
        if !share.is_zero() {
            options.linger = options.linger.min(share / 2);
        }
        let requests = shutdown.requests().clone();
        let door = (!options.until_cancelled).then(|| Arc::new(requests.acceptor(options.name)));
        let (is_draining, is_cut) = (AtomicBool::new(false), AtomicBool::new(false));
        let shutdown = shutdown.counted();
        let server = Arc::new(Server { shutdown, requests, options, is_draining, is_cut });
        Self { app, server, stages: Stages::new(), connections: JoinSet::new(), door }
    }

    /// Accepts and serves until shutdown drains.
    async fn accept<L: Listener>(&mut self, listener: &L) {
        let server = self.server.clone();
        let (shutdown, until_cancelled) = (&server.shutdown, server.options.until_cancelled);
        let mut draining =
            pin!(async { if until_cancelled { shutdown.cancelled().await } else { shutdown.draining().await } });
        let mut requested = pin!(shutdown.requested_silently());
        let mut called_off = pin!(shutdown.called_off());
        let mut leaving = false;
        loop {
            let mut accepting = pin!(listener.accept());
            let heard = poll_fn(|context| {
                if draining.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Heard::Draining);
                }
                if until_cancelled {
                    return accepting.as_mut().poll(context).map(Heard::Connection);
                }
                if !leaving && requested.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Heard::Requested);
                }
                if leaving && called_off.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Heard::CalledOff);
                }
                accepting.as_mut().poll(context).map(Heard::Connection)
            });
            match heard.await {
                Heard::Connection(Ok(accepted)) => self.serve(listener, accepted),
                Heard::Connection(Err(error)) if is_about_one_connection(&error) => {}
                Heard::Connection(Err(error)) => {
                    shutdown.calls().event(Level::WARN, move |_| {
                        tracing::warn!(%error, "no connection could be accepted; trying again");
                    });
                    sleep(PAUSE).await;
                }
                Heard::Requested => {
                    leaving = true;
                    called_off.set(shutdown.called_off());
                    self.stages.set(Stage::Leaving);
                }
                Heard::CalledOff => {
                    leaving = false;
                    requested.set(shutdown.requested_silently());
                    self.stages.set(Stage::Serving);
                }
                Heard::Draining => return,
            }
        }
    }

    fn serve<L: Listener>(&mut self, listener: &L, (accepted, address): (L::Accepted, L::Addr)) {
        while let Some(ended) = self.connections.try_join_next() {
            tell_of(ended, &self.server.shutdown);
        }
        let start = Start {
            app: self.app.clone(),
            server: self.server.clone(),
            stage: self.stages.listen(),
            door: self.door.clone(),
        };
        self.connections.spawn(connection::<L, S>(listener.establish(accepted), address, start));
    }

    /// Takes what stands in the queue, so that closing the listener resets no connection.
    async fn drain<L: Listener>(&mut self, listener: &L) {
        let since = Instant::now();
        self.server.is_draining.store(true, Ordering::Release);
        self.stages.set(Stage::Draining(since));
        if !self.server.options.drain_backlog {
            return;
        }
        if let Err(error) = listener.seal() {
            self.server.shutdown.calls().event(Level::DEBUG, move |_| {
                tracing::debug!(%error, "the listener could not be sealed");
            });
        }
        self.take_queue(listener);
        let until = since + listener.late_handshakes().min(self.server.options.linger);
        while Instant::now() < until {
            sleep_until(until.min(Instant::now() + LOOK)).await;
            self.take_queue(listener);
        }
    }

    fn take_queue<L: Listener>(&mut self, listener: &L) {
        loop {
            match listener.queued() {
                Ok(Some(accepted)) => self.serve(listener, accepted),
                Ok(None) => return,
                Err(error) if is_about_one_connection(&error) => {}
                Err(error) => {
                    self.server.shutdown.calls().event(Level::WARN, move |_| {
                        tracing::warn!(%error, "the accept queue could not be emptied; its connections are reset");
                    });
                    return;
                }
            }
        }
    }

    /// Waits for the connections. If the shutdown is called off meanwhile, what is left of them goes on beside the server
    /// that comes after this one: its listener is closed, and is not opened again before this one has ended.
    async fn wait(mut self) {
        let server = self.server.clone();
        let mut cancelled = pin!(server.shutdown.cancelled());
        let mut called_off = pin!(server.shutdown.called_off());
        let either = poll_fn(|context| {
            let is_over = cancelled.as_mut().poll(context).is_ready() || called_off.as_mut().poll(context).is_ready();
            if is_over { Poll::Ready(()) } else { Poll::Pending }
        });
        if until(&mut self.connections, either, &server.shutdown).await {
            return;
        }
        let rest = self.see_off();
        if server.shutdown.is_cancelled() {
            return rest.await;
        }
        if let Err(rest) = Tasks::hand_over(&server.shutdown, "connections", rest) {
            rest.await;
        }
    }

    /// Waits for the connections, and cuts what is left when it is this task's turn to be cancelled.
    async fn see_off(mut self) {
        let server = self.server.clone();
        let all_ended = until(&mut self.connections, server.shutdown.cancelled(), &server.shutdown).await;
        if all_ended {
            return;
        }
        server.is_cut.store(true, Ordering::Release);
        self.stages.set(Stage::Cut);
        let time = server.shutdown.remaining().map_or(LAST_WORDS, |left| LAST_WORDS.min(left / 2));
        if !until(&mut self.connections, sleep(time), &server.shutdown).await {
            let connections = self.connections.len();
            server.shutdown.calls().event(Level::DEBUG, move |_| {
                tracing::debug!(connections, "connections did not take their end, and are dropped");
            });
        }
        self.connections.shutdown().await;
    }
}

/// Whether all tasks ended before the future did.
async fn until(tasks: &mut JoinSet<()>, end: impl Future<Output = ()>, shutdown: &Shutdown) -> bool {
    let mut end = pin!(end);
    poll_fn(|context| {
        loop {
            match tasks.poll_join_next(context) {
                Poll::Ready(Some(ended)) => tell_of(ended, shutdown),
                Poll::Ready(None) => return Poll::Ready(true),
                Poll::Pending => return end.as_mut().poll(context).map(|()| false),
            }
        }
    })
    .await
}

/// A handler that panics takes its connection with it, and no more.
fn tell_of(ended: Result<(), JoinError>, shutdown: &Shutdown) {
    if let Err(error) = ended {
        if error.is_panic() {
            shutdown.calls().event(Level::ERROR, move |_| {
                tracing::error!(error = shown(&error), "a handler panicked; its connection was dropped");
            });
        }
    }
}

/// Errors of a connection that was gone before it was accepted: accept(2) passes them on.
fn is_about_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
