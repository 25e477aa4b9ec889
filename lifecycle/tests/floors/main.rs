//! The floors of the crate and the wings of `run`: nothing looks up, and no files use each other in a cycle.
//!
//! What is not so yet stands in [`known`], and is to become less: an entry that is no longer needed fails the test too.

mod cycles;
mod known;
mod sources;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use self::sources::{Sources, Use};

/// From the bottom to the top. `sys` is used by all of them and uses none.
const FLOORS: [&str; 6] = ["words", "plan", "decide", "run", "http", "front"];

/// From the bottom to the top; what stands together may not use each other.
const WINGS: [&[&str]; 11] = [
    &["calls"],
    &["work", "signals"],
    &["stop"],
    &["record"],
    &["process"],
    &["task"],
    &["resource"],
    &["groups"],
    &["handles"],
    &["leaks"],
    &["drive"],
];

fn source_folder(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(of)
}

fn first(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap_or(file)
}

fn floor_looks_up(Use { file, used }: &Use) -> bool {
    let floor = |file: &str| FLOORS.iter().position(|floor| *floor == first(file));
    match (floor(file), floor(used)) {
        (Some(user), Some(used)) => used > user,
        // `sys` is no floor.
        (None, _) => first(file) != first(used),
        (Some(_), None) => false,
    }
}

fn wing_looks_up(Use { file, used }: &Use) -> bool {
    let (Some(file), Some(used)) = (file.strip_prefix("run/"), used.strip_prefix("run/")) else { return false };
    let (user, used) = (first(file), first(used));
    let height = |wing: &str| WINGS.iter().position(|wings| wings.contains(&wing));
    user != used && height(used) >= height(user)
}

/// Those that are known and gone, and those that are new.
fn compared<T: Ord + Clone>(found: &BTreeSet<T>, known: &BTreeSet<T>) -> (Vec<T>, Vec<T>) {
    (known.difference(found).cloned().collect(), found.difference(known).cloned().collect())
}

fn uses(list: &[(&str, &str)]) -> BTreeSet<Use> {
    list.iter().map(|(file, used)| Use { file: (*file).to_owned(), used: (*used).to_owned() }).collect()
}

#[test]
fn no_floor_and_no_wing_looks_up() {
    let found = Sources::of(&source_folder("src")).uses();
    let found: BTreeSet<Use> = found.into_iter().filter(|one| floor_looks_up(one) || wing_looks_up(one)).collect();
    let (gone, new) = compared(&found, &uses(known::UPWARD));
    assert!(new.is_empty(), "these look up; let what is used move down, or hand it in from above: {new:#?}");
    assert!(gone.is_empty(), "these do not look up any more; take them out of known.rs: {gone:#?}");
}

#[test]
fn no_files_use_each_other_in_a_cycle() {
    for (folder, known) in [("src", known::IN_CYCLES), ("../lifecycle-macros/src", known::IN_CYCLES_OF_MACROS)] {
        let cycles = cycles::cycles(&Sources::of(&source_folder(folder)).uses());
        let found = cycles.keys().cloned().collect();
        let (gone, new) = compared(&found, &known.iter().map(ToString::to_string).collect());
        let new: Vec<_> = new.iter().map(|file| (file, &cycles[file])).collect();
        assert!(
            new.is_empty(),
            "{folder}: each of these files uses what is beside it, and is used by that in turn: {new:#?}"
        );
        assert!(gone.is_empty(), "{folder}: these are in no cycle any more; take them out of known.rs: {gone:#?}");
    }
}

/// The list of wings above is that of `run/mod.rs`.
#[test]
fn every_folder_has_its_floor_and_its_wing() {
    let folders = |of: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(source_folder(of)).unwrap().map(|entry| entry.unwrap());
        let folders = entries.filter(|entry| entry.path().is_dir());
        folders.map(|folder| folder.file_name().into_string().unwrap()).collect()
    };
    let floors = FLOORS.iter().copied().chain(["sys"]).map(str::to_owned).collect();
    assert_eq!(folders("src"), floors);
    assert_eq!(folders("src/run"), WINGS.iter().flat_map(|wings| wings.iter()).map(ToString::to_string).collect());
}

/// Each way in which a file can name another one is seen; comments, texts and tests do not count.
#[test]
fn what_a_file_uses_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod a; mod b; mod c; mod d; mod e;\npub use crate::c::Exported;\n");
    write(
        "a.rs",
        "//! See [`crate::d`].\nuse std::fmt;\nuse crate::{\n    Exported,\n    b::{self, inner::{Deep as D}},\n};\n",
    );
    write("b/mod.rs", "mod inner;\npub(crate) use inner::Deep;\nfn f() -> &'static str { \"crate::d::X\" }\n");
    write("b/inner.rs", "fn f() { let _ = super::super::c::Exported; }\n");
    write("c.rs", "#[cfg(test)]\nmod tests {\n    use crate::d::X;\n}\n");
    write("d.rs", "use crate::b::Deep;\nuse self::deep::Y;\n#[cfg(test)]\nmod tests;\n");
    write("d/deep.rs", "use super::X;\n");
    write("e.rs", "struct X;\nmod inline {\n    use super::X;\n    use crate::c::Exported;\n}\nuse crate::a::A;\n");
    write("d/tests.rs", "use crate::a::A;\n");
    let found = Sources::of(folder.path()).uses();
    let expected = [
        ("a.rs", "b/inner.rs"),
        ("a.rs", "b/mod.rs"),
        ("a.rs", "c.rs"),
        ("b/inner.rs", "c.rs"),
        ("b/mod.rs", "b/inner.rs"),
        ("d.rs", "b/inner.rs"),
        ("d.rs", "d/deep.rs"),
        ("d/deep.rs", "d.rs"),
        ("e.rs", "a.rs"),
        ("e.rs", "c.rs"),
    ];
    assert_eq!(found, uses(&expected));
    let in_cycles: Vec<_> = cycles::cycles(&found).into_keys().collect();
    assert_eq!(in_cycles, ["d.rs", "d/deep.rs"]);
}

#[test]
fn what_looks_up_is_told_from_what_looks_down() {
    let is_up = |file: &str, used: &str| {
        let one = Use { file: file.to_owned(), used: used.to_owned() };
        floor_looks_up(&one) || wing_looks_up(&one)
    };
    for (file, used) in [
        ("words/phase.rs", "plan/mod.rs"),
        ("run/work/gate.rs", "http/mod.rs"),
        ("sys/link.rs", "words/place.rs"),
        ("run/record/ledger.rs", "run/task/tree.rs"),
        ("run/work/gate.rs", "run/signals/mod.rs"),
    ] {
        assert!(is_up(file, used), "{file} -> {used}");
    }
    for (file, used) in [
        ("front/app.rs", "sys/panics.rs"),
        ("run/drive/driver.rs", "run/task/tree.rs"),
        ("http/tower.rs", "run/mod.rs"),
        ("sys/link.rs", "sys/mod.rs"),
    ] {
        assert!(!is_up(file, used), "{file} -> {used}");
    }
}
