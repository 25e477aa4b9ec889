//! What a connection and its requests know of each other.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tokio::time::{Duration, Instant};

use crate::sys::coarse;
use crate::sys::locks::lock;
use crate::{InFlight, Requests, Shutdown};

use super::cut::Cut;
use super::options::Options;

/// What all connections of a server share.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) shutdown: Shutdown,
    pub(super) requests: Requests,
    pub(super) options: Options,
    /// As the stage says; to be looked at without a lock.
    pub(super) is_draining: AtomicBool,
    pub(super) is_cut: AtomicBool,
}

/// A connection, as its requests, its bytes and its task see it.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) server: Arc<Server>,
    began: Instant,
    /// The same moment by the clock that is cheap to read, to a tick of the system.
    began_nanos: u64,
    /// Requests between their head and the end of their response's body.
    active: AtomicUsize,
    /// When the last of them ended, in nanoseconds since `began`.
    quiet_since: AtomicU64,
    is_http2: AtomicBool,
    /// The client knows that the response under way is the last one here.
    told: AtomicBool,
    upgraded: AtomicBool,
    upgraded_in_flight: Mutex<Option<InFlight>>,
    /// What is handed to the system with the next flush.
    flushing: Mutex<Vec<Option<InFlight>>>,
    /// The socket is looked at past the runtime; see [`has_unread`](Self::has_unread).
    looking: AtomicBool,
    unread: AtomicBool,
    pub(super) cut: Cut,
    /// Told when the socket was dropped.
    pub(super) closed: Notify,
}

impl Link {
    pub(super) fn new(server: Arc<Server>) -> Self {
        Self {
            server,
            began: Instant::now(),
            began_nanos: coarse::nanos(),
            active: AtomicUsize::new(0),
            quiet_since: AtomicU64::new(0),
            is_http2: AtomicBool::new(false),
            told: AtomicBool::new(false),
            upgraded: AtomicBool::new(false),
            upgraded_in_flight: Mutex::default(),
            flushing: Mutex::default(),
            looking: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            cut: Cut::default(),
            closed: Notify::new(),
        }
    }

    /// A request began.
    pub(super) fn enter(&self, http2: bool) {
        self.active.fetch_add(1, Ordering::AcqRel);
        self.told.store(false, Ordering::Release);
        if http2 {
            self.is_http2.store(true, Ordering::Release);
        }
    }

    /// Its response's body is at its end. It counts until the next flush is through.
    pub(super) fn leave(&self, in_flight: Option<InFlight>) {
        self.quiet_since.store(coarse::nanos().saturating_sub(self.began_nanos), Ordering::Release);
        lock(&self.flushing).push(in_flight);
        self.active.fetch_sub(1, Ordering::AcqRel);
    }

    /// All that was written is with the system.
    pub(super) fn flushed(&self) {
        // It keeps its room for the next request.
        lock(&self.flushing).clear();
    }

    /// Whether responses whose body is at its end have not all gone to the system.
    pub(super) fn owes(&self) -> bool {
        !lock(&self.flushing).is_empty()
    }

    /// How many requests are under way.
    pub(super) fn active(&self) -> usize {
        self.active.load(Ordering::Acquire)
    }

    /// Since when no request has been under way; meaningful while none is.
    pub(super) fn quiet_since(&self) -> Instant {
        self.began + Duration::from_nanos(self.quiet_since.load(Ordering::Acquire))
    }

    pub(super) fn is_http2(&self) -> bool {
        self.is_http2.load(Ordering::Acquire)
    }

    /// Whether responses are to say that the connection ends with them.
    pub(super) fn is_leaving(&self) -> bool {
        let shutdown = &self.server.shutdown;
        if self.server.options.until_cancelled {
            return shutdown.is_cancelled();
        }
        // A connection that is told to close stays told, even if the shutdown is called off.
        shutdown.is_requested_silently() || self.is_draining()
    }

    /// Whether what is under way is to end now.
    pub(super) fn is_cut(&self) -> bool {
        self.server.is_cut.load(Ordering::Acquire)
    }

    /// Whether event streams are to end.
    pub(super) fn is_draining(&self) -> bool {
        self.server.is_draining.load(Ordering::Acquire)
    }

    pub(super) fn tell(&self) {
        self.told.store(true, Ordering::Release);
    }

    /// Whether no further request can come: the only one under way has told the client so.
    pub(super) fn is_last_request_told(&self) -> bool {
        self.told.load(Ordering::Acquire) && self.active() == 1
    }

    pub(super) fn upgrade(&self, in_flight: Option<InFlight>) {
        *lock(&self.upgraded_in_flight) = in_flight;
        self.upgraded.store(true, Ordering::Release);
    }

    pub(super) fn is_upgraded(&self) -> bool {
        self.upgraded.load(Ordering::Acquire)
    }

    /// The socket is gone, and all that counted with it.
    pub(super) fn close(&self) {
        self.flushed();
        drop(lock(&self.upgraded_in_flight).take());
        self.closed.notify_one();
    }

    /// From now on a read that finds nothing looks past the runtime too.
    pub(super) fn look_for_unread(&self) {
        self.looking.store(true, Ordering::Release);
        self.unread.store(false, Ordering::Release);
    }

    pub(super) fn is_looking(&self) -> bool {
        self.looking.load(Ordering::Acquire)
    }

    pub(super) fn found_unread(&self) {
        self.unread.store(true, Ordering::Release);
    }

    /// Whether the last such read found that bytes have arrived.
    pub(super) fn has_unread(&self) -> bool {
        self.unread.load(Ordering::Acquire)
    }
}
