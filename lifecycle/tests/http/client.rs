//! A client of a few lines, so that nothing between the test and the bytes decides anything.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A response as it came.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// In small letters.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn says_close(&self) -> bool {
        self.head.contains("\r\nconnection: close")
    }
}

/// A request for a path; nothing is said about the connection.
pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n").into_bytes()
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap())
    }

    pub(crate) fn over(stream: TcpStream) -> Self {
        Self { stream, unread: Vec::new() }
    }

    /// A connection from before the server could do anything about it.
    pub(crate) fn of(stream: std::net::TcpStream) -> Self {
        stream.set_nonblocking(true).unwrap();
        Self::over(TcpStream::from_std(stream).unwrap())
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    pub(crate) async fn get(&mut self, path: &str) -> Response {
        self.send(get(path)).await;
        self.response().await.expect("a response")
    }

    /// The next response with its whole body; `None` if the connection ends before it.
    pub(crate) async fn response(&mut self) -> Option<Response> {
        let head = self.head().await?;
        let body = if head.contains("\r\ntransfer-encoding: chunked") {
            self.chunks().await?
        } else {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map_or(0, |length| length.parse().unwrap());
            self.take(length).await?
        };
        let status = head[9..12].parse().unwrap();
        Some(Response { status, head, body: String::from_utf8(body).unwrap() })
    }

    /// The head of the next response.
    pub(crate) async fn head(&mut self) -> Option<String> {
        Some(String::from_utf8(self.until(b"\r\n\r\n").await?).unwrap().to_lowercase())
    }

    async fn chunks(&mut self) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let chunk = self.chunk().await?;
            if chunk.is_empty() {
                return Some(body);
            }
            body.extend(chunk);
        }
    }

    /// The next chunk of a chunked body; empty at its end.
    pub(crate) async fn chunk(&mut self) -> Option<Vec<u8>> {
        let size = String::from_utf8(self.until(b"\r\n").await?).unwrap();
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        let mut chunk = self.take(size + 2).await?;
        chunk.truncate(size);
        Some(chunk)
    }

    async fn until(&mut self, end: &[u8]) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.unread.windows(end.len()).position(|window| window == end) {
                return Some(self.unread.drain(..at + end.len()).collect());
            }
            self.read().await?;
        }
    }

    pub(crate) async fn take(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.unread.len() < length {
            self.read().await?;
        }
        Some(self.unread.drain(..length).collect())
    }

    async fn read(&mut self) -> Option<()> {
        let mut buf = [0; 4096];
        match self.stream.read(&mut buf).await {
            Ok(0) | Err(_) => None,
            Ok(count) => {
                self.unread.extend(&buf[..count]);
                Some(())
            }
        }
    }

    /// Waits until the server has closed the connection; what came before that.
    pub(crate) async fn rest(mut self) -> Vec<u8> {
        while self.read().await.is_some() {}
        self.unread
    }
}
