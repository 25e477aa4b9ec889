//! Both directions of one connection.
//!
//! The end of one direction is passed on as such, and the other goes on for as long as it likes. A byte is
//! read only when the one before was written, so a slow receiver slows its sender down.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// Bytes on the way at most, for each direction.
const BUFFER: usize = 16 * 1024;

/// What went through so far: still there when the future that moves it was dropped.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    /// From the client to the upstream.
    pub(crate) up: Direction,
    /// From the upstream to the client.
    pub(crate) down: Direction,
}

/// One direction.
#[derive(Debug, Default)]
pub(crate) struct Direction {
    bytes: AtomicU64,
    ended: AtomicBool,
}

impl Direction {
    /// Bytes that were handed to the receiver.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// Whether the sender came to its end, and the receiver was told so.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Relaxed)
    }
}

/// Moves bytes until both directions have ended.
///
/// A sender that breaks off ends both, since there is no peer left to answer. A receiver that takes no more ends
/// its own direction only: what it has sent before may be the answer, and still has to arrive.
///
/// Cancel safe in the sense that `traffic` tells how far it came.
///
/// # Errors
///
/// The first thing that went wrong in either direction.
pub(crate) async fn both_ways(client: &mut TcpStream, upstream: &mut TcpStream, traffic: &Traffic) -> io::Result<()> {
    let (from_client, to_client) = client.split();
    let (from_upstream, to_upstream) = upstream.split();
    let (up, down) = tokio::try_join!(
        one_way(from_client, to_upstream, &traffic.up),
        one_way(from_upstream, to_client, &traffic.down)
    )?;
    up.and(down)
}

/// The outer error: the sender broke off; the inner one: the receiver took no more.
async fn one_way(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    direction: &Direction,
) -> io::Result<io::Result<()>> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            break;
        }
        if let Err(error) = to.write_all(&buffer[..read]).await {
            return Ok(Err(error));
        }
        direction.bytes.fetch_add(read as u64, Relaxed);
    }
    let told = to.shutdown().await;
    direction.ended.store(told.is_ok(), Relaxed);
    Ok(told)
}

#[cfg(test)]
mod tests;
