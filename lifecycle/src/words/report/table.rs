//! The report as a short table for a terminal or a log.

use std::fmt;

use super::super::component::Kind;
use super::super::duration::show;
use super::super::text::escaped;
use super::{ComponentReport, ShutdownReport};

/// A line for each phase and component. Control characters in what the program gave (names, errors, reasons) are
/// escaped, so that it cannot pass for a line of its own.
impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "lifecycle: {} in {} of {} ({}), exit code {}; reason: {}",
            self.state,
            show(self.total.actual),
            show(self.total.planned),
            self.total.source,
            self.exit_code,
            self.reason
        )?;
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
    fn leftovers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests = &self.requests;
        if requests.drained + requests.lost > 0 || requests.refused > 0 {
            write!(f, "  requests: {} drained, {} lost", requests.drained, requests.lost)?;
            if let Some(oldest) = requests.oldest {
                write!(f, " (oldest `{}`, {})", escaped(oldest.name), show(oldest.age))?;
            }
            writeln!(f, ", {} refused", requests.refused)?;
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
    // Whoever had begun and has not ended was looked at before the report was made.
    let otherwise = if component.last_seen.is_some() { "not ended" } else { "not begun" };
    let outcome = component.outcome.map_or(otherwise, |outcome| outcome.name());
    write!(f, "  {:<9}{:<width$}  {outcome:<10}", component.kind.name(), escaped(&component.name).to_string())?;
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
    use crate::words::leak::Leak;
    use crate::words::outcome::Outcome;
    use crate::words::reason::Reason;
    use crate::words::text::is_escaped;

    fn child(name: &str, outcome: Outcome, error: Option<&str>) -> ComponentReport {
        ComponentReport { error: error.map(str::to_owned), ..component(name, Kind::Child, outcome) }
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
        let oldest = Some(OldestRequest { name: text, age: std::time::Duration::from_secs(1) });
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
