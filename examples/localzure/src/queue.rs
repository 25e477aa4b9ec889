//! Queues and their messages.
//!
//! A message that is taken is hidden from others for a time, under a receipt. Who has the receipt removes the message
//! within that time; otherwise it comes back, and the next one to take it gets it with a receipt of its own. So a
//! consumer that dies loses nothing, and one that is late does no harm.

mod routes;

use std::time::{SystemTime, UNIX_EPOCH};

use lifecycle::{Res, resource};
use serde::Serialize;

use crate::config::Service;
use crate::faults::Faults;
use crate::refusal::Refusal;
use crate::store::{Database, Store};

pub(crate) use self::routes::routes;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS queue (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS message (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(16)))),
        queue TEXT NOT NULL REFERENCES queue (name) ON DELETE CASCADE,
        body TEXT NOT NULL,
        expires INTEGER NOT NULL,
        visible INTEGER NOT NULL,
        receipt TEXT,
        taken INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX IF NOT EXISTS message_of_queue ON message (queue, number);
";

/// A moment: milliseconds since 1970. The functions below are told which one it is now.
pub(crate) type Millis = i64;

/// The service.
#[resource(open = "open", close = "close")]
pub(crate) struct Queues {
    database: Database,
}

/// A message that was put.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub(crate) struct Put {
    pub(crate) id: String,
    pub(crate) expires: Millis,
    pub(crate) visible: Millis,
}

/// A message that was taken.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub(crate) struct Taken {
    #[serde(skip)]
    number: i64,
    pub(crate) id: String,
    pub(crate) body: String,
    /// What it takes to remove the message.
    pub(crate) receipt: String,
    /// When it comes back.
    pub(crate) visible: Millis,
    pub(crate) expires: Millis,
    /// How often it has been taken, this time included.
    #[serde(rename = "dequeue_count")]
    pub(crate) taken: i64,
}

/// What was tidied up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Swept {
    expired: u64,
    returned: u64,
}

impl Queues {
    async fn open(store: Res<Store>, faults: Res<Faults>) -> Result<Self, String> {
        let database = store.database("queues.sqlite", SCHEMA).await?;
        faults.last_step(Service::Queues).await?;
        Ok(Self { database })
    }

    async fn close(self) {
        self.database.close().await;
        tracing::info!("queues closed");
    }

    /// Makes a queue; `false` if there is one of that name already.
    pub(crate) async fn create(&self, queue: &str) -> Result<bool, Refusal> {
        let insert = sqlx::query("INSERT INTO queue (name) VALUES (?) ON CONFLICT DO NOTHING").bind(queue);
        Ok(insert.execute(&self.database.writes).await?.rows_affected() > 0)
    }

    pub(crate) async fn delete(&self, queue: &str) -> Result<(), Refusal> {
        let delete = sqlx::query("DELETE FROM queue WHERE name = ?").bind(queue);
        match delete.execute(&self.database.writes).await?.rows_affected() {
            0 => Err(Refusal::QueueNotFound),
            _ => Ok(()),
        }
    }

    /// Messages in a queue, hidden ones included.
    pub(crate) async fn count(&self, queue: &str, now: Millis) -> Result<i64, Refusal> {
        self.check(queue).await?;
        let select = sqlx::query_scalar("SELECT count(*) FROM message WHERE queue = ? AND expires > ?");
        Ok(select.bind(queue).bind(now).fetch_one(&self.database.reads).await?)
    }

    /// Puts a message, which is visible neither before `hidden` nor from `life` on.
    pub(crate) async fn put(
        &self,
        queue: &str,
        body: &str,
        now: Millis,
        hidden: Millis,
        life: Millis,
    ) -> Result<Put, Refusal> {
        let insert = "INSERT INTO message (queue, body, expires, visible) VALUES (?, ?, ?, ?)
            RETURNING id, expires, visible";
        let insert = sqlx::query_as(insert).bind(queue).bind(body).bind(now + life).bind(now + hidden);
        insert.fetch_one(&self.database.writes).await.map_err(|error| match error.as_database_error() {
            Some(fault) if fault.is_foreign_key_violation() => Refusal::QueueNotFound,
            _ => error.into(),
        })
    }

    /// Takes at most so many messages, the oldest first, and hides them for a time.
    pub(crate) async fn take(
        &self,
        queue: &str,
        most: u32,
        now: Millis,
        hidden: Millis,
    ) -> Result<Vec<Taken>, Refusal> {
        // One statement, so that no two consumers take the same message.
        let update = "UPDATE message SET visible = ?1, receipt = lower(hex(randomblob(16))), taken = taken + 1
            WHERE number IN (SELECT number FROM message WHERE queue = ?2 AND visible <= ?3 AND expires > ?3
                ORDER BY number LIMIT ?4)
            RETURNING number, id, body, receipt, visible, expires, taken";
        let update = sqlx::query_as(update).bind(now + hidden).bind(queue).bind(now).bind(most);
        let mut taken: Vec<Taken> = update.fetch_all(&self.database.writes).await?;
        if taken.is_empty() {
            self.check(queue).await?;
        }
        taken.sort_by_key(|message| message.number);
        Ok(taken)
    }

    /// Removes a message that was taken with this receipt, if it has not come back since.
    pub(crate) async fn remove(&self, queue: &str, id: &str, receipt: &str, now: Millis) -> Result<(), Refusal> {
        let delete = "DELETE FROM message WHERE queue = ? AND id = ? AND receipt = ? AND visible > ?";
        let delete = sqlx::query(delete).bind(queue).bind(id).bind(receipt).bind(now);
        if delete.execute(&self.database.writes).await?.rows_affected() > 0 {
            return Ok(());
        }
        self.check(queue).await?;
        let select = sqlx::query("SELECT 1 FROM message WHERE queue = ? AND id = ?").bind(queue).bind(id);
        match select.fetch_optional(&self.database.reads).await? {
            Some(_) => Err(Refusal::PopReceiptMismatch),
            None => Err(Refusal::MessageNotFound),
        }
    }

    /// Removes what has expired, and takes the receipts back of those who were too late.
    ///
    /// Both are so without it: it keeps the file small, and the log tells of consumers that are too slow.
    async fn sweep_at(&self, now: Millis) -> Result<Swept, sqlx::Error> {
        let expired = sqlx::query("DELETE FROM message WHERE expires <= ?").bind(now);
        let expired = expired.execute(&self.database.writes).await?.rows_affected();
        let returned =
            sqlx::query("UPDATE message SET receipt = NULL WHERE receipt IS NOT NULL AND visible <= ?").bind(now);
        let returned = returned.execute(&self.database.writes).await?.rows_affected();
        Ok(Swept { expired, returned })
    }

    async fn check(&self, queue: &str) -> Result<(), Refusal> {
        let select = sqlx::query("SELECT 1 FROM queue WHERE name = ?").bind(queue);
        match select.fetch_optional(&self.database.reads).await? {
            Some(_) => Ok(()),
            None => Err(Refusal::QueueNotFound),
        }
    }
}

#[lifecycle::component]
impl Queues {
    /// A run in progress is finished when the emulator stops; the pause between two is not.
    #[cooperative_task(interval = "1s", timeout = "30s")]
    async fn sweep(&self) -> Result<(), sqlx::Error> {
        let Swept { expired, returned } = self.sweep_at(now()).await?;
        if expired + returned > 0 {
            tracing::info!(expired, returned, "messages swept");
        }
        Ok(())
    }
}

/// The clock of the machine, since messages outlive the process.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests;
