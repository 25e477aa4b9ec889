//! Many Apps in one process leave nothing behind: no descriptor, no thread, no memory.

use std::time::Duration;

use lifecycle_tests::driver::Program;

/// So many Apps of each kind, or rounds in one App. `LIFECYCLE_SOAK=10000` for a long run.
fn count() -> usize {
    std::env::var("LIFECYCLE_SOAK").ok().and_then(|count| count.parse().ok()).unwrap_or(300)
}

/// Memory that may come and go between two counts, in kilobytes. Of what each App left, a few kilobytes are found.
const MEMORY: usize = 1_024;

/// Regression: what ran and the book in which it stands owned each other, so that no App was ever freed: 40 kB each, with
/// signals or a guard two descriptors, and four more with a runtime of its own.
#[track_caller]
fn assert_flat(variant: &str) {
    let count = count().to_string();
    let program = Program::at(env!("CARGO_BIN_EXE_soak")).without_report().arg(variant).arg(&count);
    let ended = program.within(Duration::from_secs(900)).start().end();
    ended.exits(0);
    let counts: Vec<Vec<usize>> =
        ended.out.lines().filter_map(|line| line.split(' ').map(|number| number.parse().ok()).collect()).collect();
    let [first, last] = &counts[..] else { panic!("it did not count twice: {ended:#?}") };
    eprintln!("{variant}: {first:?}, {last:?}: rounds, descriptors, threads, kB");
    let inside = ["groups", "children"].contains(&variant);
    assert!(inside || first[2] == 1, "{variant}: threads are there that belong to no App");
    assert_eq!(first[1..3], last[1..3], "{variant}: descriptors or threads were left behind");
    assert!(last[3] <= first[3] + MEMORY, "{variant}: {} kB became {} kB", first[3], last[3]);
}

#[test]
fn apps_without_signals_and_guard_leave_nothing() {
    assert_flat("plain");
}

#[test]
fn apps_with_signals_and_guard_leave_nothing() {
    assert_flat("guarded");
}

#[test]
fn apps_on_a_current_thread_runtime_of_their_own_leave_nothing() {
    assert_flat("blocking_1");
}

#[test]
fn apps_on_two_workers_of_their_own_leave_nothing() {
    assert_flat("blocking_2");
}

#[test]
fn handles_that_outlive_their_app_keep_no_descriptor_and_no_thread() {
    assert_flat("handles");
}

#[test]
fn the_library_s_own_look_finds_nothing_of_the_library() {
    assert_flat("looked_at");
}

#[test]
fn apps_that_are_never_run_leave_nothing() {
    assert_flat("not_run");
}

#[test]
fn apps_that_cannot_be_built_leave_nothing() {
    assert_flat("invalid");
}

#[test]
fn apps_that_are_dropped_while_they_run_leave_nothing() {
    assert_flat("dropped");
}

#[test]
fn apps_whose_start_fails_leave_nothing() {
    assert_flat("start_fails");
}

#[test]
fn apps_whose_shutdown_was_called_off_leave_nothing() {
    assert_flat("called_off");
}

#[test]
fn stopping_and_starting_a_task_leaves_nothing() {
    assert_flat("groups");
}

#[test]
fn children_that_have_ended_leave_nothing() {
    assert_flat("children");
}
