//! Connections that stand in the accept queue when the signal comes: the kernel has accepted them and their requests,
//! the program has not.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use lifecycle_http_tests::launch;
use lifecycle_tests::driver::{Program, Running};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use super::client::{Client, within_bounds};
use super::listeners::Path;
use super::{HARNESS, end_by_sigterm};

const QUEUED: usize = 100;
const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n";
/// Clients that come all the time.
const CALLERS: usize = 8;
/// Rounds; one of them has to be with loss.
const TRIES: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_in_the_accept_queue_are_answered() {
    let server = start(launch::server(HARNESS, "ours"));
    let address = launch::address(&server);
    let connect = async || TcpStream::connect(address).await.expect("it listens");
    assert_eq!(answered(server, connect).await, QUEUED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_in_the_queue_of_a_unix_socket_are_answered() {
    let path = Path::new("backlog");
    let server = start(launch::server(HARNESS, "unix").arg(path.text()));
    server.wait_for("READY");
    let connect = async || UnixStream::connect(path.text()).await.expect("it listens");
    assert_eq!(answered(server, connect).await, QUEUED);
}

/// Proof that these tests can see losses.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_look_into_its_queue_loses_them() {
    for _ in 0..TRIES {
        let server = start(launch::server(HARNESS, "bare"));
        let address = launch::address(&server);
        let connect = async || TcpStream::connect(address).await.expect("it listens");
        if answered(server, connect).await < QUEUED {
            return;
        }
    }
    panic!("all were answered in {TRIES} rounds: would these tests see it?");
}

/// While the queue is emptied no new connection gets into it: a client that comes then gets no answer, asks again after the
/// system's first repeat (a second), and is refused.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_queue_is_emptied_nobody_new_comes_in() {
    let server = launch::server(HARNESS, "ours").start();
    let address = launch::address(&server);
    let callers: Vec<_> = (0..CALLERS).map(|_| tokio::spawn(until_refused(address))).collect();
    let ended = end_by_sigterm(server).await;
    ended.exits(0);
    let mut waited = Vec::new();
    for caller in callers {
        waited.push(within_bounds(caller).await.expect("no panic"));
    }
    let repeated = waited.iter().filter(|waited| **waited >= Duration::from_millis(900)).count();
    assert!(repeated > 0, "all were refused at once: {waited:?}");
}

/// Asks again and again on new connections: how long did the attempt take that was refused?
#[cfg(target_os = "linux")]
async fn until_refused(address: SocketAddr) -> Duration {
    loop {
        let began = Instant::now();
        let Ok(mut stream) = TcpStream::connect(address).await else { return began.elapsed() };
        // Answered before it comes again, so that the queue is never full: that would look like a sealed one.
        let _ = stream.write_all(ASK).await;
        let _ = stream.read(&mut [0; 1024]).await;
    }
}

/// On one thread, so that one handler can block it.
fn start(server: Program) -> Running {
    server.workers(1).start()
}

/// Blocks the server, fills its queue, and sends SIGTERM: how many of those in the queue are answered?
async fn answered<S>(server: Running, connect: impl AsyncFn() -> S) -> usize
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut blocking = Client::over(connect().await).await;
    let blocked = tokio::spawn(async move { blocking.text("/block?ms=500").await.0 });
    server.wait_for("a handler blocks");
    let mut queued = Vec::new();
    for _ in 0..QUEUED {
        let mut stream = within_bounds(connect()).await;
        stream.write_all(ASK).await.expect("the kernel takes it");
        queued.push(stream);
    }
    let ended = tokio::spawn(end_by_sigterm(server));
    let answers = join_all(queued.into_iter().map(is_answered)).await;
    assert_eq!(blocked.await.expect("no panic"), 200);
    let ended = ended.await.expect("no panic");
    ended.exits(0);
    assert!(ended.elapsed < Duration::from_secs(10), "{ended:#?}");
    answers.into_iter().filter(|answered| *answered).count()
}

/// Whether a whole answer comes before the end.
async fn is_answered<S: AsyncRead + Unpin>(mut stream: S) -> bool {
    let mut answer = Vec::new();
    // A reset after the answer is the end as well.
    let _ = within_bounds(stream.read_to_end(&mut answer)).await;
    answer.starts_with(b"HTTP/1.1 200 OK\r\n") && answer.ends_with(b"hello, world\n")
}
