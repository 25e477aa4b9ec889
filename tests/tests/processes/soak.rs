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

macro_rules! flat {
    ($($variant:ident),* $(,)?) => {
        $(
            #[test]
            fn $variant() {
                assert_flat(stringify!($variant));
            }
        )*
    };
}

flat!(
    plain,
    guarded,
    blocking_1,
    blocking_2,
    handles,
    looked_at,
    not_run,
    invalid,
    dropped,
    start_fails,
    called_off,
    groups,
    children,
);
