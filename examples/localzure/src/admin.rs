//! A port of its own for probes, which answers until the end.

use std::io;
use std::sync::{Mutex, PoisonError};

use lifecycle::{Res, Shutdown, cooperative_task, resource};
use tokio::net::TcpListener;

use crate::config::Config;

/// The port, if there is to be one.
#[resource(open = "open")]
pub(crate) struct Admin {
    url: Option<String>,
    /// Until the task that serves it takes it.
    listener: Mutex<Option<TcpListener>>,
}

impl Admin {
    async fn open(config: Res<Config>) -> io::Result<Self> {
        let Some(address) = config.admin else {
            return Ok(Self { url: None, listener: Mutex::default() });
        };
        let listener = TcpListener::bind(address).await?;
        Ok(Self { url: Some(format!("http://{}", listener.local_addr()?)), listener: Mutex::new(Some(listener)) })
    }

    pub(crate) fn url(&self) -> Option<String> {
        self.url.clone()
    }
}

/// With details, since only operators reach it. Its requests are not counted, so that watching a shutdown does not hold
/// it up.
#[cooperative_task(name = "admin_server")]
async fn serve(admin: Res<Admin>, shutdown: Shutdown) -> io::Result<()> {
    let listener = admin.listener.lock().unwrap_or_else(PoisonError::into_inner).take();
    match listener {
        Some(listener) => {
            let probes = lifecycle::axum::Probes::new().details().router();
            lifecycle::axum::serve(listener, probes, shutdown).until_cancelled().await
        }
        None => Ok(()),
    }
}
