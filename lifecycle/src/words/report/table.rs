//! The report as a short table for a terminal or a log.

use std::fmt;

use super::super::component::Kind;
use super::super::duration::show;
use super::{ComponentReport, ShutdownReport};

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
        let width = self.components.iter().map(|component| component.name.chars().count()).max().unwrap_or(0);
        for component in &self.components {
            row(f, component, width)?;
        }
        self.leftovers(f)
    }
}

impl ShutdownReport {
    fn leftovers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests = &self.requests;
        if requests.drained + requests.lost > 0 || requests.refused > 0 {
            writeln!(
                f,
                "  requests: {} drained, {} lost, {} refused",
                requests.drained, requests.lost, requests.refused
            )?;
        }
        for handle in &self.handles {
            writeln!(
                f,
                "  handles: `{}` still holds {} of resource `{}`",
                handle.holder, handle.count, handle.resource
            )?;
        }
        if self.blocking_threads > 0 {
            writeln!(f, "  blocking threads left behind: {}", self.blocking_threads)?;
        }
        for note in &self.notes {
            writeln!(f, "  note: {note}")?;
        }
        if !self.critical_path.is_empty() {
            writeln!(f, "  critical path: {}", self.critical_path.join(" -> "))?;
        }
        Ok(())
    }
}

fn row(f: &mut fmt::Formatter<'_>, component: &ComponentReport, width: usize) -> fmt::Result {
    // Whoever had begun and has not ended was looked at before the report was made.
    let otherwise = if component.last_seen.is_some() { "not ended" } else { "not begun" };
    let outcome = component.outcome.map_or(otherwise, |outcome| outcome.name());
    write!(f, "  {:<9}{:<width$}  {outcome:<10}", component.kind.name(), component.name)?;
    match (component.asked, component.ended) {
        (Some(asked), Some(ended)) => write!(f, " {:>8}", show(ended.saturating_sub(asked)))?,
        _ => write!(f, " {:>8}", "")?,
    }
    if component.kind == Kind::Task && component.runs > 1 {
        write!(f, "  {} runs, {} failed", component.runs, component.failures)?;
    }
    if let Some(seen) = &component.last_seen {
        let doing = if seen.in_poll { "inside a poll (it blocks its thread)" } else { "waiting at an .await" };
        write!(f, "  {} · {doing}, polled {} times", seen.place, seen.polls)?;
    }
    if let Some(error) = &component.error {
        write!(f, "  {error}")?;
    }
    writeln!(f)
}
