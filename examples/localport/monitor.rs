//! A health monitor for each forward: can its upstream be reached?

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lifecycle::{OnShutdown, Res, TaskSpec};

use crate::forward::{Forward, Forwards, connect};
use crate::journal::{Event, Journal};

const INTERVAL: Duration = Duration::from_secs(30);

/// The last that was heard of an upstream; nothing at first.
#[derive(Debug, Default)]
pub(crate) struct Health(Mutex<Option<bool>>);

impl Health {
    /// Whether that is news.
    fn set(&self, well: bool) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(well) != Some(well)
    }
}

/// The monitor of the forward at `index`. There are as many as the configuration says, so they are made of
/// values; an attribute makes one.
///
/// A check in progress is dropped at shutdown: its result would change nothing.
pub(crate) fn of(index: usize, name: &str) -> TaskSpec {
    let look = move |forwards: Res<Forwards>, journal: Res<Journal>| async move {
        look_at(&forwards.list()[index], &journal).await
    };
    TaskSpec::new(format!("monitor {name}"), look).interval(INTERVAL).on_shutdown(OnShutdown::Cancel).tags(["monitor"])
}

/// Only changes are recorded: a row per forward and half a minute would bury the rest.
async fn look_at(forward: &Forward, journal: &Journal) -> Result<(), String> {
    let result = connect(&forward.upstream).await.map(drop);
    if forward.health.set(result.is_ok()) {
        let outcome = result.clone().err().unwrap_or_else(|| "up".to_owned());
        tracing::info!(forward = forward.name, upstream = forward.upstream, outcome, "health");
        journal.record(Event::new("health", &forward.name, outcome)).await;
    }
    result.map_err(|error| format!("{}: {error}", forward.upstream))
}

#[cfg(test)]
mod tests {
    use super::Health;

    #[test]
    fn only_a_change_is_news() {
        let health = Health::default();
        let news: Vec<bool> = [true, true, false, false, true].map(|well| health.set(well)).to_vec();
        assert_eq!(news, [true, false, true, false, true]);
        assert!(Health::default().set(false));
    }
}
