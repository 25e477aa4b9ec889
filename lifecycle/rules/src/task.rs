//! Which options of a task make sense, and which go together.

use std::time::Duration;

use crate::duration::written;
use crate::{Fault, Given, zero};

/// What a front was told about a task, option by option.
#[derive(Clone, Debug, Default)]
pub struct Task {
    /// The time from one tick to the next.
    pub interval: Given<Duration>,
    /// How much a tick is put off at most.
    pub jitter: Given<Duration>,
    /// What becomes of a tick that came due while the body ran.
    pub missed: Given<()>,
    /// The bound on one run.
    pub timeout: Given<Duration>,
    /// Whether a shutdown drops the run: `on_shutdown = "cancel"`.
    pub cancels: Given<bool>,
    /// Whether its failure begins shutdown.
    pub critical: Given<bool>,
    /// Whether it is run again; false is `restart = "never"`.
    pub restart: Given<bool>,
    /// The shortest and the longest time before it is.
    pub backoff: Given<(Duration, Duration)>,
    /// How often within which time it is, at most.
    pub max_restarts: Given<(u32, Duration)>,
    /// How many failed ticks are too many.
    pub failure_threshold: Given<usize>,
    /// What is called then.
    pub on_failure: Given<()>,
    /// What is called when it is well again.
    pub on_recovery: Given<()>,
    /// Whether the body blocks.
    pub blocking: Given<bool>,
    /// Whether its future stays on a thread of its own.
    pub local: Given<bool>,
    /// How many copies run.
    pub instances: Given<usize>,
}

impl Task {
    /// Every fault, in the order of the documentation.
    pub fn faults(mut self) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.check_values(&mut faults);
        self.check_ticks(&mut faults);
        self.check_restarts(&mut faults);
        self.check_monitor(&mut faults);
        self.check_blocking(&mut faults);
        faults
    }

    fn is_periodic(&self) -> bool {
        self.interval.is_given()
    }

    /// Values that are wrong whatever else is given. They count as unreadable from then on.
    fn check_values(&mut self, faults: &mut Vec<Fault>) {
        let at_least_one = "write how many failed ticks in a row are too many, at least 1";
        let no_time = |option, remedy| move |time: Duration| zero(option, time.is_zero(), remedy);
        let none = |option, remedy| move |count: usize| zero(option, count == 0, remedy);
        refuse(&mut self.interval, no_time("interval", "leave it out for a task that runs once"), faults);
        refuse(&mut self.timeout, no_time("timeout", "leave it out for a run without a bound"), faults);
        refuse(&mut self.backoff, backoff_fault, faults);
        refuse(&mut self.max_restarts, max_restarts_fault, faults);
        refuse(&mut self.failure_threshold, none("failure_threshold", at_least_one), faults);
        refuse(&mut self.instances, none("instances", "leave it out for one copy"), faults);
    }

    fn check_ticks(&self, faults: &mut Vec<Fault>) {
        if !self.is_periodic() {
            let given = [("jitter", self.jitter.value().is_some()), ("missed", self.missed.value().is_some())];
            faults.extend(needless(given, |option| {
                format!("`{option}` needs `interval`; add one, or remove `{option}`")
            }));
            return;
        }
        if let (Some(jitter), Some(interval)) = (self.jitter.value(), self.interval.value()) {
            if jitter >= interval {
                let (jitter, interval) = (written(jitter), written(interval));
                let text = format!(
                    "`jitter` of {jitter} would put ticks in each other's place; make it shorter than the `interval` of {interval}"
                );
                faults.push(Fault::value("jitter", text));
            }
        }
        // A failed tick is followed by the next one, so it is no reason to stop the program.
        if self.critical.value() == Some(true) {
            let text = "`critical` has no meaning with `interval`, since a failed tick never begins shutdown; remove it, or call `Shutdown::request` where it should";
            faults.push(Fault::key("critical", text.to_owned()));
        }
    }

    fn check_restarts(&self, faults: &mut Vec<Fault>) {
        let (backoff, max_restarts) = (self.backoff.value().is_some(), self.max_restarts.value().is_some());
        let restarts = self.restart.value() == Some(true);
        if self.is_periodic() {
            let given = [("restart", restarts), ("backoff", backoff), ("max_restarts", max_restarts)];
            faults.extend(needless(given, |option| {
                format!(
                    "`{option}` has no meaning with `interval`, since a failed tick is followed by the next one; remove it"
                )
            }));
        } else if !restarts && self.restart != Given::Unreadable {
            let given = [("backoff", backoff), ("max_restarts", max_restarts)];
            faults.extend(needless(given, |option| {
                format!("`{option}` needs `restart`; add `restart = \"on-failure\"`, or remove `{option}`")
            }));
        }
    }

    fn check_monitor(&self, faults: &mut Vec<Fault>) {
        let threshold = ("failure_threshold", self.failure_threshold.value().is_some());
        let on_failure = ("on_failure", self.on_failure.value().is_some());
        let on_recovery = ("on_recovery", self.on_recovery.value().is_some());
        if !self.is_periodic() {
            faults.extend(needless([threshold, on_failure, on_recovery], |option| {
                format!("`{option}` needs `interval`: it counts failed ticks; add one, or remove `{option}`")
            }));
        } else if !self.failure_threshold.is_given() {
            faults.extend(needless([on_failure, on_recovery], |option| {
                format!("`{option}` needs `failure_threshold`: add `failure_threshold = 3`, or remove `{option}`")
            }));
        }
    }

    /// What cannot be done to a thread.
    fn check_blocking(&self, faults: &mut Vec<Fault>) {
        if self.blocking.value() != Some(true) {
            return;
        }
        if self.is_periodic() {
            faults.push(Fault::key("blocking", "`blocking` excludes `interval`; remove one of them".to_owned()));
        }
        // The builder has a constructor for each, so that only an attribute can say both.
        if self.local.value() == Some(true) {
            let text = "`local` excludes `blocking`, which has a thread of its own already; remove one of them";
            faults.push(Fault::key("local", text.to_owned()));
        }
        if self.timeout.value().is_some() {
            let text = "`timeout` excludes `blocking`: a thread cannot be stopped; remove it, and call `Shutdown::checkpoint` often enough";
            faults.push(Fault::key("timeout", text.to_owned()));
        }
        if self.cancels.value() == Some(true) {
            let text = "\"cancel\" excludes `blocking`: a thread cannot be dropped; remove it, and call `Shutdown::checkpoint` often enough";
            faults.push(Fault::value("on_shutdown", text.to_owned()));
        }
    }
}

fn refuse<T: Copy>(option: &mut Given<T>, rule: impl FnOnce(T) -> Option<Fault>, faults: &mut Vec<Fault>) {
    if let Some(fault) = option.value().and_then(rule) {
        faults.push(fault);
        *option = Given::Unreadable;
    }
}

fn max_restarts_fault((_, within): (u32, Duration)) -> Option<Fault> {
    let text = "`max_restarts`: its time is zero; write over which time to count, like \"5/1m\"";
    within.is_zero().then(|| Fault::value("max_restarts", text.to_owned()))
}

fn backoff_fault((shortest, longest): (Duration, Duration)) -> Option<Fault> {
    let text = if shortest.is_zero() {
        "`backoff`: it begins at zero, and would never grow; begin at \"1ms\" or more".to_owned()
    } else if shortest > longest {
        format!("`backoff`: it is upside down; write \"{}..{}\"", written(longest), written(shortest))
    } else {
        return None;
    };
    Some(Fault::value("backoff", text))
}

/// A fault for each option that was given and could have no effect.
fn needless<const N: usize>(
    options: [(&'static str, bool); N],
    text: impl Fn(&str) -> String,
) -> impl Iterator<Item = Fault> {
    let given = options.into_iter().filter(|(_, is_given)| *is_given);
    given.map(move |(option, _)| Fault::key(option, text(option)))
}
