//! Queues over HTTP.

use std::ops::RangeInclusive;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{delete, post, put};
use axum::{Json, Router};
use lifecycle::Res;
use serde::Deserialize;

use crate::refusal::{Refusal, check_name};

use super::{Millis, Put, Queues, Taken, now};

/// The largest message, as in the cloud.
const MOST_BYTES: usize = 64 << 10;
/// Messages that can be taken at once.
const MOST_TAKEN: RangeInclusive<u32> = 1..=32;
/// How long a message is hidden once it was taken, in seconds, if its taker says nothing else.
const HIDDEN: i64 = 30;
const DAY: i64 = 24 * 60 * 60;
const WEEK: i64 = 7 * DAY;
/// What "never" means for a message's end.
const CENTURY: i64 = 100 * 365 * DAY;

type Service = State<Res<Queues>>;

pub(crate) fn routes(queues: Res<Queues>) -> Router {
    Router::new()
        .route("/queue/{queue}", put(create_queue).delete(delete_queue).get(count))
        .route("/queue/{queue}/messages", post(put_message).get(take))
        .route("/queue/{queue}/messages/{id}", delete(remove))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(queues)
}

async fn create_queue(queues: Service, Path(queue): Path<String>) -> Result<StatusCode, Refusal> {
    check_name(&queue)?;
    let is_new = queues.create(&queue).await?;
    Ok(if is_new { StatusCode::CREATED } else { StatusCode::NO_CONTENT })
}

async fn delete_queue(queues: Service, Path(queue): Path<String>) -> Result<StatusCode, Refusal> {
    queues.delete(&queue).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn count(queues: Service, Path(queue): Path<String>) -> Result<Json<serde_json::Value>, Refusal> {
    let messages = queues.count(&queue, now()).await?;
    Ok(Json(serde_json::json!({ "name": queue, "messages": messages })))
}

/// In seconds, as the cloud has them.
#[derive(Deserialize)]
struct Times {
    visibilitytimeout: Option<i64>,
    /// -1: for ever.
    messagettl: Option<i64>,
}

async fn put_message(
    queues: Service,
    Path(queue): Path<String>,
    Query(times): Query<Times>,
    body: Bytes,
) -> Result<(StatusCode, Json<Put>), Refusal> {
    let body = str::from_utf8(&body).map_err(|_| Refusal::InvalidBody)?;
    let life = match times.messagettl {
        Some(-1) => CENTURY,
        life => within(1..=CENTURY, life.unwrap_or(WEEK))?,
    };
    let hidden = within(0..=WEEK, times.visibilitytimeout.unwrap_or(0))?;
    let put = queues.put(&queue, body, now(), millis(hidden), millis(life)).await?;
    Ok((StatusCode::CREATED, Json(put)))
}

#[derive(Deserialize)]
struct Wish {
    numofmessages: Option<u32>,
    visibilitytimeout: Option<i64>,
}

async fn take(
    queues: Service,
    Path(queue): Path<String>,
    Query(wish): Query<Wish>,
) -> Result<Json<Vec<Taken>>, Refusal> {
    let most = within(MOST_TAKEN, wish.numofmessages.unwrap_or(1))?;
    let hidden = within(1..=WEEK, wish.visibilitytimeout.unwrap_or(HIDDEN))?;
    Ok(Json(queues.take(&queue, most, now(), millis(hidden)).await?))
}

#[derive(Deserialize)]
struct Proof {
    popreceipt: String,
}

async fn remove(
    queues: Service,
    Path((queue, id)): Path<(String, String)>,
    Query(proof): Query<Proof>,
) -> Result<StatusCode, Refusal> {
    queues.remove(&queue, &id, &proof.popreceipt, now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn within<T: PartialOrd>(range: RangeInclusive<T>, value: T) -> Result<T, Refusal> {
    if range.contains(&value) { Ok(value) } else { Err(Refusal::OutOfRange) }
}

fn millis(seconds: i64) -> Millis {
    seconds * 1000
}
