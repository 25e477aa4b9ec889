//! Answers that go on until they are ended: events and WebSockets.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Query;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::{pending, unfold};
use http_body_util::channel::Channel;
use lifecycle::Shutdown;
use serde::Deserialize;

use super::routes::{Work, pause, work};

pub(super) fn routes() -> Router {
    Router::new()
        .route("/late", get(late))
        .route("/sse", get(events))
        .route("/sse-silent", get(silence))
        .route("/ws", get(socket))
        .route("/ws-deaf", get(deaf_socket))
}

/// Half of an answer, and the other half only once shutdown drains: it is under way then, however slow the machine.
async fn late(Query(asked): Query<Work>, shutdown: Shutdown) -> Body {
    let (mut sender, body) = Channel::<Bytes>::new(1);
    tokio::spawn(async move {
        let mut rest = work(asked.id, asked.bytes);
        let half = rest.split_to(asked.bytes / 2);
        // The client may have gone.
        if sender.send_data(half).await.is_ok() {
            shutdown.draining().await;
            pause(asked.ms).await;
            let _ = sender.send_data(rest).await;
        }
    });
    Body::new(body)
}

#[derive(Debug, Deserialize)]
struct Rhythm {
    /// Milliseconds between two events.
    every: u64,
}

/// The first event comes at once.
async fn events(Query(rhythm): Query<Rhythm>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let every = Duration::from_millis(rhythm.every);
    Sse::new(unfold(0_u64, move |number| async move {
        if number > 0 {
            tokio::time::sleep(every).await;
        }
        Some((Ok(Event::default().data(number.to_string())), number + 1))
    }))
}

/// A stream that nothing comes from: its end cannot wait for its next event.
async fn silence() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(pending())
}

/// An echo that says goodbye when shutdown drains.
async fn socket(upgrade: WebSocketUpgrade, shutdown: Shutdown) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        while let Some(received) = shutdown.until_draining(socket.recv()).await {
            match received {
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                    if socket.send(message).await.is_err() {
                        return;
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            }
        }
        say_goodbye(socket).await;
    })
}

/// Sends a close frame, and waits for the client's: only then does it have all that was sent.
async fn say_goodbye(mut socket: WebSocket) {
    let goodbye = CloseFrame { code: close_code::AWAY, reason: "the server stops".into() };
    if socket.send(Message::Close(Some(goodbye))).await.is_ok() {
        while let Some(Ok(_)) = socket.recv().await {}
    }
}

/// An echo that hears of no shutdown.
async fn deaf_socket(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async |mut socket| {
        while let Some(Ok(message)) = socket.recv().await {
            if socket.send(message).await.is_err() {
                return;
            }
        }
    })
}
