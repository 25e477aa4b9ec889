use super::*;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn planned(budget: &Budget) -> [Duration; 5] {
    Phase::ALL.map(|phase| budget.share(phase).planned)
}

fn layer(total: Option<u64>, phases: &[(Phase, u64)]) -> Layer {
    let mut layer = Layer { total: total.map(seconds), phases: [None; 5] };
    for (phase, length) in phases {
        layer.phases[phase.index()] = Some(seconds(*length));
    }
    layer
}

#[test]
fn the_defaults_are_shares_of_thirty_seconds() {
    let budget = Budget::default();
    assert_eq!(planned(&budget), [0, 2, 8, 15, 5].map(seconds));
    assert_eq!(budget.source, Source::Default);
}

#[test]
fn a_shorter_total_shrinks_the_default_shares() {
    let budget = resolve(layer(Some(15), &[]), Layer::default()).unwrap();
    assert_eq!(planned(&budget), [0, 1000, 4000, 7500, 2500].map(Duration::from_millis));
}

#[test]
fn a_total_from_the_environment_shrinks_the_programs_phases() {
    let program = layer(Some(30), &[(Phase::StopNewWork, 3), (Phase::ForceCleanup, 6)]);
    let budget = resolve(program, layer(Some(10), &[])).unwrap();
    assert_eq!(budget.total, seconds(10));
    assert_eq!(budget.source, Source::Environment);
    assert_eq!(
        budget.share(Phase::StopNewWork).planned,
        Duration::from_nanos(937_500_000).max(seconds(1)).min(seconds(1))
    );
    assert!(planned(&budget).iter().sum::<Duration>() <= seconds(10));
}

#[test]
fn phases_that_exceed_their_own_total_are_refused() {
    let too_much = [(Phase::CompleteCurrent, 20), (Phase::CancelTasks, 20)];
    let program = resolve(layer(Some(30), &too_much), Layer::default()).unwrap_err().to_string();
    assert_eq!(program, "the phases add up to 40s, more than the total of 30s; shorten them or lengthen the total");
    let environment = resolve(Layer::default(), layer(None, &too_much)).unwrap_err().to_string();
    assert!(environment.contains("LIFECYCLE_PHASES"), "{environment}");
}

#[test]
fn the_reserve_is_never_nothing() {
    let all = [(Phase::CompleteCurrent, 10), (Phase::CancelTasks, 20)];
    let error = resolve(layer(Some(30), &all), Layer::default()).unwrap_err().to_string();
    assert!(error.starts_with("no time is left for force_cleanup"), "{error}");
}

#[test]
fn unused_time_rolls_on_but_never_into_the_reserve() {
    let budget = Budget::default();
    let deadlines = Phase::ALL.map(|phase| budget.deadline(phase));
    assert_eq!(deadlines, [0, 2, 10, 25, 30].map(seconds));
}

#[test]
fn every_fault_of_the_environment_is_listed() {
    let (environment, faults) = Environment::from(|name| {
        let value = match name {
            TIMEOUT_VARIABLE => "20",
            PHASES_VARIABLE => "drain=1s,stop_new_work,cancel_tasks=x,force_cleanup=1s,force_cleanup=2s",
            REPORT_VARIABLE => "/no/such/folder/report.json",
            _ => "a drawing",
        };
        Some(value.into())
    });
    assert_eq!(environment.report, ReportSettings::default(), "there is no such place for a report");
    let text = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for part in [
        "`20` has no unit",
        "no phase `drain`",
        "phase=duration",
        "number at `x`",
        "given twice",
        "no folder",
        "LIFECYCLE_DESCRIBE",
        "LIFECYCLE_LEAKS: `a drawing` is neither `1` nor `0`",
    ] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    assert_eq!(faults.len(), 8);
}

#[test]
fn a_silent_environment_changes_nothing() {
    assert_eq!(Environment::from(|_| None), (Environment::default(), Vec::new()));
}

#[test]
fn leaks_are_looked_for_or_not() {
    for (value, expected) in [("1", true), ("0", false)] {
        let (environment, faults) = Environment::from(|name| (name == LEAKS_VARIABLE).then(|| value.into()));
        assert_eq!((environment.leaks, faults), (Some(expected), Vec::new()));
    }
}

/// Regression: the shares of an endless total overflowed.
#[test]
fn an_endless_total_is_a_century() {
    let budget = resolve(Layer { total: Some(Duration::MAX), phases: [None; 5] }, Layer::default()).unwrap();
    assert_eq!(budget.total, seconds(100 * 365 * 86_400));
    assert!(Phase::ALL.iter().all(|phase| budget.deadline(*phase) <= budget.total));
}

/// The rules that both fronts share know the phases by the same names, in the same order.
#[test]
fn the_rules_know_the_phases() {
    assert_eq!(lifecycle_rules::budget::PHASES, Phase::ALL.map(|phase| phase.name()));
}
