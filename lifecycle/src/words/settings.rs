//! Budgets, where each number came from, and the one place where they are resolved.
//!
//! Layers, weakest first: the default, the program (attribute or builder), the environment. A total from a
//! stronger layer that is shorter than a weaker layer's phases shrinks those in proportion, so that an
//! operator can shorten a shutdown with one variable.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

pub(crate) use lifecycle_rules::budget::DEFAULT_TOTAL;
use serde::Serialize;

use super::duration;
use super::format::Format;
use super::phase::Phase;

/// The variable that overrides the total.
pub(crate) const TIMEOUT_VARIABLE: &str = "LIFECYCLE_TIMEOUT";
/// The variable that overrides single phases.
pub(crate) const PHASES_VARIABLE: &str = "LIFECYCLE_PHASES";
/// The variable that says where the report goes.
pub(crate) const REPORT_VARIABLE: &str = "LIFECYCLE_REPORT";
/// The variable that has the program describe itself instead of running.
pub(crate) const DESCRIBE_VARIABLE: &str = "LIFECYCLE_DESCRIBE";

/// The variable that has the program look for leaks, or not.
pub(crate) const LEAKS_VARIABLE: &str = "LIFECYCLE_LEAKS";

/// The default share of each phase, in seconds of [`DEFAULT_TOTAL`].
const DEFAULT_SECONDS: [u32; 5] = [0, 2, 8, 15, 5];

/// Where a setting came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// It was not given.
    Default,
    /// The attribute on `main`, or the builder.
    Program,
    /// An environment variable: `LIFECYCLE_TIMEOUT` or `LIFECYCLE_PHASES`.
    Environment,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Source::Default => "default",
            Source::Program => "program",
            Source::Environment => "environment",
        })
    }
}

/// What one layer says; `None` where it is silent. Phases stand in the order of [`Phase::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layer {
    /// The total.
    pub total: Option<Duration>,
    /// The phases.
    pub phases: [Option<Duration>; 5],
}

/// Stands for "for ever": beyond it sums of durations and of moments could overflow.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 86_400);

impl Layer {
    fn bounded(self) -> Self {
        let bounded = |length: Option<Duration>| length.map(|length| length.min(FOR_EVER));
        Self { total: bounded(self.total), phases: self.phases.map(bounded) }
    }
}

/// One phase's share of the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// Its length, as resolved.
    pub planned: Duration,
    /// The layer that gave the number (before it was fitted into the total).
    pub source: Source,
}

/// The time a shutdown has, as resolved from all layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    /// The whole, from the request to the end.
    pub total: Duration,
    /// The layer that gave the total.
    pub source: Source,
    shares: [Share; 5],
}

impl Default for Budget {
    fn default() -> Self {
        resolve(Layer::default(), Layer::default()).expect("the defaults fit the default total")
    }
}

impl Budget {
    /// The share of a phase.
    pub(crate) const fn share(&self, phase: Phase) -> Share {
        self.shares[phase.index()]
    }

    /// Time kept for *force_cleanup*, whatever the phases before it do.
    pub(crate) const fn reserve(&self) -> Duration {
        self.share(Phase::ForceCleanup).planned
    }

    /// When a phase is over at the latest, counted from the request: what a phase left over rolls on, and the
    /// last one ends with the total.
    pub(crate) fn deadline(&self, phase: Phase) -> Duration {
        if phase == Phase::ForceCleanup {
            return self.total;
        }
        let planned: Duration = self.shares[..=phase.index()].iter().map(|share| share.planned).sum();
        planned.min(self.total.saturating_sub(self.reserve()))
    }
}

/// Why the settings are invalid. `Display` names the variable or option and what is legal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingFault(String);

impl fmt::Display for SettingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingFault {}

/// Makes the budget out of what the program and the environment say.
pub(crate) fn resolve(program: Layer, environment: Layer) -> Result<Budget, SettingFault> {
    let (program, environment) = (program.bounded(), environment.bounded());
    let program_total = program.total.unwrap_or(DEFAULT_TOTAL);
    let total = environment.total.unwrap_or(program_total);
    if total.is_zero() {
        return Err(SettingFault("the total budget is zero: nothing could be closed; give it a length".to_owned()));
    }
    let mut shares = program_shares(&program, program_total, total)?;
    for (share, given) in shares.iter_mut().zip(environment.phases) {
        if let Some(planned) = given {
            *share = Share { planned, source: Source::Environment };
        }
    }
    fit(&mut shares, total, Source::Environment)?;
    let source = match (environment.total, program.total) {
        (Some(_), _) => Source::Environment,
        (None, Some(_)) => Source::Program,
        (None, None) => Source::Default,
    };
    let budget = Budget { total, source, shares };
    if budget.reserve().is_zero() {
        return Err(SettingFault(format!(
            "no time is left for {}: resources could not close; shorten the other phases or lengthen the total",
            Phase::ForceCleanup
        )));
    }
    Ok(budget)
}

/// The program's phases within its own total, then within the total that counts.
fn program_shares(program: &Layer, program_total: Duration, total: Duration) -> Result<[Share; 5], SettingFault> {
    let basis = if total > program_total { total } else { program_total };
    let mut shares: [Share; 5] = std::array::from_fn(|at| match program.phases[at] {
        Some(planned) => Share { planned, source: Source::Program },
        None => Share { planned: basis * DEFAULT_SECONDS[at] / 30, source: Source::Default },
    });
    fit(&mut shares, basis, Source::Program)?;
    if total < program_total {
        let (part, whole) = (total, program_total);
        shares.iter_mut().for_each(|share| share.planned = scale(share.planned, part, whole));
    }
    Ok(shares)
}

/// Shrinks what is weaker than `strongest` so that all fits into `total`; refuses when `strongest` alone does not.
fn fit(shares: &mut [Share; 5], total: Duration, strongest: Source) -> Result<(), SettingFault> {
    let (mut fixed, mut flexible) = (Duration::ZERO, Duration::ZERO);
    for share in shares.iter() {
        let sum = if share.source == strongest { &mut fixed } else { &mut flexible };
        *sum = sum.saturating_add(share.planned);
    }
    if fixed > total {
        return Err(SettingFault(format!(
            "the phases{} add up to {}, more than the total of {}; shorten them or lengthen the total",
            if strongest == Source::Environment { " in LIFECYCLE_PHASES" } else { "" },
            duration::show(fixed),
            duration::show(total)
        )));
    }
    let room = total - fixed;
    if flexible > room {
        for share in shares.iter_mut().filter(|share| share.source != strongest) {
            share.planned = scale(share.planned, room, flexible);
        }
    }
    Ok(())
}

fn scale(duration: Duration, part: Duration, whole: Duration) -> Duration {
    if whole.is_zero() {
        return Duration::ZERO;
    }
    let nanos = duration.as_nanos().saturating_mul(part.as_nanos()) / whole.as_nanos();
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Where the report goes besides the table that is printed when something was not clean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReportSettings {
    /// Print the table in any case.
    pub always_print: bool,
    /// Write JSON here.
    pub path: Option<PathBuf>,
}

/// What the environment says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    /// The budgets.
    pub layer: Layer,
    /// The report.
    pub report: ReportSettings,
    /// The form in which the program is to describe itself instead of running.
    pub describe: Option<Format>,
    /// Whether leaks are looked for.
    pub leaks: Option<bool>,
}

impl Environment {
    /// Reads the process environment. Every fault is listed; what is not at fault counts, so that the faults can
    /// be written to where the report goes.
    pub(crate) fn read() -> (Self, Vec<SettingFault>) {
        Self::from(|name| std::env::var_os(name))
    }

    fn from(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> (Self, Vec<SettingFault>) {
        let mut faults = Vec::new();
        let mut this = Self::default();
        let mut text = |name: &str| {
            let value = variable(name)?;
            value.into_string().map_err(|raw| faults.push(SettingFault(format!("{name}: {raw:?} is not UTF-8")))).ok()
        };
        let (total, phases, describe) = (text(TIMEOUT_VARIABLE), text(PHASES_VARIABLE), text(DESCRIBE_VARIABLE));
        let leaks = text(LEAKS_VARIABLE);
        if let Some(total) = total {
            match duration::parse(&total) {
                Ok(total) if !total.is_zero() => this.layer.total = Some(total),
                Ok(_) => faults.push(SettingFault(format!(
                    "{TIMEOUT_VARIABLE}: `{total}` leaves no time to close anything; give a length like \"20s\""
                ))),
                Err(error) => faults.push(SettingFault(format!("{TIMEOUT_VARIABLE}: {error}"))),
            }
        }
        if let Some(phases) = phases {
            this.layer.phases = parse_phases(&phases, &mut faults);
        }
        if let Some(format) = describe {
            match format.parse() {
                Ok(format) => this.describe = Some(format),
                Err(error) => faults.push(SettingFault(format!("{DESCRIBE_VARIABLE}: {error}"))),
            }
        }
        match leaks.as_deref() {
            Some("1") => this.leaks = Some(true),
            Some("0") => this.leaks = Some(false),
            Some(other) => faults.push(SettingFault(format!("{LEAKS_VARIABLE}: `{other}` is neither `1` nor `0`"))),
            None => {}
        }
        if let Some(target) = variable(REPORT_VARIABLE) {
            this.report = report_settings(target, &mut faults);
        }
        (this, faults)
    }
}

fn parse_phases(text: &str, faults: &mut Vec<SettingFault>) -> [Option<Duration>; 5] {
    let mut phases = [None; 5];
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let parsed = part
            .split_once('=')
            .ok_or_else(|| {
                format!("`{part}` is not of the form phase=duration, like \"stop_new_work=1s,force_cleanup=3s\"")
            })
            .and_then(|(name, value)| {
                let phase: Phase = name.trim().parse().map_err(|error| format!("{error}"))?;
                let length = duration::parse(value.trim()).map_err(|error| error.to_string())?;
                Ok((phase, length))
            });
        match parsed {
            Ok((phase, _)) if phases[phase.index()].is_some() => {
                faults.push(SettingFault(format!("{PHASES_VARIABLE}: `{phase}` is given twice")));
            }
            Ok((phase, length)) => phases[phase.index()] = Some(length),
            Err(error) => faults.push(SettingFault(format!("{PHASES_VARIABLE}: {error}"))),
        }
    }
    phases
}

fn report_settings(target: std::ffi::OsString, faults: &mut Vec<SettingFault>) -> ReportSettings {
    if target == "stderr" {
        return ReportSettings { always_print: true, path: None };
    }
    let path = PathBuf::from(target);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let fault = if path.as_os_str().is_empty() || path.is_dir() {
        format!("`{}` is not a file; give a path, or `stderr` for the table", path.display())
    } else if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        format!("there is no folder `{}`", folder.display())
    } else {
        return ReportSettings { always_print: false, path: Some(path) };
    };
    faults.push(SettingFault(format!("{REPORT_VARIABLE}: {fault}")));
    ReportSettings::default()
}

#[cfg(test)]
mod tests;
