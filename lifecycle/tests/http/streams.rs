//! Responses that take their time: event streams, WebSockets, bodies.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::{CloseFrame, Message, WebSocketUpgrade, close_code};
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use lifecycle::Shutdown;
use tokio::sync::{Notify, mpsc};

use crate::client::{self, Client};
use crate::web::{Web, app, hasty};

/// What a channel gives, as a stream.
pub(crate) struct Frames<T>(mpsc::Receiver<T>);

impl<T> futures_core::Stream for Frames<T> {
    type Item = Result<T, Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|item| item.map(Ok))
    }
}

/// A route that answers by frames, and where they come from.
pub(crate) fn frames<T: Send + 'static>(into: fn(Frames<T>) -> axum::response::Response) -> (Router, mpsc::Sender<T>) {
    let (sender, receiver) = mpsc::channel(1);
    let receiver = Arc::new(std::sync::Mutex::new(Some(receiver)));
    let handler = get(async move || into(Frames(receiver.lock().unwrap().take().expect("asked for once"))));
    (Router::new().route("/", handler), sender)
}

pub(crate) fn body(frames: Frames<Bytes>) -> axum::response::Response {
    axum::response::Response::new(Body::from_stream(frames))
}

fn events(frames: Frames<Event>) -> axum::response::Response {
    axum::response::IntoResponse::into_response(Sse::new(frames))
}

#[tokio::test]
async fn a_body_under_way_comes_whole() {
    let (router, sender) = frames(body);
    let web = Web::start(router).await;
    let mut client = Client::connect(web.address).await;
    client.send(client::get("/")).await;
    sender.send(Bytes::from("first")).await.unwrap();
    client.head().await.unwrap();
    assert_eq!(client.chunk().await.unwrap(), b"first");
    web.shutdown.request("within a body");
    web.shutdown.draining().await;
    assert_eq!(web.shutdown.status().in_flight_requests, 1);
    sender.send(Bytes::from("second")).await.unwrap();
    assert_eq!(client.chunk().await.unwrap(), b"second");
    drop(sender);
    assert_eq!(client.chunk().await.unwrap(), b"");
    let report = web.ended().await;
    assert!(report.is_clean(), "{report}");
    assert!(client.rest().await.is_empty());
}

#[tokio::test]
async fn a_body_that_never_ends_breaks_off_without_an_end() {
    let (router, sender) = frames(body);
    let web = Web::with(hasty(), router, |it| it).await;
    let mut client = Client::connect(web.address).await;
    client.send(client::get("/")).await;
    sender.send(Bytes::from("first")).await.unwrap();
    client.head().await.unwrap();
    assert_eq!(client.chunk().await.unwrap(), b"first");
    let report = web.stop().await;
    assert_eq!((report.exit_code.get(), report.requests.lost), (3, 1));
    assert!(client.chunk().await.is_none(), "the client must see that something is missing");
}

#[tokio::test]
async fn an_event_stream_ends_by_itself_when_shutdown_drains() {
    let (router, sender) = frames(events);
    let web = Web::start(router).await;
    let mut client = Client::connect(web.address).await;
    client.send(client::get("/")).await;
    sender.send(Event::default().data("one")).await.unwrap();
    client.head().await.unwrap();
    assert_eq!(client.chunk().await.unwrap(), b"data: one\n\n");
    let report = web.stop().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(client.chunk().await.unwrap(), b"");
    drop(sender);
}

#[tokio::test]
async fn an_event_stream_goes_on_while_it_announces_and_may_say_farewell() {
    let farewell = get(async |shutdown: Shutdown| {
        let (sender, receiver) = mpsc::channel(4);
        tokio::spawn(async move {
            sender.send(Event::default().data("one")).await.unwrap();
            shutdown.requested().await;
            sender.send(Event::default().data("leaving")).await.unwrap();
            shutdown.draining().await;
            sender.send(Event::default().data("farewell")).await.unwrap();
            std::future::pending::<()>().await;
        });
        Sse::new(Frames(receiver))
    });
    let app = app().announce(Duration::from_millis(200));
    let web = Web::with(app, Router::new().route("/", farewell), |it| it).await;
    let mut client = Client::connect(web.address).await;
    client.send(client::get("/")).await;
    client.head().await.unwrap();
    assert_eq!(client.chunk().await.unwrap(), b"data: one\n\n");
    web.shutdown.request("announce");
    assert_eq!(client.chunk().await.unwrap(), b"data: leaving\n\n");
    let report = web.ended().await;
    assert!(report.is_clean(), "{report}");
    drop(client);
}

/// A WebSocket's handshake (RFC 6455, 1.2).
const HANDSHAKE: &str = "GET /ws HTTP/1.1\r\nhost: test\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

async fn polite(upgrade: WebSocketUpgrade, shutdown: Shutdown) -> axum::response::Response {
    upgrade.on_upgrade(async move |mut socket| {
        while let Some(Some(Ok(message))) = shutdown.until_draining(socket.recv()).await {
            if socket.send(message).await.is_err() {
                return;
            }
        }
        let farewell = CloseFrame { code: close_code::AWAY, reason: "".into() };
        let _ = socket.send(Message::Close(Some(farewell))).await;
    })
}

/// Close frame, two bytes, 1001.
const AWAY: [u8; 4] = [0x88, 2, 0x03, 0xe9];

#[tokio::test]
async fn a_websocket_hears_of_the_shutdown_and_says_goodbye() {
    let web = Web::start(Router::new().route("/ws", get(polite))).await;
    let mut client = Client::connect(web.address).await;
    client.send(HANDSHAKE).await;
    let head = client.head().await.unwrap();
    assert!(head.starts_with("http/1.1 101") && !head.contains("close"), "{head}");
    assert_eq!(web.shutdown.status().requests.get("websocket"), Some(&1));
    let report = web.stop().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(client.rest().await, AWAY);
}

#[tokio::test]
async fn a_websocket_that_hears_nothing_is_cut_and_counted() {
    let ended = Arc::new(Notify::new());
    let tell = ended.clone();
    let deaf = get(async move |upgrade: WebSocketUpgrade| {
        upgrade.on_upgrade(async move |mut socket| {
            while let Some(Ok(_)) = socket.recv().await {}
            tell.notify_one();
        })
    });
    let web = Web::with(hasty(), Router::new().route("/ws", deaf), |it| it).await;
    let mut client = Client::connect(web.address).await;
    client.send(HANDSHAKE).await;
    client.head().await.unwrap();
    let report = web.stop().await;
    assert_eq!((report.exit_code.get(), report.requests.lost), (3, 1));
    assert!(report.to_string().contains("1 of `websocket`"), "{report}");
    ended.notified().await;
    assert!(client.rest().await.is_empty());
}
