//! One client: asks, is answered, asks again, until it is turned away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::join_all;

use super::ask::ask;
use super::connection::Connection;
use super::fate::Fate;
use super::plan::{Plan, Policy};
use super::summary::Tally;

/// Requests under way at the same time on an HTTP/2 connection that is kept.
const STREAMS: usize = 4;

/// No two requests ask for the same bytes.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

/// Whether a client goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// On this connection.
    Ask,
    /// On a new one.
    Connect,
    /// It was turned away, or its time is over.
    Stop,
}

/// Asks until it is turned away, or its time is over.
pub(super) async fn run(plan: Arc<Plan>, client: usize, tally: Arc<Tally>) {
    let this = Client { keeps: plan.keeps_connection(client), plan, tally };
    let mut is_cold = true;
    loop {
        let mut connection = match Connection::make(&this.plan).await {
            Ok(connection) => connection,
            Err(why) => return this.tally.unmade(why),
        };
        // The first answer comes before all others, so that it can be told.
        let mut next = this.once(&mut connection).await;
        if std::mem::take(&mut is_cold) {
            this.tally.warmed();
        }
        if next == Next::Ask {
            next = this.all(connection).await;
        }
        if next == Next::Stop {
            return;
        }
    }
}

struct Client {
    plan: Arc<Plan>,
    keeps: bool,
    tally: Arc<Tally>,
}

impl Client {
    /// Asks on a connection that is kept, until it takes no more.
    async fn all(&self, connection: Connection) -> Next {
        let ways = connection.shared(STREAMS);
        let ends = join_all(ways.into_iter().map(|mut way| async move {
            loop {
                let next = self.once(&mut way).await;
                if next != Next::Ask {
                    return next;
                }
            }
        }));
        let stops = ends.await.contains(&Next::Stop);
        if stops { Next::Stop } else { Next::Connect }
    }

    /// Asks once.
    async fn once(&self, connection: &mut Connection) -> Next {
        let fate = ask(&self.plan, connection, NUMBERS.fetch_add(1, Ordering::Relaxed)).await;
        let next = match (&fate, self.plan.policy) {
            _ if self.tally.began().elapsed() >= self.plan.most() => Next::Stop,
            (Fate::Answered { last: false }, _) if self.keeps => Next::Ask,
            (Fate::Answered { last: false }, _) | (_, Policy::Return) => Next::Connect,
            (_, Policy::Leave) => Next::Stop,
        };
        self.tally.count(fate);
        next
    }
}
