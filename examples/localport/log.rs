//! The log, on stderr.

use std::io::{IsTerminal, stderr};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts the log. `RUST_LOG` has the usual form, such as `debug` or `warn,lifecycle=debug`; default `info`.
pub(crate) fn start() {
    let wish = std::env::var("RUST_LOG").ok().filter(|wish| !wish.trim().is_empty());
    let (targets, fault) = match wish.as_deref().map(str::parse::<Targets>) {
        Some(Ok(targets)) => (targets, None),
        Some(Err(error)) => (usual(), Some(error)),
        None => (usual(), None),
    };
    let colours = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr).with_ansi(colours);
    tracing_subscriber::registry().with(targets).with(lines).init();
    if let Some(error) = fault {
        tracing::warn!(%error, "RUST_LOG is not understood; logging as if it were `info`");
    }
}

fn usual() -> Targets {
    Targets::new().with_default(LevelFilter::INFO)
}
