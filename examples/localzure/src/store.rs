//! The folder of the data, and the database files in it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lifecycle::{Res, resource};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::config::{Config, Service};
use crate::faults::Faults;

const READERS: u32 = 4;

/// The folder. A second emulator on the same one would hand out the first one's messages again, so it is locked.
#[resource(open = "open", close = "close")]
pub(crate) struct Store {
    folder: PathBuf,
    /// The system takes the lock back when the process ends, however it ends.
    lock: File,
}

impl Store {
    async fn open(config: Res<Config>, faults: Res<Faults>) -> Result<Self, String> {
        let folder = config.data.clone();
        let explain = |error: std::io::Error| format!("{}: {error}", folder.display());
        std::fs::create_dir_all(&folder).map_err(explain)?;
        let lock = File::create(folder.join("localzure.lock")).map_err(explain)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => format!("{} is in use by another localzure", folder.display()),
            TryLockError::Error(error) => explain(error),
        })?;
        faults.last_step(Service::Store).await?;
        Ok(Self { folder, lock })
    }

    fn close(self) -> std::io::Result<()> {
        self.lock.unlock()?;
        tracing::info!("store closed");
        Ok(())
    }

    /// One of its database files.
    pub(crate) async fn database(&self, file: &str, schema: &'static str) -> Result<Database, String> {
        let path = self.folder.join(file);
        Database::open(&path, schema).await.map_err(|error| format!("{}: {error}", path.display()))
    }
}

/// A database file.
///
/// SQLite writes one after the other, so there is one connection for it: further ones would wait for it in a loop,
/// where the pool has a queue. Readers see the state of the last commit, and never wait.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) reads: SqlitePool,
    pub(crate) writes: SqlitePool,
}

impl Database {
    pub(crate) async fn open(path: &Path, schema: &'static str) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A commit is on the disk when it returns. `Normal` would survive the end of the process as well, but not
            // that of the machine.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(3));
        let writes = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::raw_sql(schema).execute(&writes).await?;
        let reads = SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { reads, writes })
    }

    /// Once the last connection has closed, all is in the one file again.
    pub(crate) async fn close(self) {
        self.reads.close().await;
        self.writes.close().await;
    }
}
