//! What the attributes refuse at compile time, the builder refuses in `build()`, in the same words.

#[path = "../rules/refused.rs"]
mod refused;

use std::time::Duration;

use lifecycle::{
    App, AppBuilder, Backoff, HookSpec, Missed, OnShutdown, Phase, Resource, ResourceSpec, Restart, TaskSpec,
};

use self::refused::{HOOKS, MAIN, RESOURCES, Row, TASKS};

struct It;
impl Resource for It {}

/// `key = value` pairs of an attribute; a value in quotes is without them, and a list as it stands.
fn options(text: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((key, after)) = rest.split_once(" = ") {
        let end = match after.as_bytes()[0] {
            b'[' => after.find(']').expect("a closing bracket") + 1,
            b'"' => after[1..].find('"').expect("a closing quote") + 2,
            _ => after.find(',').unwrap_or(after.len()),
        };
        let value = after[..end].replace("\\n", "\n").replace("\\t", "\t").replace("\\u{1b}", "\u{1b}");
        found.push((key, if value.starts_with('"') { value[1..value.len() - 1].to_owned() } else { value }));
        rest = after[end..].trim_start_matches(", ");
    }
    assert!(rest.is_empty(), "{rest}");
    found
}

fn name(options: &str) -> String {
    let found = self::options(options).into_iter().find(|(key, _)| *key == "name");
    found.map_or_else(|| "it".to_owned(), |(_, name)| name)
}

fn list(text: &str) -> Vec<&'static str> {
    let inside = text.trim_start_matches('[').trim_end_matches(']').to_owned();
    let inside: &'static str = inside.leak();
    inside.split(", ").map(|item| &item[1..item.len() - 1]).collect()
}

fn time(text: &str) -> Duration {
    let unit = text.find(char::is_alphabetic).expect("a unit");
    let number: u64 = text[..unit].parse().expect("a number");
    let (unit, rest) = text[unit..].split_at(text[unit..].find(char::is_numeric).unwrap_or(text.len() - unit));
    let time = match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number * 60),
        _ => panic!("a unit: {unit}"),
    };
    if rest.is_empty() { time } else { time + self::time(rest) }
}

fn task(text: &str) -> AppBuilder {
    let options = options(text);
    let blocks = options.iter().any(|(key, _)| *key == "blocking");
    let task = if blocks { TaskSpec::blocking(name(text), || {}) } else { TaskSpec::new(name(text), || async {}) };
    let told = options.into_iter().fold(task, |task, (key, value)| match (key, &*value) {
        ("name" | "blocking", _) => task,
        ("interval", value) => task.interval(time(value)),
        ("jitter", value) => task.jitter(time(value)),
        ("timeout", value) => task.timeout(time(value)),
        ("missed", "burst") => task.missed(Missed::Burst),
        ("on_shutdown", "cancel") => task.on_shutdown(OnShutdown::Cancel),
        ("critical", "true") => task.critical(true),
        ("restart", "never") => task.restart(Restart::Never),
        ("restart", "on-failure") => task.restart(Restart::OnFailure),
        ("restart", "always") => task.restart(Restart::Always),
        ("backoff", value) => {
            let (shortest, longest) = value.split_once("..").expect("two times");
            task.backoff(time(shortest), time(longest))
        }
        ("max_restarts", value) => {
            let (count, within) = value.split_once('/').expect("a count and a time");
            task.max_restarts(count.parse().expect("a count"), time(within))
        }
        ("failure_threshold", value) => task.failure_threshold(value.parse().expect("a count")),
        ("on_failure", _) => task.on_failure(|| async {}),
        ("on_recovery", _) => task.on_recovery(|| async {}),
        ("instances", value) => task.instances(value.parse().expect("a count")),
        ("tags", value) => task.tags(list(value)),
        other => panic!("the table has an option that this test does not know: {other:?}"),
    });
    App::builder().task(told)
}

fn hook(text: &str) -> AppBuilder {
    let hook = HookSpec::new(name(text), Phase::StopNewWork, || async {});
    App::builder().hook(options(text).into_iter().fold(hook, |hook, (key, value)| match key {
        "name" => hook,
        "timeout" => hook.timeout(time(&value)),
        "tags" => hook.tags(list(&value)),
        other => panic!("the table has an option that this test does not know: {other:?}"),
    }))
}

fn resource(text: &str) -> AppBuilder {
    let resource = ResourceSpec::value(name(text), It);
    App::builder().resource(options(text).into_iter().fold(resource, |resource, (key, value)| match key {
        "name" => resource,
        "open_timeout" => resource.open_timeout(time(&value)),
        "close_timeout" => resource.close_timeout(time(&value)),
        "tags" => resource.tags(list(&value)),
        other => panic!("the table has an option that this test does not know: {other:?}"),
    }))
}

fn main(text: &str) -> AppBuilder {
    let flat = text.replace("phases(", "").replace(')', "");
    options(&flat).into_iter().fold(App::builder(), |app, (key, value)| match key {
        "timeout" => app.timeout(time(&value)),
        "worker_threads" => app.worker_threads(value.parse().expect("a count")),
        "expected" => app.expected(list(&value)),
        phase => app.phase(phase.parse().expect("a phase"), time(&value)),
    })
}

#[track_caller]
fn check(kind: &str, rows: &[Row], build: fn(&str) -> AppBuilder) {
    for (options, expected) in rows {
        let found = match build(options).environment(false).build() {
            Ok(_) => panic!("the builder accepts {options}"),
            Err(error) => error.faults().to_vec(),
        };
        let subject = match kind {
            "main" => "App: ".to_owned(),
            _ => format!("{kind} `{}`: ", name(options).escape_debug()),
        };
        let without_place = |fault: &String| {
            let (place, text) = fault.split_once(&subject).unwrap_or_else(|| panic!("{fault} begins with {subject}"));
            assert!(place.contains("refused.rs:"), "where: {fault}");
            text.to_owned()
        };
        assert_eq!(found.iter().map(without_place).collect::<Vec<_>>(), *expected, "{options}");
    }
}

/// Regression: the builder took jitter that was longer than the interval, restarts of a periodic task, a monitor's action
/// without a threshold, jitter without an interval, backoff without restarts, and names of two lines.
#[test]
fn the_builder_refuses_what_both_fronts_refuse() {
    check("task", TASKS, task);
    check("hook", HOOKS, hook);
    check("resource", RESOURCES, resource);
    check("main", MAIN, main);
}

#[test]
fn all_faults_of_all_components_are_listed() {
    let task = TaskSpec::new("", || async {}).interval(Duration::ZERO).instances(0).timeout(Duration::ZERO);
    let hook = HookSpec::new("leave", Phase::Announce, || async {}).timeout(Duration::ZERO);
    let app = App::builder().environment(false).timeout(Duration::ZERO).task(task).hook(hook);
    assert_eq!(app.build().unwrap_err().faults().len(), 6);
}

/// What both fronts accept is not refused by a rule that goes too far.
#[test]
fn what_makes_sense_is_accepted() {
    let second = Duration::from_secs(1);
    let plain = TaskSpec::new("plain", || async {}).restart(Restart::OnFailure).backoff(second, second);
    let plain = plain.max_restarts(0, second).timeout(second).on_shutdown(OnShutdown::Cancel).critical(true);
    let ticks = TaskSpec::new("ticks", || async {}).interval(second).jitter(Backoff::DEFAULT.shortest);
    let ticks = ticks.missed(Missed::Delay).failure_threshold(1).on_failure(|| async {}).restart(Restart::Never);
    let blocks = TaskSpec::blocking("blocks", || {}).on_shutdown(OnShutdown::Finish).restart(Restart::Always);
    let app = App::builder().environment(false).task(plain).task(ticks).task(blocks);
    app.timeout(second * 10).announce(second).build().unwrap();
}
