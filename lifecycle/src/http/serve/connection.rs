//! One connection, from the queue to its end.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::time::timeout_at;
use tracing::Level;

use crate::Acceptor;
use crate::http::listen::Listener;

use super::app::App;
use super::course::{Course, Turn};
use super::exchange::exchange;
use super::link::{Link, Server};
use super::stage::{Listening, Stage};
use super::wire::Wire;

/// What a connection is made with.
pub(super) struct Start<S> {
    pub(super) app: S,
    pub(super) server: Arc<Server>,
    pub(super) stage: Listening,
    /// *stop_new_work* waits while a request may still come on this connection.
    pub(super) door: Option<Arc<Acceptor>>,
}

/// Serves one connection.
pub(super) async fn connection<L: Listener, S: App>(
    established: impl Future<Output = std::io::Result<L::Stream>>,
    address: L::Addr,
    start: Start<S>,
) {
    let Start { app, server, stage, door } = start;
    let link = Arc::new(Link::new(server.clone()));
    let Some(stream) = establish(established, &link, stage.clone()).await else { return };
    let wire = TokioIo::new(Wire::<L>::new(stream, link.clone()));
    let builder = builder(&server, stage.clone());
    let service = {
        let link = link.clone();
        service_fn(move |request: http::Request<Incoming>| {
            exchange(app.clone(), address.clone(), link.clone(), request)
        })
    };
    let connection = builder.serve_connection_with_upgrades(wire, service);
    let mut connection = pin!(connection);
    let mut course = Course::new(&link, stage.clone(), door);
    loop {
        let turn = course.turn(|context| connection.as_mut().poll(context)).await;
        match turn {
            Turn::Ended(Ok(())) => break,
            Turn::Ended(Err(error)) => {
                server.shutdown.calls().event(Level::DEBUG, move |_| {
                    tracing::debug!(error = &*error, "a connection ended with an error");
                });
                break;
            }
            // To a connection that is at its first bytes or has a request half sent, this may say nothing.
            Turn::Farewell => connection.as_mut().graceful_shutdown(),
            Turn::Over => return,
        }
    }
    drop(course);
    if link.is_upgraded() {
        upgraded(&link, stage).await;
    }
}

/// The stream, unless it is not ready soon after shutdown began to drain.
async fn establish<T>(
    established: impl Future<Output = std::io::Result<T>>,
    link: &Link,
    mut stage: Listening,
) -> Option<T> {
    let linger = link.server.options.linger;
    let mut established = pin!(established);
    let mut until = match stage.now() {
        Stage::Draining(since) => Some(since + linger),
        _ => None,
    };
    loop {
        let mut next = pin!(stage.next());
        let step = poll_fn(|context| {
            if let Poll::Ready(result) = established.as_mut().poll(context) {
                return Poll::Ready(Ok(result));
            }
            next.as_mut().poll(context).map(Err)
        });
        let step = match until {
            Some(until) => timeout_at(until, step).await.ok()?,
            None => step.await,
        };
        match step {
            Ok(result) => {
                return result
                    .map_err(|error| {
                        link.server.shutdown.calls().event(Level::DEBUG, move |_| {
                            tracing::debug!(%error, "a connection was not established");
                        });
                    })
                    .ok();
            }
            Err(Stage::Draining(since)) => until = Some(since + linger),
            Err(Stage::Cut) => return None,
            Err(_) => {}
        }
    }
}

fn builder(server: &Server, stage: Listening) -> Builder<Streams> {
    let mut builder = Builder::new(Streams { stage });
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(server.options.header_read_timeout)
        .http2()
        .timer(TokioTimer::new());
    builder
}

/// Waits for the handler of an upgraded connection, and breaks it off at the cut.
async fn upgraded(link: &Link, mut stage: Listening) {
    let mut closed = pin!(link.closed.notified());
    loop {
        if stage.now() == Stage::Cut {
            link.cut.cut();
        }
        let mut next = pin!(stage.next());
        let step = poll_fn(|context| {
            if closed.as_mut().poll(context).is_ready() {
                return Poll::Ready(true);
            }
            // There is no stage after the cut.
            if link.cut.is_cut() { Poll::Pending } else { next.as_mut().poll(context).map(|_| false) }
        });
        if step.await {
            return;
        }
    }
}

/// Runs the streams of an HTTP/2 connection, each as a task that is looked after at each stage.
#[derive(Clone, Debug)]
struct Streams {
    stage: Listening,
}

impl<F> Executor<F> for Streams
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, stream: F) {
        tokio::spawn(self.stage.clone().attend(stream));
    }
}
