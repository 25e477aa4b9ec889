use std::borrow::Cow;
use std::time::Duration;

use super::*;
use crate::plan::parts::{Part, Parts, Sort};
use crate::sys::text::is_escaped;
use crate::words::component::{HookSettings, ResourceSettings, TypeKey};
use crate::words::place::Place;
use crate::words::settings::Budget;
use crate::words::task::{OnShutdown, Periodic, Plain, TaskKind, TaskSettings};

struct Database;
struct Cache;

/// What is hard to write down in one of the formats.
const HARD: [&str; 26] = [
    "\"end\"",
    "end",
    "a]b",
    "a[\"x\"]",
    "one\ntwo",
    "tab\tbed",
    "ünïcödé 漢字 🦀",
    "%% comment",
    "<b>bold</b>",
    "#quot;",
    "`code`",
    "1. list",
    "*x* and **y**",
    "__init__",
    "$$x^2$$",
    "&amp;",
    "back\\nslash\\",
    "{x}",
    "(x)",
    "a --> b",
    "semi;colon",
    "\\\"",
    "\u{0}\u{7f}\u{85}",
    "graph",
    "\u{202e}drawkcab",
    "one\u{2028}two",
];

fn part(name: &str, priority: i32, needs: Vec<TypeKey>, sort: Sort) -> Part {
    let (name, place) = (name.to_owned(), Place::new("src/parts.rs", 7, 1));
    Part { name, place, module: Some("orders::parts"), priority, tags: Cow::Borrowed(&["core"]), needs, sort }
}

fn resource<T: 'static>(name: &str, needs: Vec<TypeKey>) -> Part {
    part(name, 0, needs, Sort::Resource { key: TypeKey::of::<T>(), settings: ResourceSettings::DEFAULT, hears: false })
}

/// The program that the tests look at; its periodic task has this name.
fn program(name: &str) -> std::sync::Arc<Plan> {
    let (database, cache) = (TypeKey::of::<Database>(), TypeKey::of::<Cache>());
    let periodic = TaskSettings::new(TaskKind::Periodic(Periodic::every(Duration::from_secs(30))));
    let plain = Plain { on_shutdown: Some(OnShutdown::Cancel), critical: false, ..Plain::DEFAULT };
    let plain = TaskSettings::new(TaskKind::Plain(plain));
    let hook = HookSettings::new(Phase::StopNewWork);
    let parts = vec![
        part("main", 0, vec![database], Sort::Main { takes_shutdown: true, on_shutdown: None, blocking: false }),
        resource::<Cache>("cache", vec![database]),
        resource::<Database>("database", vec![]),
        part(name, 5, vec![database, cache], Sort::Task(periodic)),
        part("ingest", 0, vec![cache], Sort::Task(plain)),
        part("deregister", 5, vec![], Sort::Hook(hook)),
    ];
    Plan::new(Parts(parts), Budget::default()).expect("the wiring is right")
}

fn shown(name: &str, format: Format) -> String {
    Description::of(&program(name)).show(format)
}

#[test]
fn the_text_tells_components_start_and_stop() {
    let expected = "\
COMPONENTS (6)
  main     main        src/parts.rs:7  uses database; dropped in force_cleanup; tags core
  resource cache       src/parts.rs:7  uses database; open timeout 10s; close timeout 5s; tags core
  resource database    src/parts.rs:7  open timeout 10s; close timeout 5s; tags core
  task     health      src/parts.rs:7  uses cache, database; priority 5; interval 30s; dropped in cancel_tasks; tags core
  task     ingest      src/parts.rs:7  uses cache; on shutdown cancel; critical false; dropped in cancel_tasks; tags core
  hook     deregister  src/parts.rs:7  priority 5; phase stop_new_work; tags core
START, each as soon as what it uses is open
  1. open database
  2. open cache
  3. run main, health, ingest
STOP, 30s in all (default)
  announce         off
  stop_new_work    2s (default), over after 2s at the latest: no new runs and requests, listeners close
    hooks of priority 5: deregister
  complete_current 8s (default), over after 10s at the latest: runs and requests in progress end
    waits for health
  cancel_tasks     15s (default), over after 25s at the latest: tasks are cancelled
    tasks of priority 5: health
    tasks of priority 0: main, ingest
  force_cleanup    5s (default), over after 30s at the latest: stragglers are aborted, resources close
    close, step 1: cache
    close, step 2: database
";
    assert_eq!(shown("health", Format::Text), expected);
}

#[test]
fn the_json_holds_what_the_text_tells() {
    let json: serde_json::Value = serde_json::from_str(&shown("health", Format::Json)).unwrap();
    let health = &json["components"][3];
    assert_eq!(health["kind"], "task");
    assert_eq!(health["crate"], "orders");
    assert_eq!(health["uses"], serde_json::json!(["cache", "database"]));
    assert_eq!(health["options"], serde_json::json!({"interval": 30.0, "dropped_in": "cancel_tasks"}));
    assert_eq!(json["start"]["open"], serde_json::json!([["database"], ["cache"]]));
    let phases = &json["stop"]["phases"];
    assert_eq!(phases[1]["hooks"], serde_json::json!([{"priority": 5, "names": ["deregister"]}]));
    assert_eq!(phases[2]["completes"], serde_json::json!(["health"]));
    assert_eq!(phases[3]["cancels"][1]["names"], serde_json::json!(["main", "ingest"]));
    assert_eq!((&phases[3]["planned"], &phases[3]["latest_end"]), (&15.0.into(), &25.0.into()));
    assert_eq!(phases[4]["closes"], serde_json::json!([["cache"], ["database"]]));
}

#[test]
fn the_pictures_have_each_component_once_and_an_arrow_for_each_use() {
    for (format, arrow) in [(Format::Mermaid, "-->"), (Format::Dot, "->")] {
        let picture = shown("health", format);
        for name in ["main", "cache", "database", "health", "ingest", "deregister"] {
            assert_eq!(picture.matches(&format!("\"{name}")).count(), 1, "{name}: {picture}");
        }
        for used in ["c0 _ c2", "c1 _ c2", "c3 _ c1", "c3 _ c2", "c4 _ c1"] {
            let used = used.replace('_', arrow);
            assert!(picture.lines().any(|line| line.trim() == used), "{used} is missing: {picture}");
        }
    }
}

/// A name can neither end its label nor begin a line, so it cannot change what the picture says.
#[test]
fn no_name_changes_anything_but_its_label() {
    for format in Format::ALL {
        let plain = shown("health", format);
        for name in HARD {
            let hard = shown(name, format);
            assert_eq!(hard.lines().count(), plain.lines().count(), "{name:?} as {format}: {hard}");
            // JSON has its own rules, which its reader checks below.
            let garbles = |letter: char| is_escaped(letter) && letter != '\n' && format != Format::Json;
            assert!(!hard.contains(garbles), "{name:?} as {format}: {hard}");
        }
    }
    for name in HARD {
        let json: serde_json::Value = serde_json::from_str(&shown(name, Format::Json)).unwrap();
        assert_eq!(json["components"][3]["name"], name);
    }
}

/// The letters as both languages have to show them: controls are told as unknown.
fn visible(text: &str) -> String {
    text.chars().map(|letter| if is_escaped(letter) { '\u{fffd}' } else { letter }).collect()
}

#[test]
fn every_letter_comes_back_from_a_mermaid_label() {
    fn read(label: &str) -> String {
        let mut out = String::new();
        let mut rest = label;
        while let Some((before, code)) = rest.split_once('#') {
            let (number, after) = code.split_once(';').expect("a code ends");
            out += before;
            out.extend(char::from_u32(number.parse().expect("a number")));
            rest = after;
        }
        out + rest
    }
    let safe = |letter: char| letter.is_ascii_alphanumeric() || " _-#;\u{fffd}".contains(letter);
    for letter in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
        let text = format!("x{letter}");
        let label = mermaid::escape(&text);
        assert!(label.chars().all(safe), "{label}");
        assert_eq!(read(&label), visible(&text));
    }
}

#[test]
fn every_letter_comes_back_from_a_dot_label() {
    fn read(label: &str) -> String {
        let mut out = String::new();
        let mut letters = label.chars();
        while let Some(letter) = letters.next() {
            assert!(letter != '"' && letter != '\n', "{label} ends early");
            out.push(if letter == '\\' { letters.next().expect("something is quoted") } else { letter });
        }
        out.replace("&amp;", "&")
    }
    for letter in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
        let text = format!("{letter}{letter}\"x");
        assert_eq!(read(&dot::escape(&text)), visible(&text));
    }
}

#[test]
fn a_program_of_nothing_is_described_as_that() {
    let plan = Plan::new(Parts::default(), Budget::default()).unwrap();
    for format in Format::ALL {
        assert!(Description::of(&plan).show(format).ends_with('\n'), "{format}");
    }
}
