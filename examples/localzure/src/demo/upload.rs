//! A request that takes its time: its body comes in pieces.

use std::net::SocketAddr;
use std::time::Duration;

use lifecycle::BoxError;
use localzure::client::Answer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::interval;

/// A blob under way, over a connection of its own.
pub(crate) struct Upload {
    stream: TcpStream,
    content: Vec<u8>,
}

impl Upload {
    /// Sends the head. The emulator has a request now, which it cannot answer yet.
    pub(crate) async fn begin(address: SocketAddr, path: &str, content: Vec<u8>) -> Result<Self, BoxError> {
        let mut stream = TcpStream::connect(address).await?;
        let head = format!("PUT {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n", content.len());
        stream.write_all(head.as_bytes()).await?;
        Ok(Self { stream, content })
    }

    /// Sends the body in so many pieces, one after each pause, and waits for the answer.
    pub(crate) async fn finish(mut self, pieces: usize, pause: Duration) -> Result<Answer, BoxError> {
        let mut pace = interval(pause);
        for piece in self.content.chunks(self.content.len().div_ceil(pieces).max(1)) {
            pace.tick().await;
            self.stream.write_all(piece).await?;
        }
        answer(self.stream).await
    }
}

/// An answer without a body.
async fn answer(mut stream: TcpStream) -> Result<Answer, BoxError> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("no status")?;
    Ok(Answer { status, body: Default::default(), is_last: head.contains("connection: close") })
}
