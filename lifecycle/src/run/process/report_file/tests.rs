use std::os::unix::fs::{MetadataExt, symlink};
use std::process::Command;
use std::thread;

use super::*;

/// More than a pipe holds.
const LONG: usize = 1 << 20;

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn pipe_in(folder: &Path) -> PathBuf {
    let path = folder.join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo is there").success());
    path
}

#[test]
fn a_file_is_replaced_with_the_permissions_that_the_umask_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, other) = (folder.path().join("report.json"), folder.path().join("other"));
    fs::write(&other, "").expect("it can be written");
    for text in ["first", "second"] {
        write(&path, text, soon()).expect("it can be written");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
    }
    let mode = |path: &Path| fs::metadata(path).expect("it is there").mode();
    assert_eq!(mode(&path), mode(&other));
    assert_eq!(names(folder.path()), ["other", "report.json"]);
}

/// Regression: the new file was made under the name `<path>.<pid>`, and whatever that was a link to was written to.
#[test]
fn a_link_that_another_user_has_planted_is_not_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, victim) = (folder.path().join("report.json"), folder.path().join("victim"));
    fs::write(&victim, "as it was").expect("it can be written");
    let guessed = folder.path().join(format!("report.json.{}", std::process::id()));
    for planted in [&guessed, &path] {
        symlink(&victim, planted).expect("a link");
    }
    write(&path, "report", soon()).expect("it can be written");
    assert_eq!(fs::read_to_string(&victim).expect("it is there"), "as it was");
    assert!(fs::symlink_metadata(&path).expect("it is there").is_file(), "the link was replaced");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "report");
}

#[test]
fn a_link_that_leads_nowhere_is_replaced_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, nowhere) = (folder.path().join("report.json"), folder.path().join("nowhere"));
    symlink(&nowhere, &path).expect("a link");
    write(&path, "report", soon()).expect("it can be written");
    assert_eq!(names(folder.path()), ["report.json"]);
}

/// Regression: the new file was left behind.
#[test]
fn nothing_is_left_behind_when_the_file_does_not_come_to_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("folder");
    fs::create_dir(&path).expect("a folder");
    replace(&path, "report", soon()).expect_err("a file cannot replace a folder");
    assert_eq!(names(folder.path()), ["folder"]);
    assert_eq!(write(&path, "report", soon()).map_err(|error| error.kind()), Err(ErrorKind::IsADirectory));
}

/// Regression: to open a pipe that nothing reads from waited until the time for the report was over, and the report was
/// lost without a word.
#[test]
fn a_pipe_without_a_reader_is_an_error_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = write(&pipe_in(folder.path()), "report", soon()).expect_err("it has no reader");
    assert_eq!(error.to_string(), "no process reads from this pipe");
}

#[test]
fn a_pipe_that_is_read_gets_all_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pipe_in(folder.path());
    // Both ends, so that the pipe has a reader before it is written to.
    let ends = OpenOptions::new().read(true).write(true).open(&path).expect("a pipe");
    let reader = thread::spawn(move || {
        use std::io::Read;
        let mut text = String::new();
        ends.take(LONG as u64).read_to_string(&mut text).map(|_| text)
    });
    write(&path, &"x".repeat(LONG), soon()).expect("it is read");
    assert_eq!(reader.join().expect("no panic").expect("all comes").len(), LONG);
}

#[test]
fn a_pipe_that_is_not_read_is_given_up_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pipe_in(folder.path());
    let _ends = OpenOptions::new().read(true).write(true).open(&path).expect("a pipe");
    let until = Instant::now() + Duration::from_millis(50);
    let error = write(&path, &"x".repeat(LONG), until).expect_err("it is not read");
    assert!(Instant::now() >= until);
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.to_string().starts_with("its reader is too slow; it took "), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_written_to_and_its_error_is_told() {
    write(Path::new("/dev/null"), "report", soon()).expect("it takes all");
    let full = write(Path::new("/dev/full"), "report", soon()).map_err(|error| error.kind());
    assert_eq!(full, Err(ErrorKind::StorageFull));
}

#[cfg(target_os = "linux")]
#[test]
fn links_are_followed_where_only_the_system_makes_them() {
    assert!(is_of_the_system(Path::new("/dev/stdout")));
    assert!(is_of_the_system(Path::new("/dev/fd/1")));
    assert!(is_of_the_system(Path::new("/proc/self/fd/1")));
    // Others may make files there.
    assert!(!is_of_the_system(Path::new("/dev/shm/report.json")));
    assert!(!is_of_the_system(Path::new("/proc/self/cwd/report.json")));
    assert!(!is_of_the_system(Path::new("/tmp/report.json")));
}
