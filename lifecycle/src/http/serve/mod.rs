//! The server: accepts, serves, and stops without losing a request.
//!
//! | room | what is in it |
//! |---|---|
//! | `mod` | [`Serve`], the future with its options |
//! | `app`, `options` | what it serves; what it is told |
//! | `run` | the server's own way through the phases: accepting, sealing, waiting, cutting |
//! | `stage` | how far it is, as its connections hear it |
//! | `watch`, `sync` | the channel by which they hear it, and what that is made of |
//! | `connection` | one connection: from the queue to its end |
//! | `course` | when a connection is told to end, and when nothing can come of it any more |
//! | `link` | what a connection and its requests know of each other: how many run, since when none |
//! | `wire`, `cut` | its bytes: flushes seen; upgraded connections broken off |
//! | `exchange` | one request: answered, its response marked |
//! | `outgoing` | a response's body: event streams ended, gRPC given a status |
//! | `counted` | a request and its response's body, counted to their end |

mod app;
mod connection;
mod counted;
mod course;
mod cut;
mod exchange;
mod link;
mod options;
mod outgoing;
mod run;
mod stage;
mod sync;
mod watch;
mod wire;

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use ::axum::Router;

use crate::Shutdown;

use super::listen::Listener;
use super::listen::socket_file::SocketFile;

pub use self::app::App;
use self::options::Options;

/// A server, as [`lifecycle::axum::serve`](crate::axum::serve) gives it: a future that ends when the server has
/// stopped. Set options before it is polled for the first time.
///
/// # Stopping
///
/// - *announce*: it accepts and serves on. HTTP/1 responses carry `Connection: close`, HTTP/2 connections get GOAWAY:
///   clients leave by themselves.
/// - *stop_new_work*: the listener is sealed (no new connection comes into its queue), its queue is emptied, then it
///   is closed; the file of a Unix socket is [removed](Self::remove_socket). Idle connections close at once, those that were busy just before after [`linger`](Self::linger).
///   A request that comes on any of them until then is answered.
/// - *complete_current*: requests end, each counted until its last byte was handed to the system. Event streams
///   (`text/event-stream`) end after the event they are at; their clients connect again elsewhere by themselves.
///   Handlers of WebSockets and of other streams are to end them when their [`Shutdown`] says `draining`.
/// - *cancel_tasks*: what remains is cut, each by its protocol if it can be: handlers still at work are dropped and
///   answered for by 503 (gRPC: `UNAVAILABLE`); gRPC streams end with `UNAVAILABLE` in their trailers; other bodies
///   break off; upgraded connections break off. They count as lost in the report, by name.
///
/// If the shutdown is [called off](Shutdown::abort) in *announce*, it serves on. If that happens later, it ends once its
/// listener is closed; requests under way are answered by a child of its task. With `restart = "always"` the task begins
/// anew, so bind the listener inside of it.
///
/// Slow clients do not hold it: a half-sent request does not count as one, and a response that is not taken is cut
/// like any other.
///
/// # Errors
///
/// None from the stop, and none from single connections (they are logged at debug level). Errors of accepting are
/// logged as warnings, and tried again after a pause.
///
/// # Cancel safety
///
/// Dropped, it drops its listener and aborts its connections; what is under way is lost.
#[must_use = "a server does nothing unless it is awaited"]
pub struct Serve {
    options: Options,
    state: State,
}

type Running = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

enum State {
    Ready(Option<Box<dyn FnOnce(Options) -> Running + Send>>),
    Running(Running),
}

impl Serve {
    pub(crate) fn new<L: Listener, S: App>(name: &'static str, listener: L, app: S, shutdown: Shutdown) -> Self {
        let options = Options::new(name);
        let app = with_routes_made(app);
        // Now, and not with the first poll: the path may be relative.
        let file = listener.file().and_then(|path| SocketFile::at(&path));
        let run = move |options: Options| {
            let file = if options.remove_socket { file } else { file.and_then(left) };
            Box::pin(run::run(listener, file, app, shutdown, options)) as Running
        };
        Self { options, state: State::Ready(Some(Box::new(run))) }
    }

    /// The name under which requests are counted, and reported if they are lost. WebSockets count as `websocket`,
    /// other upgraded connections as `upgraded`.
    pub fn name(mut self, name: &'static str) -> Self {
        self.options.name = name;
        self
    }

    /// How long an HTTP/1 client may take for the head of a request, and so how long its connection may be idle; 30 s
    /// if nothing else is said, as in hyper.
    pub fn header_read_timeout(mut self, timeout: Duration) -> Self {
        self.options.header_read_timeout = timeout;
        self
    }

    /// How long a connection that has been busy, or is new, is waited for once shutdown drains: 250 ms after its last
    /// request or its beginning, if nothing else is said. A client that sends a request at the moment at which the
    /// server closes the connection loses it; this is the time in which it may still come. *stop_new_work* waits for it, so
    /// it is half of that phase's share at most.
    pub fn linger(mut self, linger: Duration) -> Self {
        self.options.linger = linger;
        self
    }

    /// Whether connections that stand in the accept queue are taken before the listener closes; `true` if nothing
    /// else is said. Without it the system resets them.
    pub fn drain_backlog(mut self, drain: bool) -> Self {
        self.options.drain_backlog = drain;
        self
    }

    /// Whether the file of a Unix socket is removed when the server stops listening, or is dropped; `true` if nothing
    /// else is said. It is removed only if it is the one that was there when the server got the listener: a process that
    /// has put its own there keeps it.
    ///
    /// Say `false` for a socket that belongs to another process, such as a service manager that has handed it in.
    pub fn remove_socket(mut self, remove: bool) -> Self {
        self.options.remove_socket = remove;
        self
    }

    /// Serves until its task is cancelled, so all through the draining: for a port of its own for
    /// [`probes`](crate::axum::probes) and metrics. Its requests are not counted, and nothing waits for them.
    pub fn until_cancelled(mut self) -> Self {
        self.options.until_cancelled = true;
        // What a probe's connection may still bring is not waited for.
        self.options.drain_backlog = false;
        self.options.linger = Duration::ZERO;
        self
    }
}

/// Nothing is to be removed.
fn left(file: SocketFile) -> Option<SocketFile> {
    file.leave();
    None
}

/// Has a `Router` make its routes of its handlers now, as axum's own server does, and not once more for each request.
fn with_routes_made<S: App>(mut app: S) -> S {
    if let Some(router) = (&mut app as &mut dyn Any).downcast_mut::<Router>() {
        *router = mem::take(router).with_state(());
    }
    app
}

impl Future for Serve {
    type Output = io::Result<()>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            match &mut this.state {
                State::Running(running) => return running.as_mut().poll(context),
                State::Ready(run) => {
                    let run = run.take().expect("taken once, when it begins to run");
                    this.state = State::Running(run(this.options));
                }
            }
        }
    }
}

impl fmt::Debug for Serve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve").field("options", &self.options).finish_non_exhaustive()
    }
}
