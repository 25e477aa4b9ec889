//! A start that fails when it is told to, so that the way back can be seen.

use lifecycle::{Res, resource};
use tokio::sync::watch;

use crate::config::{Config, Service};

/// Knows which services are open, and which one is to fail.
#[resource(open = "open")]
pub(crate) struct Faults {
    fails: Option<Service>,
    open: watch::Sender<Vec<Service>>,
}

impl Faults {
    fn open(config: Res<Config>) -> Self {
        Self { fails: config.fail, open: watch::Sender::default() }
    }

    /// The last step of each service's opening.
    ///
    /// The one that is to fail waits for its neighbour first, which opens at the same time. So the same is taken back
    /// in every run.
    pub(crate) async fn last_step(&self, service: Service) -> Result<(), String> {
        if self.fails != Some(service) {
            self.open.send_modify(|open| open.push(service));
            tracing::info!("{service} open");
            return Ok(());
        }
        let neighbour_is_open =
            |open: &Vec<Service>| service.neighbour().is_none_or(|neighbour| open.contains(&neighbour));
        // The sender is a field of this very struct, so it is there.
        let _ = self.open.subscribe().wait_for(neighbour_is_open).await;
        Err(format!("{service} fails, as it was told to"))
    }
}
