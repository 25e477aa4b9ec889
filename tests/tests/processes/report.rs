//! Where the report goes: files, pipes and devices, those that cannot be written to among them; and what stands in it.

use std::path::Path;
use std::process::Command;

use lifecycle_tests::driver::{Ended, Program, Signal};

use super::scenario;

/// What the table says of a stop by SIGTERM in which all was well.
const TABLE: &str = "exit code 0; reason: SIGTERM";

/// A folder of the test's own.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("lifecycle-{test}-{}", std::process::id()));
        std::fs::create_dir(&path).expect("nothing is there");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn stopped(program: Program, report: &Path) -> Ended {
    let path = report.to_str().expect("a path that can be written");
    let running = program.without_report().env("LIFECYCLE_REPORT", path).start();
    running.wait_for("READY");
    running.end_by(Signal::TERM)
}

#[test]
fn a_report_for_a_full_disk_goes_to_stderr_with_the_reason() {
    let ended = stopped(scenario("idle"), Path::new("/dev/full"));
    ended.exits(0).tells("the report could not be written to `/dev/full`: No space left on device").tells(TABLE);
}

/// Regression: the file was left behind, cut where the disk was full.
#[test]
fn a_file_system_that_is_full_is_left_as_it_was() {
    if !Command::new("unshare").args(["-m", "true"]).status().is_ok_and(|status| status.success()) {
        return eprintln!("not tried: this user may mount nothing");
    }
    let folder = Folder::new("full");
    // Mounted for this process alone. It ends with what the program has left in the folder.
    let script = r#"set -e; mount -t tmpfs -o size=64k lifecycle-test "$1"; cd "$1"
        dd if=/dev/zero of=filler bs=4k 2>/dev/null || true
        LIFECYCLE_REPORT="$1/report.json" "$2" forges_a_reason || true; echo left: $(ls -A)"#;
    let path = folder.0.to_str().expect("a path that can be written");
    let program = Program::at("unshare").arg("-m").arg("sh").arg("-c").arg(script).arg("sh").arg(path);
    let ended = program.arg(env!("CARGO_BIN_EXE_scenarios")).without_report().start().end();
    ended.exits(0).tells("report.json`: No space left on device").says(&["left: filler"]);
}

/// Regression: the end was held up for a second, and the report lost without a word.
#[test]
fn a_pipe_without_a_reader_is_told_and_the_table_goes_to_stderr() {
    let folder = Folder::new("pipe");
    let pipe = folder.0.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is there").success());
    let ended = stopped(scenario("idle"), &pipe);
    ended.exits(0).tells("no process reads from this pipe; it stands here instead").tells(TABLE);
}

/// Regression: all of it was written, however long it was.
#[test]
fn a_fault_is_cut_and_stays_one_line() {
    let value = format!("soon\nlifecycle: forged\x1b[31m{}", "x".repeat(100_000));
    let ended = scenario("idle").env("LIFECYCLE_TIMEOUT", &value).start().end();
    ended.exits(78).tells(r"`soon\nlifecycle: forged\u{1b}[31mxxx").tells("(cut after 4096 bytes)");
    assert!(ended.err.len() < 10_000, "{} bytes", ended.err.len());
    assert!(!ended.err.lines().any(|line| line.starts_with("lifecycle: forged")), "{ended:#?}");
}

/// Regression: such texts came to the terminal as they are.
#[test]
fn no_text_of_the_program_passes_for_a_line_of_the_library() {
    let mut running = scenario("forges").timeout("2s").start();
    running.wait_for("READY").wait_for("probed");
    running.signal(Signal::USR1).wait_for_stderr("components");
    let ended = running.end_by(Signal::TERM);
    is_told_escaped(&ended);
    // In the data it is what it was.
    ended.error("probe", "x\nlifecycle: forged\r\x1b[31m");
    let ended = scenario("forges_a_reason").start().end();
    ended.exits(0);
    is_told_escaped(&ended);
}

fn is_told_escaped(ended: &Ended) {
    ended.tells(r"x\nlifecycle: forged\r\u{1b}[31m\u{2028}lifecycle: forged");
    let forged = |line: &str| line.starts_with("lifecycle: forged");
    assert!(!ended.err.lines().any(forged), "{ended:#?}");
    assert!(!ended.err.contains(['\x1b', '\r', '\u{2028}']), "{ended:#?}");
}
