//! What tests say of a report: where `assert_clean!` and `assert_order!` begin.

use crate::words::outcome::{ExitCode, Outcome};
use crate::words::report::ShutdownReport;

use super::near::near;

/// Panics with all that was not clean; see [`assert_clean!`](crate::assert_clean).
#[track_caller]
pub fn assert_clean(report: &ShutdownReport) {
    let faults = unclean(report);
    assert!(faults.is_empty(), "the App did not end clean:\n  {}\n\n{report}", faults.join("\n  "));
}

fn unclean(report: &ShutdownReport) -> Vec<String> {
    let mut faults = Vec::new();
    let is_bad = |outcome: &Outcome| outcome.is_failure() || outcome.is_forced();
    if report.exit_code != ExitCode::CLEAN {
        faults.push(format!("the exit code is {}, the reason of the shutdown: {}", report.exit_code, report.reason));
        for component in &report.components {
            let Some(outcome) = component.outcome.filter(is_bad) else { continue };
            let error = component.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
            faults.push(format!("{} `{}` ({}) {outcome}{error}", component.kind, component.name, component.place));
        }
    }
    if report.requests.lost > 0 {
        faults.push(format!("requests lost: {}", report.requests.lost));
    }
    let handles = report.handles.iter().map(|left| {
        format!("`{}` held {} of resource `{}` when it had to close", left.holder, left.count, left.resource)
    });
    faults.extend(handles);
    if report.blocking_threads > 0 {
        faults.push(format!("blocking threads left behind: {}", report.blocking_threads));
    }
    faults.extend(report.leaks.iter().map(|leak| format!("leak: {leak}")));
    faults
}

/// Panics unless the components ended in this order; see [`assert_order!`](crate::assert_order).
#[track_caller]
pub fn assert_order(report: &ShutdownReport, names: &[&str]) {
    if let Some(fault) = names.windows(2).find_map(|pair| disorder(report, pair[0], pair[1])) {
        panic!("{fault}\n\n{report}");
    }
}

/// What is wrong with `first` ending before `second`. Of children of one name, all count.
fn disorder(report: &ShutdownReport, first: &str, second: &str) -> Option<String> {
    let ends = |name: &str| ends_of(report, name);
    let (before, after) = match (ends(first), ends(second)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(fault), _) | (_, Err(fault)) => return Some(fault),
    };
    let is_right = before.iter().max() < after.iter().min();
    (!is_right).then(|| format!("`{first}` was to end before `{second}`, and ended after it"))
}

/// The places that the components of that name have in the order of all ends.
fn ends_of(report: &ShutdownReport, name: &str) -> Result<Vec<usize>, String> {
    let of_name: Vec<_> = report.components.iter().filter(|component| component.name == name).collect();
    if of_name.is_empty() {
        let names = report.components.iter().map(|component| component.name.as_str());
        return Err(format!("there is no component `{name}`{}", near(name, names)));
    }
    let not_ended = || format!("`{name}` has not ended");
    of_name.iter().map(|component| component.place_in_order.ok_or_else(not_ended)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::component::Kind;
    use crate::words::leak::Leak;
    use crate::words::report::sample::{self, report};
    use crate::words::report::{ComponentReport, HandleReport};

    fn component(name: &str, place_in_order: Option<usize>) -> ComponentReport {
        ComponentReport { place_in_order, ..sample::component(name, Kind::Task, Outcome::Stopped) }
    }

    #[test]
    fn a_clean_report_has_no_fault() {
        assert_eq!(unclean(&report(vec![component("cache", Some(0))])), Vec::<String>::new());
    }

    #[test]
    fn all_that_is_not_clean_is_listed() {
        let mut report = report(vec![component("cache", Some(0)), component("database", Some(1))]);
        report.exit_code = ExitCode::UNCLEAN;
        report.components[1].outcome = Some(Outcome::Failed);
        report.components[1].error = Some("disk full".to_owned());
        report.requests.lost = 2;
        report.handles.push(HandleReport::new("cache".to_owned(), "worker".to_owned(), 3));
        report.blocking_threads = 1;
        report.leaks.push(Leak::Pipe { descriptor: 7 });
        let expected = [
            "the exit code is 3, the reason of the shutdown: every task ended",
            "task `database` (src/it.rs:1) failed: disk full",
            "requests lost: 2",
            "`worker` held 3 of resource `cache` when it had to close",
            "blocking threads left behind: 1",
            "leak: descriptor 7 is still open: pipe",
        ];
        assert_eq!(unclean(&report), expected);
    }

    /// The exit code does not know of it.
    #[test]
    fn a_leak_alone_is_a_fault() {
        let mut report = report(Vec::new());
        report.leaks.push(Leak::Pipe { descriptor: 7 });
        assert_eq!(unclean(&report).len(), 1);
    }

    #[test]
    fn an_order_holds_between_neighbours_and_for_all_of_a_name() {
        let parts = [("a", Some(0)), ("b", Some(1)), ("c", Some(2)), ("b", Some(3)), ("d", Some(4)), ("e", None)];
        let report = report(parts.into_iter().map(|(name, place)| component(name, place)).collect());
        for (first, second) in [("a", "b"), ("a", "d"), ("b", "d"), ("c", "d")] {
            assert_eq!(disorder(&report, first, second), None, "{first} before {second}");
        }
        for (first, second, words) in [
            ("b", "a", "`b` was to end before `a`, and ended after it"),
            ("c", "b", "`c` was to end before `b`, and ended after it"),
            ("d", "e", "`e` has not ended"),
            ("f", "a", "there is no component `f`"),
        ] {
            assert!(
                disorder(&report, first, second).is_some_and(|fault| fault.starts_with(words)),
                "{first}, {second}"
            );
        }
    }
}
