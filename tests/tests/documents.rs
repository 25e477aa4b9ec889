//! Documents that name files and tests: what they name is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A promise of docs/invariants.md.
#[derive(Debug, Default)]
struct Promise {
    id: String,
    kept_by: Vec<String>,
    /// Files, each with the tests in it.
    shown_by: Vec<(String, Vec<String>)>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect()
}

fn promises(text: &str) -> Vec<Promise> {
    let sections = text.split("\n**").skip(1).map(|section| section.split("\n## ").next().unwrap_or_default());
    sections
        .map(|section| {
            let (id, rest) = section.split_once(".**").expect("`**S1.**` begins a promise");
            let (_, rest) = rest.split_once("\nKept by ").unwrap_or_else(|| panic!("{id} is kept by nothing"));
            let mut parts = rest.split("\n- ");
            let kept_by = quoted(parts.next().unwrap_or_default());
            let shown = |part: &str| {
                let part = part.split("\n\n").next().unwrap_or_default();
                let mut names = quoted(part).into_iter();
                (names.next().expect("a file"), names.collect())
            };
            Promise { id: id.to_owned(), kept_by, shown_by: parts.map(shown).collect() }
        })
        .collect()
}

/// Whether a file has a test of this name.
fn has_test(source: &str, name: &str) -> bool {
    let marks = |before: &str| {
        let attributes = before.lines().rev().take_while(|line| {
            let line = line.trim();
            line.starts_with("#[") || line.starts_with("async") || line.is_empty()
        });
        attributes.into_iter().any(|line| line.contains("test"))
    };
    let needle = format!("fn {name}(");
    source.match_indices(&needle).any(|(at, _)| marks(&source[..at]))
}

#[test]
fn each_promise_names_files_and_tests_that_are_there() {
    let mut missing = Vec::new();
    let promises = promises(&read("docs/invariants.md"));
    for promise in &promises {
        let id = &promise.id;
        assert!(!promise.kept_by.is_empty() && !promise.shown_by.is_empty(), "{id} is kept or shown by nothing");
        missing.extend(
            promise.kept_by.iter().filter(|path| !root().join(path).is_file()).map(|path| format!("{id}: {path}")),
        );
        for (path, tests) in &promise.shown_by {
            assert!(!tests.is_empty(), "{id}: no test is named in {path}");
            let source = fs::read_to_string(root().join(path)).unwrap_or_default();
            let absent = tests.iter().filter(|test| !has_test(&source, test));
            missing.extend(absent.map(|test| format!("{id}: {path}: {test}")));
        }
    }
    assert!(missing.is_empty(), "docs/invariants.md names what is not there:\n{}", missing.join("\n"));
}

/// A number that was given once keeps its place.
#[test]
fn promises_are_numbered_one_after_the_other() {
    let promises = promises(&read("docs/invariants.md"));
    for letter in ["S", "L", "C"] {
        let ids: Vec<_> = promises.iter().map(|promise| &promise.id).filter(|id| id.starts_with(letter)).collect();
        let expected: Vec<_> = (1..=ids.len()).map(|number| format!("{letter}{number}")).collect();
        assert_eq!(ids, expected.iter().collect::<Vec<_>>());
        assert!(!ids.is_empty());
    }
}

#[test]
fn what_is_missing_is_found() {
    let source =
        "#[test]\nfn there() {}\n\nfn helper() {}\n\n#[tokio::test(start_paused = true)]\nasync fn later() {}\n";
    assert!(has_test(source, "there") && has_test(source, "later"));
    assert!(!has_test(source, "helper"), "no test stands there");
    assert!(!has_test(source, "ther") && !has_test(source, "gone"));
    let text =
        "# x\n\n**S1.** It holds.\nKept by `a.rs`,\n`b.rs`.\n- `c.rs`: `one`,\n  `two`\n- `d.rs`: `three`\n\n## L\n";
    let [promise] = promises(text).try_into().expect("one promise");
    assert_eq!((promise.id.as_str(), promise.kept_by), ("S1", vec!["a.rs".to_owned(), "b.rs".to_owned()]));
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(promise.shown_by, [("c.rs".to_owned(), names(&["one", "two"])), ("d.rs".to_owned(), names(&["three"]))]);
}

#[test]
fn each_decision_is_listed_under_its_number() {
    let list = read("docs/adr/README.md");
    let files = fs::read_dir(root().join("docs/adr")).expect("the records").flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    let records: BTreeSet<String> = names.filter(|name| name != "README.md").collect();
    let listed: Vec<String> = list.lines().filter(|line| line.starts_with("| [")).map(ToOwned::to_owned).collect();
    assert_eq!(listed.len(), records.len(), "a line for each record");
    for (line, record) in listed.iter().zip(&records) {
        let number = record.split('-').next().unwrap_or_default().trim_start_matches('0');
        assert!(line.starts_with(&format!("| [{number}]({record}) | ")), "`{line}` is not the line of {record}");
    }
}

/// Regression: architecture.md knew nothing of `plan/describe`.
#[test]
fn every_module_is_in_the_architecture() {
    let text = read("docs/architecture.md");
    let mut missing = Vec::new();
    for floor in ["words", "plan", "decide", "sys", "front", "http", "run"] {
        let depth = if floor == "run" { 2 } else { 1 };
        modules(&root().join("lifecycle/src").join(floor), depth, &mut |name| {
            if !quoted(&text).iter().any(|quoted| quoted.split('/').any(|part| part == name)) {
                missing.push(format!("{floor}: {name}"));
            }
        });
    }
    assert!(missing.is_empty(), "docs/architecture.md does not name\n{}", missing.join("\n"));
}

/// The modules of a folder, and of its folders to this depth; not what is only for tests.
fn modules(folder: &Path, depth: usize, see: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() && depth > 1 {
            modules(&path, depth - 1, see);
        }
        let is_source = path.is_dir() || path.extension().is_some_and(|extension| extension == "rs");
        if is_source && !["mod", "tests"].contains(&name.as_str()) {
            see(&name);
        }
    }
}
