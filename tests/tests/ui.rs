//! What the compiler says: each file in `ui/` has one fault, and beside it stands the whole text of the error.
//!
//! `TRYBUILD=overwrite cargo test -p lifecycle-tests --test ui` writes the texts anew. They belong to one
//! compiler, the one in rust-toolchain.toml; with any other these tests are ignored.

use std::fs;
use std::path::{Path, PathBuf};

/// One folder per attribute, and one for what shows only between items.
const FOLDERS: [&str; 6] = ["task", "resource", "hook", "main", "component", "wiring"];

#[test]
#[cfg_attr(not(pinned_compiler), ignore = "the texts belong to the compiler in rust-toolchain.toml")]
fn each_fault_has_its_error_at_the_users_token() {
    let cases = trybuild::TestCases::new();
    for folder in FOLDERS {
        cases.compile_fail(format!("ui/{folder}/*.rs"));
    }
}

/// These are built and run as well: some look at what was registered.
#[test]
#[cfg_attr(not(pinned_compiler), ignore = "warnings are errors there, and another compiler may have others")]
fn good_programs_are_left_in_peace() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn one_fault_is_one_error() {
    let texts = texts();
    assert!(texts.len() >= 60, "only {} fixtures", texts.len());
    for path in texts {
        let text = fs::read_to_string(&path).expect("the text can be read");
        let errors = text.lines().filter(|line| line.starts_with("error:") || line.starts_with("error[")).count();
        assert_eq!(errors, wanted(&path), "{}:\n{text}", path.display());
        assert!(!text.lines().any(|line| line.starts_with("warning")), "{}:\n{text}", path.display());
    }
}

/// The texts in the documentation are first lines of real errors.
#[test]
fn documented_errors_are_real() {
    let real: String = texts().iter().map(|path| fs::read_to_string(path).expect("the text can be read")).collect();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/compile-errors.md");
    let docs = fs::read_to_string(docs).expect("the documentation can be read");
    let quoted: Vec<_> = docs.lines().filter(|line| line.starts_with("error:") || line.starts_with("error[")).collect();
    assert!(quoted.len() >= 40, "only {} errors are documented", quoted.len());
    for quote in quoted {
        assert!(real.lines().any(|line| line == quote), "no program in ui/ has this error: {quote}");
    }
}

/// As many as the file's name says.
fn wanted(path: &Path) -> usize {
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    match name {
        "ten_faults" => 10,
        "two_cycles" | "two_methods" => 2,
        // The compiler looks for each of the two by itself, and says of each which field it is.
        "not_send_nor_sync" => 2,
        // Ours names the component, the compiler's the value and the `.await`.
        _ if name.ends_with("_not_send") => 2,
        _ => 1,
    }
}

fn texts() -> Vec<PathBuf> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let folders = FOLDERS.iter().map(|folder| fs::read_dir(ui.join(folder)).expect("the folder is there"));
    let files = folders.flatten().map(|entry| entry.expect("the folder can be read").path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "stderr")).collect()
}
