//! What the clients do.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What the clients do. Even clients keep their connection; odd ones make a new connection for each request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// Where the server listens.
    pub address: SocketAddr,
    /// How many clients ask at the same time.
    #[serde(default = "default_clients")]
    pub clients: usize,
    /// What a client does that is turned away.
    #[serde(default)]
    pub policy: Policy,
    /// What the clients speak.
    #[serde(default)]
    pub protocol: Protocol,
    /// How long the server's handler sleeps, in milliseconds.
    #[serde(default)]
    pub handler: u64,
    /// Length of each answer in bytes, in several frames if it is long.
    #[serde(default = "default_bytes")]
    pub bytes: usize,
    /// The clients stop by themselves after so many milliseconds, between two requests.
    #[serde(default = "default_most")]
    pub most: u64,
}

/// What a client does that is turned away: by a 503, by `Connection: close`, by GOAWAY, or by a connection that
/// was closed while it asked for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// It goes elsewhere, as behind a load balancer: it stops.
    #[default]
    Leave,
    /// It comes back to the same address until that refuses the connection.
    Return,
}

/// What the clients speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// HTTP/1.1, one request at a time on a connection.
    #[default]
    Http1,
    /// HTTP/2 by prior knowledge, several requests at a time on a connection that is kept.
    Http2,
}

impl Plan {
    /// The usual number of clients, over HTTP/1.1, with a handler that answers at once.
    pub fn new(address: SocketAddr, policy: Policy) -> Self {
        Self {
            address,
            clients: default_clients(),
            policy,
            protocol: Protocol::default(),
            handler: 0,
            bytes: default_bytes(),
            most: default_most(),
        }
    }

    pub(super) fn keeps_connection(&self, client: usize) -> bool {
        client.is_multiple_of(2)
    }

    /// When the clients stop by themselves.
    pub(super) fn most(&self) -> Duration {
        Duration::from_millis(self.most)
    }
}

fn default_clients() -> usize {
    64
}

fn default_bytes() -> usize {
    64
}

fn default_most() -> u64 {
    20_000
}
