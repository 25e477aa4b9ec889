//! Options of `#[cooperative_task]` by which a task is watched over: restarts, monitors, blocking bodies, copies.

use std::time::Duration;

use lifecycle_rules::duration;
use proc_macro2::TokenStream;
use syn::{Expr, Path};

use crate::consts::duration_tokens;
use crate::crate_path::private;
use crate::diag::Diag;
use crate::options::Options;
use crate::setting::{Fault, Setting, text_of};
use crate::tokens::code;

/// Whether a task is run again after its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restart {
    Never,
    OnFailure,
    Always,
}

const RESTART: [(&str, Restart); 3] =
    [("never", Restart::Never), ("on-failure", Restart::OnFailure), ("always", Restart::Always)];

/// The options that were given and could be read.
pub(super) struct Supervision {
    pub(super) restart: Option<Setting<Restart>>,
    pub(super) backoff: Option<Setting<(Duration, Duration)>>,
    pub(super) max_restarts: Option<Setting<(u32, Duration)>>,
    pub(super) failure_threshold: Option<Setting<usize>>,
    pub(super) on_failure: Option<Setting<Path>>,
    pub(super) on_recovery: Option<Setting<Path>>,
    pub(super) blocking: Option<Setting<bool>>,
    pub(super) instances: Option<Setting<usize>>,
}

impl Supervision {
    pub(super) fn read(o: &mut Options, d: &mut Diag) -> Self {
        Self {
            restart: o.choice("restart", &RESTART, d),
            backoff: o.read("backoff", "two durations", d, backoff),
            max_restarts: o.read("max_restarts", "a count and a time", d, intensity),
            failure_threshold: o.integer("failure_threshold", d),
            on_failure: o.read("on_failure", FUNCTION, d, function),
            on_recovery: o.read("on_recovery", FUNCTION, d, function),
            blocking: o.boolean("blocking", d).filter(|setting| setting.value),
            instances: o.integer("instances", d),
        }
    }

    pub(super) fn is_blocking(&self) -> bool {
        self.blocking.is_some()
    }

    /// Whether a task that ends is run again; `None`: it does not say.
    pub(super) fn restarts(&self) -> Option<bool> {
        self.restart.as_ref().map(|restart| restart.value != Restart::Never)
    }

    /// How the task is run again after its end, as a const expression; `None`: it is not.
    pub(super) fn restart_policy(&self) -> Option<TokenStream> {
        let private = private();
        let always = match self.restart.as_ref()?.value {
            Restart::Never => return None,
            Restart::OnFailure => false,
            Restart::Always => true,
        };
        let (backoff, intensity) = (self.backoff(), self.intensity());
        Some(code!(#private::RestartPolicy { always: #always, backoff: #backoff, max_restarts: #intensity }))
    }

    fn backoff(&self) -> TokenStream {
        let private = private();
        let Some(backoff) = &self.backoff else { return code!(#private::Backoff::DEFAULT) };
        let (shortest, longest) = (duration_tokens(backoff.value.0), duration_tokens(backoff.value.1));
        code!(#private::Backoff { shortest: #shortest, longest: #longest })
    }

    fn intensity(&self) -> TokenStream {
        let private = private();
        let Some(intensity) = &self.max_restarts else { return code!(#private::Intensity::DEFAULT) };
        let (restarts, within) = (intensity.value.0, duration_tokens(intensity.value.1));
        code!(#private::Intensity { restarts: #restarts, within: #within })
    }

    /// Of a monitor, how many failed ticks in a row are too many.
    pub(super) fn threshold(&self) -> Option<u32> {
        self.failure_threshold.as_ref().map(|threshold| u32::try_from(threshold.value).unwrap_or(u32::MAX))
    }

    /// How many copies run.
    pub(super) fn copies(&self) -> usize {
        self.instances.as_ref().map_or(1, |instances| instances.value)
    }
}

const FUNCTION: &str = "the name of an async fn";

fn backoff(value: &Expr) -> Result<(Duration, Duration), Fault> {
    let text = text_of(value)?.value();
    let (least, most) = text.split_once("..").ok_or_else(|| {
        Fault::Text(format!("`{text}` has no `..` between two durations; write it like \"100ms..30s\""))
    })?;
    Ok((time(least)?, time(most)?))
}

fn time(text: &str) -> Result<Duration, Fault> {
    duration::parse(text).map_err(|error| Fault::Text(error.to_string()))
}

fn intensity(value: &Expr) -> Result<(u32, Duration), Fault> {
    let text = text_of(value)?.value();
    let (count, within) = text
        .split_once('/')
        .ok_or_else(|| Fault::Text(format!("`{text}` has no `/` between count and time; write it like \"5/1m\"")))?;
    let count = count.parse().map_err(|_| Fault::Text(format!("`{count}` is not a count; write it like \"5/1m\"")))?;
    Ok((count, time(within)?))
}

fn function(value: &Expr) -> Result<Path, Fault> {
    let text = text_of(value)?;
    text.parse_with(Path::parse_mod_style)
        .map_err(|_| Fault::Text(format!("`{}` is not the name of a function", text.value())))
}
