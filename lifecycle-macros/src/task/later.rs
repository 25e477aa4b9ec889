//! Options of `#[cooperative_task]` whose behaviour is still to come: read and checked as they will be,
//! then refused.

use std::time::Duration;

use proc_macro2::Ident;
use syn::{Expr, Path};

use crate::diag::Diag;
use crate::duration;
use crate::options::Options;
use crate::values::{Fault, Setting, text_of};

const RESTART: [(&str, bool); 3] = [("never", false), ("on-failure", true), ("always", true)];

/// The good values among the options to come, as far as rules need them.
#[derive(Default)]
pub(super) struct Later {
    /// `blocking = true`.
    pub(super) blocking: Option<Ident>,
    /// The options of a monitor.
    pub(super) monitor: Vec<Ident>,
    /// What is valid, and still cannot be had.
    others: Vec<Ident>,
}

impl Later {
    pub(super) fn read(options: &mut Options, diag: &mut Diag) -> Self {
        let one = "leave it out for one copy";
        let restart = options.choice("restart", &RESTART, diag);
        let instances = options.count("instances", one, diag);
        let wanted = [
            restart.filter(|setting| setting.value).map(key),
            options.read("backoff", BACKOFF, diag, backoff).map(key),
            options.read("max_restarts", INTENSITY, diag, intensity).map(key),
            instances.filter(|setting| setting.value > 1).map(key),
        ];
        let blocking = options.boolean("blocking", diag);
        Self {
            blocking: blocking.filter(|setting| setting.value).map(key),
            monitor: monitor(options, diag),
            others: wanted.into_iter().flatten().collect(),
        }
    }

    /// Refuses what is valid and has not got a fault of another sort.
    pub(super) fn refuse(&self, blocking: bool, monitor: bool, diag: &mut Diag) {
        let blocking = self.blocking.iter().filter(|_| blocking);
        let monitor = self.monitor.iter().filter(|_| monitor);
        for key in self.others.iter().chain(blocking).chain(monitor) {
            diag.at(key, format!("`{key}` is not available yet"));
        }
    }
}

fn key<T>(setting: Setting<T>) -> Ident {
    setting.key
}

fn monitor(options: &mut Options, diag: &mut Diag) -> Vec<Ident> {
    let at_least_one = "write how many failed ticks in a row are too many, at least 1";
    let threshold = options.count("failure_threshold", at_least_one, diag).map(key);
    let failure = options.read("on_failure", FUNCTION, diag, function).map(key);
    let recovery = options.read("on_recovery", FUNCTION, diag, function).map(key);
    [threshold, failure, recovery].into_iter().flatten().collect()
}

const BACKOFF: &str = "two durations";
const INTENSITY: &str = "a count and a time";
const FUNCTION: &str = "the name of an async fn";

fn backoff(value: &Expr) -> Result<(Duration, Duration), Fault> {
    let text = text_of(value)?.value();
    let (least, most) = text.split_once("..").ok_or_else(|| {
        Fault::Text(format!("`{text}` has no `..` between two durations; write it like \"100ms..30s\""))
    })?;
    let least = duration::parse(least).map_err(Fault::Text)?;
    let most = duration::parse(most).map_err(Fault::Text)?;
    if least.is_zero() {
        return Err(Fault::Text("it begins at zero, and would never grow; begin at \"1ms\" or more".to_owned()));
    }
    if least > most {
        let (least, most) = (duration::show(least), duration::show(most));
        return Err(Fault::Text(format!("it is upside down; write \"{most}..{least}\"")));
    }
    Ok((least, most))
}

fn intensity(value: &Expr) -> Result<(u32, Duration), Fault> {
    let text = text_of(value)?.value();
    let (count, time) = text
        .split_once('/')
        .ok_or_else(|| Fault::Text(format!("`{text}` has no `/` between count and time; write it like \"5/1m\"")))?;
    let count = count.parse().map_err(|_| Fault::Text(format!("`{count}` is not a count; write it like \"5/1m\"")))?;
    let time = duration::parse(time).map_err(Fault::Text)?;
    if time.is_zero() {
        return Err(Fault::Text("its time is zero; write over which time to count, like \"5/1m\"".to_owned()));
    }
    Ok((count, time))
}

fn function(value: &Expr) -> Result<Path, Fault> {
    let text = text_of(value)?;
    text.parse_with(Path::parse_mod_style)
        .map_err(|_| Fault::Text(format!("`{}` is not the name of a function", text.value())))
}
