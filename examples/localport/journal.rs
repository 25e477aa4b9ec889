//! What happened, kept in an SQLite file.

use std::path::Path;
use std::time::Duration;

use lifecycle::{Res, resource};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Row as _, SqlitePool};

use crate::config::Config;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    kind TEXT NOT NULL,
    forward TEXT NOT NULL,
    bytes_in INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    outcome TEXT NOT NULL
)";
const INDEX: &str = "CREATE INDEX IF NOT EXISTS event_at ON event (at)";

/// The file. Closing the pool is what makes its connections end, so it closes as a `shared` resource.
#[resource(open = "open", close = "close", shared = true)]
pub(crate) struct Journal {
    pool: SqlitePool,
    keep_days: u32,
}

/// One row, but for what the database adds.
#[derive(Debug, PartialEq)]
pub(crate) struct Event {
    /// `transfer`, `health` or `cluster`.
    pub(crate) kind: &'static str,
    /// The forward's name; empty where it is about none.
    pub(crate) forward: String,
    /// Bytes from the client to the upstream.
    pub(crate) bytes_in: u64,
    /// Bytes from the upstream to the client.
    pub(crate) bytes_out: u64,
    pub(crate) outcome: String,
}

impl Event {
    /// An event without traffic.
    pub(crate) fn new(kind: &'static str, forward: impl Into<String>, outcome: impl Into<String>) -> Self {
        Self { kind, forward: forward.into(), bytes_in: 0, bytes_out: 0, outcome: outcome.into() }
    }
}

impl Journal {
    async fn open(config: Res<Config>) -> Result<Self, String> {
        Self::open_at(&config.journal, config.keep_days)
            .await
            .map_err(|error| format!("the journal {}: {error}", config.journal.display()))
    }

    async fn open_at(path: &Path, keep_days: u32) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(3));
        // SQLite writes one after the other: more connections would only wait for each other.
        let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(5));
        let pool = pool.connect_with(options).await?;
        sqlx::query(TABLE).execute(&pool).await?;
        sqlx::query(INDEX).execute(&pool).await?;
        Ok(Self { pool, keep_days })
    }

    async fn close(&self) {
        self.pool.close().await;
    }

    /// Adds a row. A journal that cannot be written is told in the log, and keeps no traffic from flowing.
    pub(crate) async fn record(&self, event: Event) {
        if let Err(error) = self.insert(&event).await {
            tracing::error!(%error, ?event, "not recorded");
        }
    }

    async fn insert(&self, event: &Event) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO event (kind, forward, bytes_in, bytes_out, outcome) VALUES (?, ?, ?, ?, ?)")
            .bind(event.kind)
            .bind(&event.forward)
            .bind(event.bytes_in.cast_signed())
            .bind(event.bytes_out.cast_signed())
            .bind(&event.outcome)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn remove_older_than(&self, days: u32) -> Result<u64, sqlx::Error> {
        let done = sqlx::query("DELETE FROM event WHERE at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?)")
            .bind(format!("-{days} days"))
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected())
    }
}

#[lifecycle::component]
impl Journal {
    /// Old rows go. A run in progress is finished when the program stops; the pause between two is not.
    #[cooperative_task(name = "maintenance", interval = "5m", timeout = "1m")]
    async fn prune(&self) -> Result<(), sqlx::Error> {
        let removed = self.remove_older_than(self.keep_days).await?;
        if removed > 0 {
            tracing::info!(removed, keep_days = self.keep_days, "old events removed from the journal");
        }
        Ok(())
    }
}

/// A transfer as it was recorded.
#[derive(Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) at: String,
    pub(crate) forward: String,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) outcome: String,
}

impl Row {
    fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            at: row.try_get("at")?,
            forward: row.try_get("forward")?,
            bytes_in: row.try_get::<i64, _>("bytes_in")?.unsigned_abs(),
            bytes_out: row.try_get::<i64, _>("bytes_out")?.unsigned_abs(),
            outcome: row.try_get("outcome")?,
        })
    }
}

/// The transfers in a journal that is not written any more, oldest first.
pub(crate) async fn transfers(path: &Path) -> Result<Vec<Row>, sqlx::Error> {
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(path).read_only(true)).await?;
    let query = "SELECT at, forward, bytes_in, bytes_out, outcome FROM event WHERE kind = 'transfer' ORDER BY id";
    let rows = sqlx::query(query).fetch_all(&pool).await;
    pool.close().await;
    rows?.iter().map(Row::read).collect()
}

#[cfg(test)]
mod tests;
