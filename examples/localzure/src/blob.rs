//! Containers and blobs.

mod routes;

use lifecycle::{Res, resource};
use serde::Serialize;

use crate::config::Service;
use crate::faults::Faults;
use crate::refusal::Refusal;
use crate::store::{Database, Store};

pub(crate) use self::routes::routes;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS container (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS blob (
        container TEXT NOT NULL REFERENCES container (name) ON DELETE CASCADE,
        name TEXT NOT NULL,
        content BLOB NOT NULL,
        content_type TEXT NOT NULL,
        etag TEXT NOT NULL,
        PRIMARY KEY (container, name)
    ) STRICT;
";

/// The service. It is not held any more when it closes: the gateway, which holds it, closes before.
#[resource(open = "open", close = "close")]
pub(crate) struct Blobs {
    database: Database,
}

/// A blob as it is read.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Blob {
    pub(crate) content: Vec<u8>,
    pub(crate) content_type: String,
    pub(crate) etag: String,
}

/// A blob as it is listed.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) size: i64,
    pub(crate) content_type: String,
    pub(crate) etag: String,
}

impl Blobs {
    async fn open(store: Res<Store>, faults: Res<Faults>) -> Result<Self, String> {
        let database = store.database("blobs.sqlite", SCHEMA).await?;
        faults.last_step(Service::Blobs).await?;
        Ok(Self { database })
    }

    async fn close(self) {
        self.database.close().await;
        tracing::info!("blobs closed");
    }

    pub(crate) async fn create_container(&self, container: &str) -> Result<(), Refusal> {
        let insert = sqlx::query("INSERT INTO container (name) VALUES (?) ON CONFLICT DO NOTHING").bind(container);
        match insert.execute(&self.database.writes).await?.rows_affected() {
            0 => Err(Refusal::ContainerAlreadyExists),
            _ => Ok(()),
        }
    }

    pub(crate) async fn delete_container(&self, container: &str) -> Result<(), Refusal> {
        let delete = sqlx::query("DELETE FROM container WHERE name = ?").bind(container);
        match delete.execute(&self.database.writes).await?.rows_affected() {
            0 => Err(Refusal::ContainerNotFound),
            _ => Ok(()),
        }
    }

    /// Writes a blob, in the place of the one of that name if there is one, and gives its ETag.
    pub(crate) async fn put(
        &self,
        container: &str,
        name: &str,
        content: &[u8],
        content_type: &str,
    ) -> Result<String, Refusal> {
        let upsert = "INSERT INTO blob (container, name, content, content_type, etag)
            VALUES (?, ?, ?, ?, lower(hex(randomblob(8))))
            ON CONFLICT (container, name) DO UPDATE
            SET content = excluded.content, content_type = excluded.content_type, etag = excluded.etag
            RETURNING etag";
        let upsert = sqlx::query_scalar(upsert).bind(container).bind(name).bind(content).bind(content_type);
        upsert.fetch_one(&self.database.writes).await.map_err(|error| match error.as_database_error() {
            Some(fault) if fault.is_foreign_key_violation() => Refusal::ContainerNotFound,
            _ => error.into(),
        })
    }

    pub(crate) async fn get(&self, container: &str, name: &str) -> Result<Blob, Refusal> {
        let select = "SELECT content, content_type, etag FROM blob WHERE container = ? AND name = ?";
        let select = sqlx::query_as(select).bind(container).bind(name);
        match select.fetch_optional(&self.database.reads).await? {
            Some(blob) => Ok(blob),
            None => Err(self.check_container(container).await.err().unwrap_or(Refusal::BlobNotFound)),
        }
    }

    pub(crate) async fn delete(&self, container: &str, name: &str) -> Result<(), Refusal> {
        let delete = sqlx::query("DELETE FROM blob WHERE container = ? AND name = ?").bind(container).bind(name);
        match delete.execute(&self.database.writes).await?.rows_affected() {
            0 => Err(self.check_container(container).await.err().unwrap_or(Refusal::BlobNotFound)),
            _ => Ok(()),
        }
    }

    /// At most so many blobs whose names begin with `prefix` and come after `after`, in the order of their names.
    pub(crate) async fn list(
        &self,
        container: &str,
        prefix: &str,
        after: &str,
        most: u32,
    ) -> Result<Vec<Entry>, Refusal> {
        self.check_container(container).await?;
        let select = "SELECT name, length(content) AS size, content_type, etag FROM blob
            WHERE container = ?1 AND substr(name, 1, length(?2)) = ?2 AND name > ?3 ORDER BY name LIMIT ?4";
        let select = sqlx::query_as(select).bind(container).bind(prefix).bind(after).bind(most);
        Ok(select.fetch_all(&self.database.reads).await?)
    }

    async fn check_container(&self, container: &str) -> Result<(), Refusal> {
        let select = sqlx::query("SELECT 1 FROM container WHERE name = ?").bind(container);
        match select.fetch_optional(&self.database.reads).await? {
            Some(_) => Ok(()),
            None => Err(Refusal::ContainerNotFound),
        }
    }
}

#[cfg(test)]
mod tests;
