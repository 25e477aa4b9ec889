//! A client for the emulator: one connection, kept from request to request.

use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONNECTION, HOST};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use lifecycle::BoxError;
use serde_json::Value;
use tokio::net::TcpStream;

/// A connection to an emulator.
#[derive(Debug)]
pub struct Client {
    host: String,
    connection: SendRequest<Full<Bytes>>,
}

/// What the emulator says.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status, such as 201.
    pub status: u16,
    /// The body.
    pub body: Bytes,
    /// Whether this was the connection's last answer: the emulator asks its clients to go elsewhere.
    pub is_last: bool,
}

impl Answer {
    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    ///
    /// Nothing listens there, or not any more.
    pub async fn connect(address: SocketAddr) -> Result<Self, BoxError> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (connection, driver) = handshake(TokioIo::new(stream)).await?;
        // It ends with the connection; the error goes to the caller that waits for an answer.
        tokio::spawn(driver);
        Ok(Self { host: address.to_string(), connection })
    }

    /// Sends a request, and waits for the whole answer.
    ///
    /// # Errors
    ///
    /// The connection is over before the answer is whole. Whether the request was done is not known then.
    pub async fn send(&mut self, method: Method, path: &str, body: impl Into<Bytes>) -> Result<Answer, BoxError> {
        self.connection.ready().await?;
        let request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        let answer = self.connection.send_request(request.body(Full::new(body.into()))?).await?;
        let is_last = answer.headers().get(CONNECTION).is_some_and(|value| value.as_bytes() == b"close");
        Ok(Answer { status: answer.status().as_u16(), is_last, body: answer.into_body().collect().await?.to_bytes() })
    }

    /// `GET`.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn get(&mut self, path: &str) -> Result<Answer, BoxError> {
        self.send(Method::GET, path, Bytes::new()).await
    }

    /// `PUT`.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn put(&mut self, path: &str, body: impl Into<Bytes>) -> Result<Answer, BoxError> {
        self.send(Method::PUT, path, body).await
    }

    /// `POST`.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn post(&mut self, path: &str, body: impl Into<Bytes>) -> Result<Answer, BoxError> {
        self.send(Method::POST, path, body).await
    }

    /// `DELETE`.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn delete(&mut self, path: &str) -> Result<Answer, BoxError> {
        self.send(Method::DELETE, path, Bytes::new()).await
    }
}
