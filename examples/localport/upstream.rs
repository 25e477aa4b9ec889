//! The upstream that localport brings along: it sends as many bytes as it is asked for, at the pace it is asked
//! for, and says what it has received.
//!
//! An exchange: the client sends `GIVE <bytes> <bytes per second> <seed>` and a line end, then whatever it
//! likes, and ends its direction. The server sends the bytes of the seed's [`Pattern`], and then, once the
//! client's direction has ended, the number of bytes it has received and their [`Checksum`], as two
//! little-endian words of 64 bits.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use lifecycle::{Res, Shutdown, Tasks, resource};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::config::{Config, Upstream};
use crate::pattern::{Checksum, Pattern};

/// Bytes that are sent or read at once.
pub(crate) const CHUNK: usize = 16 * 1024;
const LONGEST_REQUEST: u64 = 100;

/// The server, if any forward leads to it.
#[resource(open = "open")]
pub(crate) struct DemoUpstream {
    listener: Option<TcpListener>,
}

impl DemoUpstream {
    async fn open(config: Res<Config>) -> io::Result<Self> {
        if config.forwards.iter().all(|forward| forward.upstream != Upstream::Demo) {
            return Ok(Self { listener: None });
        }
        Ok(Self { listener: Some(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?) })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.listener.as_ref().and_then(|listener| listener.local_addr().ok())
    }
}

#[lifecycle::component]
impl DemoUpstream {
    /// It serves until its turn to be cancelled comes, which is after that of the forwards: connections that
    /// they took from their queues at the last moment find it at work.
    #[cooperative_task(name = "demo_server", priority = -10)]
    async fn serve(&self, tasks: Tasks, shutdown: Shutdown) {
        let Some(listener) = &self.listener else { return };
        while let Some(accepted) = shutdown.until_cancelled(listener.accept()).await {
            match accepted {
                Ok((stream, _)) => drop(tasks.spawn("exchange", exchange(stream))),
                Err(error) => {
                    tracing::warn!(%error, "the demo upstream could not accept a connection");
                    shutdown.until_cancelled(tokio::time::sleep(Duration::from_millis(100))).await;
                }
            }
        }
    }
}

/// What a client asks for.
#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) bytes: u64,
    pub(crate) per_second: u64,
    pub(crate) seed: u64,
}

impl Request {
    pub(crate) fn to_line(&self) -> String {
        format!("GIVE {} {} {}\n", self.bytes, self.per_second, self.seed)
    }

    fn from_line(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let give = words.next()? == "GIVE";
        let mut number = || words.next()?.parse().ok();
        let request = Self { bytes: number()?, per_second: number()?, seed: number()? };
        (give && request.per_second > 0 && words.next().is_none()).then_some(request)
    }
}

/// A client that goes away early is no fault of the server's.
async fn exchange(mut stream: TcpStream) {
    let (read, write) = stream.split();
    if let Err(error) = answer(BufReader::new(read), write).await {
        tracing::debug!(%error, "an exchange was broken off");
    }
}

async fn answer(mut from: impl AsyncBufRead + Unpin, mut to: impl AsyncWrite + Unpin) -> io::Result<()> {
    let mut line = String::new();
    (&mut from).take(LONGEST_REQUEST).read_line(&mut line).await?;
    match Request::from_line(&line) {
        Some(request) => {
            let (received, ()) = tokio::try_join!(receive(from), give(&mut to, &request))?;
            to.write_all(&received).await?;
        }
        None if line.is_empty() => {}
        None => to.write_all(b"usage: GIVE <bytes> <bytes per second> <seed>\n").await?,
    }
    to.shutdown().await
}

/// How much came, and its checksum, as they are told.
async fn receive(mut from: impl AsyncRead + Unpin) -> io::Result<[u8; 16]> {
    let (mut count, mut sum, mut buffer) = (0_u64, Checksum::new(), vec![0; CHUNK]);
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(trailer(count, sum));
        }
        count += read as u64;
        sum.add(&buffer[..read]);
    }
}

/// The last bytes of an exchange.
pub(crate) fn trailer(count: u64, sum: Checksum) -> [u8; 16] {
    let mut trailer = [0; 16];
    trailer[..8].copy_from_slice(&count.to_le_bytes());
    trailer[8..].copy_from_slice(&sum.get().to_le_bytes());
    trailer
}

/// Sends the bytes of a pattern, no faster than asked.
pub(crate) async fn give(to: &mut (impl AsyncWrite + Unpin), request: &Request) -> io::Result<()> {
    let Request { bytes, per_second, seed } = *request;
    let mut pace = tokio::time::interval(Duration::from_secs_f64(CHUNK as f64 / per_second as f64));
    let (mut pattern, mut buffer, mut left) = (Pattern::new(seed), vec![0; CHUNK], bytes);
    while left > 0 {
        pace.tick().await;
        let length = left.min(CHUNK as u64);
        let chunk = &mut buffer[..length as usize];
        pattern.fill(chunk);
        to.write_all(chunk).await?;
        left -= length;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answered(request: &str) -> Vec<u8> {
        let mut answer_to = Vec::new();
        answer(request.as_bytes(), &mut answer_to).await.unwrap();
        answer_to
    }

    #[test]
    fn a_request_is_read_as_it_was_written() {
        let request = Request { bytes: 3, per_second: 2, seed: 1 };
        assert_eq!(Request::from_line(&request.to_line()), Some(request));
        for line in ["", "GIVE", "GIVE 1 2", "TAKE 1 2 3", "GIVE 1 0 3", "GIVE 1 2 3 4", "GIVE -1 2 3"] {
            assert_eq!(Request::from_line(line), None, "{line}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_gives_what_was_asked_for_at_the_pace_and_says_what_it_received() {
        let began = tokio::time::Instant::now();
        let given = answered("GIVE 40000 16384 7\nupload").await;
        assert_eq!(began.elapsed(), Duration::from_secs(2));
        let mut expected = vec![0; 40_000];
        Pattern::new(7).fill(&mut expected);
        let mut sum = Checksum::new();
        sum.add(b"upload");
        expected.extend(trailer(6, sum));
        assert!(given == expected);
    }

    #[tokio::test]
    async fn other_words_are_answered_with_the_usage() {
        assert!(answered("GET / HTTP/1.1\n").await.starts_with(b"usage: "));
        assert_eq!(answered("").await, b"");
    }
}
