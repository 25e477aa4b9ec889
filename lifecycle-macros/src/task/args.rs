//! The options of `#[cooperative_task]`, each with its place.

use std::time::Duration;

use proc_macro2::TokenStream;

use crate::callee::Host;
use crate::crate_path::CratePath;
use crate::diag::Diag;
use crate::options::{Key, Options, Vocabulary};
use crate::setting::Setting;

use super::supervision::Supervision;

/// What becomes of a tick that came due while the body ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missed {
    Skip,
    Delay,
    Burst,
}

/// What a shutdown does to a run in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnShutdown {
    Finish,
    Cancel,
    Fail,
}

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    attribute: "#[cooperative_task]",
    keys: &[
        Key { name: "name", example: "\"flush\"" },
        Key { name: "priority", example: "5" },
        Key { name: "interval", example: "\"30s\"" },
        Key { name: "initial_delay", example: "\"5s\"" },
        Key { name: "jitter", example: "\"1s\"" },
        Key { name: "missed", example: "\"skip\"" },
        Key { name: "timeout", example: "\"10s\"" },
        Key { name: "on_shutdown", example: "\"finish\"" },
        Key { name: "stop_timeout", example: "\"2s\"" },
        Key { name: "restart", example: "\"on-failure\"" },
        Key { name: "backoff", example: "\"100ms..30s\"" },
        Key { name: "max_restarts", example: "\"5/1m\"" },
        Key { name: "critical", example: "false" },
        Key { name: "failure_threshold", example: "3" },
        Key { name: "on_failure", example: "\"raise_alarm\"" },
        Key { name: "on_recovery", example: "\"clear_alarm\"" },
        Key { name: "blocking", example: "true" },
        Key { name: "local", example: "true" },
        Key { name: "instances", example: "4" },
        Key { name: "tags", example: "[\"db\"]" },
        Key { name: "unstoppable", example: "true" },
        Key { name: "traced", example: "false" },
        Key { name: "crate", example: "::lifecycle" },
    ],
};

/// The options that were given and could be read.
pub(super) struct Args {
    pub(super) name: Option<Setting<String>>,
    pub(super) priority: i32,
    pub(super) interval: Option<Setting<Duration>>,
    pub(super) initial_delay: Option<Setting<Duration>>,
    pub(super) jitter: Option<Setting<Duration>>,
    pub(super) missed: Option<Setting<Missed>>,
    pub(super) timeout: Option<Setting<Duration>>,
    pub(super) on_shutdown: Option<Setting<OnShutdown>>,
    pub(super) stop_timeout: Option<Setting<Duration>>,
    pub(super) critical: Option<Setting<bool>>,
    /// Given only if it is true: the future is not `Send`.
    pub(super) local: Option<Setting<bool>>,
    pub(super) tags: Vec<String>,
    /// Whether a loop that nothing interrupts is meant.
    pub(super) unstoppable: bool,
    /// Whether the `.await`s of the body are marked.
    pub(super) traced: bool,
    pub(super) krate: CratePath,
    pub(super) supervision: Supervision,
}

impl Args {
    pub(super) fn read(tokens: TokenStream, host: &Host<'_>, diag: &mut Diag) -> Self {
        let mut options = Options::parse(tokens, &VOCABULARY, diag);
        let (o, d) = (&mut options, diag);
        let places = o.places();
        let this = Self {
            name: o.string("name", d),
            priority: o.integer("priority", d).map_or(0, |setting| setting.value),
            interval: o.duration("interval", d),
            initial_delay: o.duration("initial_delay", d),
            jitter: o.duration("jitter", d),
            missed: o.choice("missed", &MISSED, d),
            timeout: o.duration("timeout", d),
            on_shutdown: o.choice("on_shutdown", &ON_SHUTDOWN, d),
            stop_timeout: o.duration("stop_timeout", d),
            critical: o.boolean("critical", d),
            local: o.boolean("local", d).filter(|setting| setting.value),
            tags: o.labels("tags", d),
            unstoppable: o.boolean("unstoppable", d).is_some_and(|setting| setting.value),
            traced: o.boolean("traced", d).is_none_or(|setting| setting.value),
            krate: o.crate_path(host.krate.clone(), d),
            supervision: Supervision::read(o, d),
        };
        for fault in this.told(o).faults() {
            places.tell(fault, d);
        }
        this
    }

    /// What the rules have to know, which the builder keeps as well.
    fn told(&self, o: &Options) -> lifecycle_rules::Task {
        let it = &self.supervision;
        lifecycle_rules::Task {
            interval: o.given("interval", value(&self.interval)),
            jitter: o.given("jitter", value(&self.jitter)),
            missed: o.given("missed", self.missed.as_ref().map(|_| ())),
            timeout: o.given("timeout", value(&self.timeout)),
            cancels: o.given("on_shutdown", value(&self.on_shutdown).map(|chosen| chosen == OnShutdown::Cancel)),
            critical: o.given("critical", value(&self.critical)),
            restart: o.given("restart", it.restarts()),
            backoff: o.given("backoff", value(&it.backoff)),
            max_restarts: o.given("max_restarts", value(&it.max_restarts)),
            failure_threshold: o.given("failure_threshold", value(&it.failure_threshold)),
            on_failure: o.given("on_failure", it.on_failure.as_ref().map(|_| ())),
            on_recovery: o.given("on_recovery", it.on_recovery.as_ref().map(|_| ())),
            blocking: o.given("blocking", value(&it.blocking)),
            local: o.given("local", value(&self.local)),
            instances: o.given("instances", value(&it.instances)),
        }
    }
}

fn value<T: Copy>(setting: &Option<Setting<T>>) -> Option<T> {
    setting.as_ref().map(|setting| setting.value)
}

const MISSED: [(&str, Missed); 3] = [("skip", Missed::Skip), ("delay", Missed::Delay), ("burst", Missed::Burst)];

const ON_SHUTDOWN: [(&str, OnShutdown); 3] =
    [("finish", OnShutdown::Finish), ("cancel", OnShutdown::Cancel), ("fail", OnShutdown::Fail)];
