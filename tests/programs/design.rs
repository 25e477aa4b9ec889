//! The program with which the design begins, as it stands there, with bodies.

use std::time::Duration;

use lifecycle::{Res, Shutdown, cooperative_task, resource};
use lifecycle_tests::stage::say;

/// As much of a database driver as the program needs.
mod sqlx {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    #[derive(Debug)]
    pub(crate) struct Error;

    impl std::fmt::Display for Error {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the pool is closed")
        }
    }

    impl std::error::Error for Error {}

    #[derive(Default)]
    pub(crate) struct SqlitePool {
        rows: AtomicU64,
        is_closed: AtomicBool,
    }

    impl SqlitePool {
        pub(crate) async fn insert(&self) -> Result<u64, Error> {
            if self.is_closed.load(Ordering::SeqCst) {
                return Err(Error);
            }
            Ok(self.rows.fetch_add(1, Ordering::SeqCst) + 1)
        }

        pub(crate) async fn close(&self) {
            self.is_closed.store(true, Ordering::SeqCst);
        }
    }
}

type CacheError = String;
type HealthError = sqlx::Error;
type IngestError = sqlx::Error;
type AppError = std::io::Error;

#[resource(open = "connect", close = "dispose")]
struct Database {
    pool: sqlx::SqlitePool,
}

impl Database {
    async fn connect() -> Result<Self, sqlx::Error> {
        say("open database");
        Ok(Self { pool: sqlx::SqlitePool::default() })
    }

    async fn dispose(&self) {
        self.pool.close().await;
        say("close database");
    }
}

#[resource(open = "open", close = "flush", priority = 10)]
struct Cache {
    db: Res<Database>,
}

impl Cache {
    async fn open(db: Res<Database>) -> Result<Self, CacheError> {
        say("open cache");
        Ok(Self { db })
    }

    async fn flush(&self) -> Result<(), CacheError> {
        self.db.pool.insert().await.map_err(|error| error.to_string())?;
        say("close cache");
        Ok(())
    }
}

/// Runs every 30 s; an iteration in progress is finished, not torn.
#[cooperative_task(priority = 5, interval = "30s")]
async fn health_check(db: Res<Database>, cache: Res<Cache>) -> Result<(), HealthError> {
    say("health check begins");
    tokio::time::sleep(Duration::from_millis(300)).await;
    db.pool.insert().await?;
    cache.db.pool.insert().await?;
    say("health check ends");
    Ok(())
}

async fn next_item() -> Option<u64> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    Some(1)
}

/// Long-lived: takes its own cancellation.
#[cooperative_task]
async fn ingest(db: Res<Database>, shutdown: Shutdown) -> Result<(), IngestError> {
    while let Some(item) = shutdown.until_draining(next_item()).await {
        let Some(item) = item else { break };
        if db.pool.insert().await? == 5 * item {
            say("READY");
        }
    }
    say("ingest ends");
    Ok(())
}

#[lifecycle::main(timeout = "30s")]
async fn main(shutdown: Shutdown) -> Result<(), AppError> {
    shutdown.requested().await; // main is a task as well: when it returns, shutdown begins
    say("main ends");
    Ok(())
}
