//! What became of all requests together.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use lifecycle_tests::stage::say;
use serde::{Deserialize, Serialize};

use super::WARM;
use super::fate::{Fate, Loss};

/// How many losses are described; all are counted.
const DESCRIBED: usize = 50;

/// What became of all requests of a load, and how the clients were stopped.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Requests answered in a second, from the moment at which the load was on to the first sign of a stop.
    pub rate: f64,
    /// Answered wholly.
    pub answered: usize,
    /// Answered by a 503.
    pub turned_away: usize,
    /// Not begun by an HTTP/2 server that said so.
    pub unprocessed: usize,
    /// Not sent, since the connection was closed before.
    pub not_sent: usize,
    /// Connections that were refused before they stood.
    pub refused: usize,
    /// Connections that could not be made because there was no answer.
    pub unanswered: usize,
    /// Sent, and not answered or not wholly.
    pub lost: usize,
    /// The first of those.
    pub losses: Vec<Loss>,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answered at {:.0}/s, {} turned away, ", self.answered, self.rate, self.turned_away)?;
        write!(f, "{} unprocessed, {} not sent, ", self.unprocessed, self.not_sent)?;
        write!(f, "{} refused, {} unanswered, {} lost", self.refused, self.unanswered, self.lost)?;
        self.losses.iter().try_for_each(|loss| {
            let Loss { stage, error, age, before, at } = loss;
            write!(f, "\n  {stage}: {error}; request {before} of a connection of {age:.1} ms, {at:.0} ms in")
        })
    }
}

/// The count while it runs.
#[derive(Debug)]
pub(super) struct Tally {
    began: Instant,
    cold: AtomicUsize,
    warm: OnceLock<Mark>,
    signed: OnceLock<Mark>,
    answered: AtomicUsize,
    rest: Mutex<Summary>,
}

/// A moment, and how many requests had been answered by then.
#[derive(Debug)]
struct Mark {
    at: Instant,
    answered: usize,
}

/// Why a connection could not be made.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unmade {
    Refused,
    Unanswered,
}

impl Tally {
    pub(super) fn new(clients: usize) -> Self {
        Self {
            began: Instant::now(),
            cold: AtomicUsize::new(clients),
            warm: OnceLock::new(),
            signed: OnceLock::new(),
            answered: AtomicUsize::new(0),
            rest: Mutex::default(),
        }
    }

    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// A client has had its first answer.
    pub(super) fn warmed(&self) {
        if self.cold.fetch_sub(1, Ordering::Relaxed) == 1 && self.warm.set(self.mark()).is_ok() {
            say(WARM);
        }
    }

    pub(super) fn count(&self, fate: Fate) {
        let is_sign = !matches!(fate, Fate::Answered { last: false });
        if is_sign {
            self.sign();
        }
        match fate {
            Fate::Answered { .. } => _ = self.answered.fetch_add(1, Ordering::Relaxed),
            Fate::TurnedAway => self.rest(|rest| rest.turned_away += 1),
            Fate::Unprocessed => self.rest(|rest| rest.unprocessed += 1),
            Fate::NotSent => self.rest(|rest| rest.not_sent += 1),
            Fate::Lost(loss) => self.lose(loss),
        }
    }

    pub(super) fn unmade(&self, why: Unmade) {
        self.sign();
        self.rest(|rest| match why {
            Unmade::Refused => rest.refused += 1,
            Unmade::Unanswered => rest.unanswered += 1,
        });
    }

    pub(super) fn summary(&self) -> Summary {
        self.sign();
        let mut summary = self.rest(std::mem::take);
        summary.answered = self.answered.load(Ordering::Relaxed);
        if let (Some(from), Some(to)) = (self.warm.get(), self.signed.get()) {
            let answered = to.answered.saturating_sub(from.answered);
            summary.rate = answered as f64 / to.at.saturating_duration_since(from.at).as_secs_f64().max(1e-3);
        }
        summary
    }

    fn lose(&self, mut loss: Loss) {
        let since = self.warm.get().map_or(self.began, |warm| warm.at);
        loss.at = millis(since);
        self.rest(|rest| {
            rest.lost += 1;
            if rest.losses.len() < DESCRIBED {
                rest.losses.push(loss);
            }
        });
    }

    /// The server stops, as a client has noticed.
    fn sign(&self) {
        self.signed.get_or_init(|| self.mark());
    }

    fn mark(&self) -> Mark {
        Mark { at: Instant::now(), answered: self.answered.load(Ordering::Relaxed) }
    }

    fn rest<T>(&self, change: impl FnOnce(&mut Summary) -> T) -> T {
        change(&mut self.rest.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

pub(super) fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
