//! Raw TCP, with everything done by hand that `lifecycle::axum::serve` does by itself: a server that sends each line
//! back.
//!
//! ```sh
//! cargo run -p lifecycle-examples --bin echo
//! nc localhost 7007
//! ```
//!
//! `ECHO_PORT` says where it listens. When it is asked to stop, it takes no new connection, answers the lines that are
//! on their way, says goodbye on each connection, and ends.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lifecycle::{Acceptor, BoxError, Requests, Res, Shutdown, Tasks, cooperative_task, resource};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout_at};

/// How long a connection may still bring a line once the shutdown drains.
const LAST_CALL: Duration = Duration::from_millis(100);
/// Pause after an accept that failed: trying at once again would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The port, and the word that new work comes from it: *stop_new_work* lasts until every such word was taken back.
///
/// It is given here, before the first connection can stand in the queue, so that none is forgotten however early the
/// shutdown comes.
#[resource(open = "bind")]
struct Port(Mutex<Option<(TcpListener, Acceptor)>>);

impl Port {
    async fn bind(requests: Requests) -> Result<Self, BoxError> {
        let port: u16 = std::env::var("ECHO_PORT").as_deref().unwrap_or("7007").parse()?;
        let acceptor = requests.acceptor("echo");
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        Ok(Self(Mutex::new(Some((listener, acceptor)))))
    }
}

/// Accepts until the shutdown drains, then empties the queue: the system has told those who stand in it that they are
/// connected. Who comes between the last look and the close is reset; `lifecycle::axum::serve` rules that out as well.
#[cooperative_task]
async fn listen(port: Res<Port>, requests: Requests, tasks: Tasks, shutdown: Shutdown) -> io::Result<()> {
    let taken = port.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some((listener, acceptor)) = taken else { return Ok(()) };
    println!("echo {}", listener.local_addr()?);

    let let_in = |stream: TcpStream| {
        // A connection brings new work as a listener does, so it gives its word too. What is waited for after that is
        // a line, not the connection: an idle one holds up nothing.
        let word = requests.acceptor("connection");
        tasks.spawn("connection", converse(stream, word, requests.clone(), shutdown.clone()));
    };
    while let Some(accepted) = shutdown.until_draining(listener.accept()).await {
        match accepted {
            Ok((stream, _)) => let_in(stream),
            Err(error) => {
                eprintln!("echo: {error}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    // Tokio looks only after a wake-up; the socket itself knows.
    let queue = listener.into_std()?;
    while let Ok((stream, _)) = queue.accept() {
        stream.set_nonblocking(true)?;
        let_in(TcpStream::from_std(stream)?);
    }
    drop((queue, acceptor));
    Ok(())
}

/// One connection. As a child of `listen` it is dropped in *cancel_tasks*, if its client has not taken its answer by
/// then; the line counts as lost.
async fn converse(mut stream: TcpStream, word: Acceptor, requests: Requests, shutdown: Shutdown) -> io::Result<()> {
    let (read, mut write) = stream.split();
    let (mut lines, mut last_call) = (BufReader::new(read).lines(), None);
    while let Some(line) = next(&mut lines, &shutdown, &mut last_call).await? {
        let _in_flight = requests.begin("line");
        write.write_all(format!("{line}\n").as_bytes()).await?;
    }
    drop(word);
    if last_call.is_some() { write.write_all(b"goodbye\n").await } else { Ok(()) }
}

/// The next line; `None`: there is none, or it is too late for one. (A server that strangers can reach would bound its
/// length.)
///
/// A connection that has just come out of the queue has not been read at all when the shutdown drains, so it is not
/// enough to stop there.
async fn next(
    lines: &mut Lines<impl AsyncBufRead + Unpin>,
    shutdown: &Shutdown,
    last_call: &mut Option<Instant>,
) -> io::Result<Option<String>> {
    if let Some(line) = shutdown.until_draining(lines.next_line()).await {
        return line;
    }
    let until = *last_call.get_or_insert_with(|| Instant::now() + LAST_CALL);
    timeout_at(until, lines.next_line()).await.unwrap_or(Ok(None))
}

#[lifecycle::main(timeout = "10s")]
async fn main(shutdown: Shutdown) {
    shutdown.requested().await;
}
