//! Blobs over HTTP.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use axum::{Json, Router};
use lifecycle::Res;
use serde::{Deserialize, Serialize};

use crate::refusal::{Refusal, check_name};

use super::{Blobs, Entry};

/// The largest blob. It is held in memory, by the request and once more by SQLite.
const MOST_BYTES: usize = 64 << 20;
/// The longest list in one answer.
const MOST_LISTED: u32 = 5000;
const ANY_BYTES: &str = "application/octet-stream";

type Service = State<Res<Blobs>>;

pub(crate) fn routes(blobs: Res<Blobs>) -> Router {
    Router::new()
        .route("/blob/{container}", put(create_container).delete(delete_container).get(list))
        .route("/blob/{container}/{*name}", put(put_blob).delete(delete_blob).get(get_blob))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(blobs)
}

async fn create_container(blobs: Service, Path(container): Path<String>) -> Result<StatusCode, Refusal> {
    check_name(&container)?;
    blobs.create_container(&container).await?;
    Ok(StatusCode::CREATED)
}

async fn delete_container(blobs: Service, Path(container): Path<String>) -> Result<StatusCode, Refusal> {
    blobs.delete_container(&container).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize)]
struct Selection {
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    marker: String,
    maxresults: Option<u32>,
}

#[derive(Serialize)]
struct Page {
    blobs: Vec<Entry>,
    /// To be given as `marker`, for what comes after these.
    next_marker: Option<String>,
}

async fn list(
    blobs: Service,
    Path(container): Path<String>,
    Query(wish): Query<Selection>,
) -> Result<Json<Page>, Refusal> {
    let most = wish.maxresults.unwrap_or(MOST_LISTED);
    if !(1..=MOST_LISTED).contains(&most) {
        return Err(Refusal::OutOfRange);
    }
    let blobs = blobs.list(&container, &wish.prefix, &wish.marker, most).await?;
    let is_full = blobs.len() == most as usize;
    let next_marker = blobs.last().filter(|_| is_full).map(|last| last.name.clone());
    Ok(Json(Page { blobs, next_marker }))
}

async fn put_blob(
    blobs: Service,
    Path((container, name)): Path<(String, String)>,
    headers: HeaderMap,
    content: Bytes,
) -> Result<Response, Refusal> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or(ANY_BYTES);
    let etag = blobs.put(&container, &name, &content, content_type).await?;
    Ok((StatusCode::CREATED, [(ETAG, quoted(&etag))]).into_response())
}

async fn get_blob(blobs: Service, Path((container, name)): Path<(String, String)>) -> Result<Response, Refusal> {
    let blob = blobs.get(&container, &name).await?;
    Ok(([(CONTENT_TYPE, blob.content_type), (ETAG, quoted(&blob.etag))], blob.content).into_response())
}

async fn delete_blob(blobs: Service, Path((container, name)): Path<(String, String)>) -> Result<StatusCode, Refusal> {
    blobs.delete(&container, &name).await?;
    Ok(StatusCode::ACCEPTED)
}

fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}
