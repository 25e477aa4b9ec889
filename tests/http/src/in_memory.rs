//! The same without sockets: `axum::serve` over connections that are memory. What is left is the program's own, which can be
//! timed to some nanoseconds, and counted: the difference between two numbers of requests under `callgrind` is the same
//! at each run.

use std::future::{IntoFuture, pending};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::Router;
use axum::routing::get;
use axum::serve::Listener;
use lifecycle::tower::RequestsLayer;
use lifecycle::{App, Shutdown, TaskSpec};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{mpsc, oneshot};

use crate::argument;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n";

/// Times servers in turns, and prints the best of each: `--requests 5000 --rounds 21 --servers unlayered,layered`. As with
/// sockets, where the memory of a process lies decides about many of the nanoseconds: start it often.
pub fn main(arguments: &[String]) {
    let number = |name, default| argument(arguments, name, default).parse::<usize>().expect("a number");
    let (requests, rounds) = (number("--requests", "5000"), number("--rounds", "21"));
    let modes = argument(arguments, "--servers", "unlayered,layered,layered,unlayered");
    let task = TaskSpec::new("measure", move |shutdown: Shutdown| {
        let servers: Vec<_> = modes.split(',').map(|mode| (mode.to_owned(), serve(mode, &shutdown))).collect();
        async move {
            let mut best = vec![f64::INFINITY; servers.len()];
            for _ in 0..rounds {
                for ((_, server), best) in servers.iter().zip(&mut best) {
                    *best = best.min(nanos(server, requests).await);
                }
            }
            for ((mode, _), best) in servers.iter().zip(best) {
                println!("{mode}: {best:.1} ns a request");
            }
            shutdown.request("all is measured");
        }
    });
    App::builder().worker_threads(1).task(task).build().expect("it is whole").run_blocking();
}

/// A server that takes connections from there.
fn serve(mode: &str, shutdown: &Shutdown) -> mpsc::Sender<Memory> {
    let (connect, connections) = mpsc::channel(1);
    let router = Router::new().route("/", get(async || "hello, world\n"));
    let layer = RequestsLayer::new(shutdown);
    match mode {
        "unlayered" => drop(tokio::spawn(axum::serve(Queue(connections), router).into_future())),
        "layered" => drop(tokio::spawn(axum::serve(Queue(connections), layer.around(router)).into_future())),
        "inside" => drop(tokio::spawn(axum::serve(Queue(connections), router.layer(layer)).into_future())),
        _ => panic!("there is no server `{mode}`"),
    }
    connect
}

/// How long a request takes, of so many on one connection.
async fn nanos(server: &mpsc::Sender<Memory>, requests: usize) -> f64 {
    let (done, all_answered) = oneshot::channel();
    let began = Instant::now();
    let connection = Memory { requests, read: 0, wait: false, done: Some(done) };
    server.send(connection).await.expect("it serves");
    all_answered.await.expect("it serves to the end");
    began.elapsed().as_nanos() as f64 / requests as f64
}

struct Queue(mpsc::Receiver<Memory>);

impl Listener for Queue {
    type Io = Memory;
    type Addr = ();

    async fn accept(&mut self) -> (Memory, ()) {
        match self.0.recv().await {
            Some(connection) => (connection, ()),
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A client that sends so many requests, each once the one before was answered.
struct Memory {
    requests: usize,
    /// How much of the present one was read.
    read: usize,
    wait: bool,
    done: Option<oneshot::Sender<()>>,
}

impl AsyncRead for Memory {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.requests == 0 {
            self.done.take().into_iter().for_each(|done| _ = done.send(()));
            return Poll::Ready(Ok(()));
        }
        // The server waits for each, as it does for a client.
        self.wait = self.read == 0 && !self.wait;
        if self.wait {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let rest = &REQUEST[self.read..];
        let piece = &rest[..rest.len().min(buf.remaining())];
        buf.put_slice(piece);
        self.read = (self.read + piece.len()) % REQUEST.len();
        self.requests -= usize::from(self.read == 0);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Memory {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bufs.iter().map(|buf| buf.len()).sum()))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
