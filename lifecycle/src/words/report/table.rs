//! The report as a short table for a terminal or a log.

use std::fmt;

use super::super::component::Kind;
use super::super::duration::show;
use super::{ComponentReport, NamedRequests, ShutdownReport, StartEnd};
use crate::sys::text::escaped;

/// A line for each phase and component. Control characters in what the program gave (names, errors, reasons) are
/// escaped, so that it cannot pass for a line of its own.
impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lifecycle: ")?;
        self.headline(f)?;
        writeln!(f, ", exit code {}; reason: {}", self.exit_code, self.reason)?;
        for phase in &self.phases {
            writeln!(
                f,
                "  {:<17}{:>8} of {:<8}{}",
                phase.phase.name(),
                show(phase.actual),
                show(phase.planned),
                phase.ended.name()
            )?;
        }
        let width = self
            .components
            .iter()
            .map(|component| escaped(&component.name).to_string().chars().count())
            .max()
            .unwrap_or(0);
        for (component, alike) in folded(&self.components) {
            row(f, component, alike, width)?;
        }
        self.leftovers(f)
    }
}

impl ShutdownReport {
    /// What has ended, and how long it took.
    fn headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (actual, planned) = (show(self.total.actual), show(self.total.planned));
        let budget = format!("{actual} of {planned} ({})", self.total.source);
        let start = show(self.start.took);
        match self.start.ended {
            _ if !self.was_requested => write!(f, "ended while {}, up for {}", self.state, show(self.uptime)),
            _ if !self.state.is_over() => write!(f, "ended while {}, after {budget}", self.state),
            StartEnd::Failed => write!(f, "the start failed after {start}, taken back in {budget}"),
            StartEnd::Interrupted => write!(f, "the start was interrupted after {start}, taken back in {budget}"),
            StartEnd::Completed | StartEnd::Unfinished => write!(f, "{} in {budget}", self.state),
        }
    }

    fn leftovers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests = &self.requests;
        if requests.drained + requests.lost > 0 || requests.refused > 0 {
            write!(f, "  requests: {} drained, {} lost", requests.drained, requests.lost)?;
            if let Some(oldest) = requests.oldest {
                write!(f, " (oldest `{}`, {})", escaped(oldest.name), show(oldest.age))?;
            }
            writeln!(f, ", {} refused", requests.refused)?;
            for of in requests.by_name.iter().filter(|_| requests.by_name.len() > 1) {
                let NamedRequests { name, drained, lost, refused } = of;
                writeln!(f, "    `{}`: {drained} drained, {lost} lost, {refused} refused", escaped(name))?;
            }
        }
        for handle in &self.handles {
            writeln!(
                f,
                "  handles: `{}` still holds {} of resource `{}`",
                escaped(&handle.holder),
                handle.count,
                escaped(&handle.resource)
            )?;
        }
        for leak in &self.leaks {
            writeln!(f, "  leak: {leak}")?;
        }
        if self.blocking_threads > 0 {
            writeln!(f, "  blocking threads left behind: {}", self.blocking_threads)?;
        }
        for note in &self.notes {
            writeln!(f, "  note: {}", escaped(note))?;
        }
        if !self.critical_path.is_empty() {
            writeln!(f, "  critical path: {}", escaped(&self.critical_path.join(" -> ")))?;
        }
        Ok(())
    }
}

/// Each component with the number of its like. A server has a child per connection: those of one name that
/// ended in the same way, with nothing more to say, are one row.
fn folded(components: &[ComponentReport]) -> Vec<(&ComponentReport, usize)> {
    let plain = |of: &ComponentReport| of.kind == Kind::Child && of.error.is_none() && of.last_seen.is_none();
    let mut rows: Vec<(&ComponentReport, usize)> = Vec::new();
    for component in components {
        let like = |(row, _): &&mut (&ComponentReport, usize)| {
            plain(row) && plain(component) && row.name == component.name && row.outcome == component.outcome
        };
        match rows.iter_mut().find(like) {
            Some((_, alike)) => *alike += 1,
            None => rows.push((component, 1)),
        }
    }
    rows
}

fn row(f: &mut fmt::Formatter<'_>, component: &ComponentReport, alike: usize, width: usize) -> fmt::Result {
    let name = escaped(&component.name).to_string();
    write!(f, "  {:<9}{name:<width$}  {:<10}", component.kind.name(), component.state)?;
    match (component.asked, component.ended) {
        (Some(asked), Some(ended)) => write!(f, " {:>8}", show(ended.saturating_sub(asked)))?,
        _ => write!(f, " {:>8}", "")?,
    }
    if component.kind == Kind::Task && component.runs > 1 {
        write!(f, "  {} runs, {} failed", component.runs, component.failures)?;
    }
    if alike > 1 {
        write!(f, "  {alike} of them")?;
    }
    if let Some(seen) = &component.last_seen {
        write!(f, "  {seen}")?;
    }
    if let Some(error) = &component.error {
        write!(f, "  {}", escaped(error))?;
    }
    writeln!(f)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{component, report};
    use super::super::{HandleReport, OldestRequest, RequestsReport};
    use super::*;
    use crate::sys::text::is_escaped;
    use crate::words::leak::Leak;
    use crate::words::outcome::Outcome;
    use crate::words::reason::{Reason, State};
    use crate::words::report::{StartReport, TotalReport};
    use crate::words::settings::Source;
    use std::time::Duration;

    fn child(name: &str, outcome: Outcome, error: Option<&str>) -> ComponentReport {
        ComponentReport { error: error.map(str::to_owned), ..component(name, Kind::Child, outcome) }
    }

    fn headline(change: impl FnOnce(&mut ShutdownReport)) -> String {
        let mut report = report(Vec::new());
        change(&mut report);
        report.to_string().lines().next().unwrap_or_default().to_owned()
    }

    /// Regression: a start that failed after 4 s was told to have failed in 3 ms.
    #[test]
    fn the_time_of_a_start_is_its_own() {
        let taken_back = |ended| {
            headline(|report| {
                report.start = StartReport::new(ended, Duration::from_secs(4));
                report.total = TotalReport::new(Duration::from_secs(5), Duration::from_millis(3), Source::Default);
            })
        };
        let rest = "taken back in 3ms of 5s (default), exit code 0; reason: every task ended";
        assert_eq!(taken_back(StartEnd::Failed), format!("lifecycle: the start failed after 4s, {rest}"));
        assert_eq!(taken_back(StartEnd::Interrupted), format!("lifecycle: the start was interrupted after 4s, {rest}"));
        assert!(taken_back(StartEnd::Completed).starts_with("lifecycle: stopped in 3ms of 5s"));
    }

    /// Regression: a process that SIGQUIT ended was told to be "running in 0s".
    #[test]
    fn what_was_ended_before_its_end_is_told_as_that() {
        let running = headline(|report| {
            (report.state, report.was_requested, report.uptime) = (State::Running, false, Duration::from_secs(3));
        });
        assert!(running.starts_with("lifecycle: ended while running, up for 3s, exit code"), "{running}");
        let stopping = headline(|report| {
            report.state = State::Stopping;
            report.total.actual = Duration::from_secs(31);
        });
        assert!(
            stopping.starts_with("lifecycle: ended while stopping, after 31s of 30s (default), exit"),
            "{stopping}"
        );
    }

    #[test]
    fn children_that_ended_alike_are_one_row_and_those_with_something_to_say_are_not() {
        let children = [
            child("http/get", Outcome::Stopped, None),
            child("http/get", Outcome::Failed, Some("reset")),
            child("http/get", Outcome::Stopped, None),
            child("http/get", Outcome::Failed, Some("reset")),
            child("http/put", Outcome::Stopped, None),
            child("http/get", Outcome::Cancelled, None),
        ];
        let rows: Vec<_> = folded(&children).into_iter().map(|(row, alike)| (&*row.name, row.outcome, alike)).collect();
        let (stopped, failed, cancelled) = (Some(Outcome::Stopped), Some(Outcome::Failed), Some(Outcome::Cancelled));
        assert_eq!(
            rows,
            [
                ("http/get", stopped, 2),
                ("http/get", failed, 1),
                ("http/get", failed, 1),
                ("http/put", stopped, 1),
                ("http/get", cancelled, 1)
            ]
        );
    }

    /// A report with this text wherever a text may come from the program.
    fn of(text: &'static str, reason: Reason) -> ShutdownReport {
        let own = || text.to_owned();
        let leaks = vec![
            Leak::Process { pid: 7, name: own(), ended: false },
            Leak::File { descriptor: 7, path: own() },
            Leak::Task { name: Some(own()), count: 2 },
            Leak::Handle { resource: own(), holder: own(), count: 1 },
        ];
        let oldest = Some(OldestRequest { name: text, age: Duration::from_secs(1) });
        ShutdownReport {
            reason,
            components: vec![ComponentReport { error: Some(own()), ..component(text, Kind::Task, Outcome::Failed) }],
            requests: RequestsReport { lost: 1, oldest, ..RequestsReport::default() },
            handles: vec![HandleReport { resource: own(), holder: own(), count: 1 }],
            leaks,
            critical_path: vec![own(), own()],
            notes: vec![own()],
            ..report(Vec::new())
        }
    }

    fn reasons(text: &str) -> [Reason; 6] {
        let own = || text.to_owned();
        [
            Reason::Requested { by: Some(own()), why: own() },
            Reason::Requested { by: None, why: own() },
            Reason::MainReturned { error: Some(own()) },
            Reason::TaskFailed { task: own(), error: own() },
            Reason::StartFailed { resource: own(), error: own() },
            Reason::Invalid { faults: vec![own(), own()] },
        ]
    }

    /// Regression: an error with a line break began a line of its own, which looked like one of the library's, and escape
    /// sequences reached the terminal.
    #[test]
    fn no_text_from_the_program_makes_a_line_or_moves_the_cursor() {
        let hostile = "x\nlifecycle: stopped in 0s\r\x1b[31m\u{2028}  note: all is well";
        for (plain, forging) in reasons("x").into_iter().zip(reasons(hostile)) {
            let (plain, forged) = (of("x", plain).to_string(), of(hostile, forging).to_string());
            assert_eq!(forged.lines().count(), plain.lines().count(), "{forged}");
            assert!(!forged.contains(|char| is_escaped(char) && char != '\n'), "{forged:?}");
            assert!(forged.contains(r"x\nlifecycle: stopped in 0s\r\u{1b}[31m\u{2028}"), "it is told: {forged}");
        }
    }
}
