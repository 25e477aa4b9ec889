//! The listener, and what is served behind it.

use std::io;
use std::net::SocketAddr;
use std::ops::Deref;

use axum::Router;
use lifecycle::{Res, Shutdown, cooperative_task, resource};
use tokio::net::TcpListener;

use crate::blob::{self, Blobs};
use crate::config::{Config, Service};
use crate::faults::Faults;
use crate::queue::{self, Queues};
use crate::refusal::Refusal;

/// The port. As a resource it is bound before any task starts, and a port that is taken fails the start.
///
/// It takes the services, though it does not use them: no client is let in before they are open.
#[resource(open = "open")]
pub(crate) struct Gateway {
    listener: TcpListener,
    address: SocketAddr,
}

impl Gateway {
    async fn open(
        config: Res<Config>,
        _blobs: Res<Blobs>,
        _queues: Res<Queues>,
        faults: Res<Faults>,
    ) -> Result<Self, String> {
        let explain = |error: io::Error| format!("{}: {error}", config.listen);
        let listener = TcpListener::bind(config.listen).await.map_err(explain)?;
        let address = listener.local_addr().map_err(explain)?;
        faults.last_step(Service::Gateway).await?;
        Ok(Self { listener, address })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// So that it can be handed to the server as it is.
impl Deref for Gateway {
    type Target = TcpListener;

    fn deref(&self) -> &TcpListener {
        &self.listener
    }
}

/// Requests are counted by the server; how it stops without losing one is its own affair.
#[cooperative_task(name = "gateway_server")]
async fn serve(gateway: Res<Gateway>, blobs: Res<Blobs>, queues: Res<Queues>, shutdown: Shutdown) -> io::Result<()> {
    let app =
        Router::new().merge(blob::routes(blobs)).merge(queue::routes(queues)).fallback(async || Refusal::InvalidUri);
    lifecycle::axum::serve(gateway, app, shutdown).await
}
