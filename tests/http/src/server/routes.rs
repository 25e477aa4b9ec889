//! What every server answers.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Query;
use axum::routing::{get, post};
use bytes::Bytes;
use http_body_util::channel::Channel;
use lifecycle_tests::stage::say;
use serde::Deserialize;

/// Longest frame of an answer.
const FRAME: usize = 16 * 1024;

/// Routes that need nothing to be told about shutdown.
pub(super) fn simple() -> Router {
    Router::new()
        .route("/", get(async || "hello, world\n"))
        .route("/work", get(working))
        .route("/big", get(big))
        .route("/block", get(block))
        .route("/upload", post(async |body: Bytes| body.len().to_string()))
        .route("/hang", get(async || std::future::pending::<()>().await))
}

/// What is asked of `/work`, `/big` and `/late`.
#[derive(Debug, Deserialize)]
pub(super) struct Work {
    /// Milliseconds before the answer, and between its frames.
    #[serde(default)]
    pub(super) ms: u64,
    /// Length of the answer.
    #[serde(default)]
    pub(super) bytes: usize,
    /// Which answer.
    #[serde(default)]
    pub(super) id: u64,
}

/// The answer of `/work`, `/big` and `/late`: each id has its own.
pub fn work(id: u64, bytes: usize) -> Bytes {
    let text = format!("{id} ");
    text.bytes().cycle().take(bytes).collect()
}

async fn working(Query(asked): Query<Work>) -> Body {
    pause(asked.ms).await;
    Body::from(work(asked.id, asked.bytes))
}

/// Holds the thread, and with it all that would run there.
async fn block(Query(asked): Query<Work>) {
    say("a handler blocks");
    std::thread::sleep(Duration::from_millis(asked.ms));
}

/// Many frames with time between them: an answer that is under way when shutdown begins.
async fn big(Query(asked): Query<Work>) -> Body {
    let (mut sender, body) = Channel::<Bytes>::new(1);
    tokio::spawn(async move {
        let mut rest = work(asked.id, asked.bytes);
        while !rest.is_empty() {
            let frame = rest.split_to(rest.len().min(FRAME));
            // The client may have gone.
            if sender.send_data(frame).await.is_err() {
                return;
            }
            pause(asked.ms).await;
        }
    });
    Body::new(body)
}

pub(super) async fn pause(millis: u64) {
    if millis > 0 {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
}
