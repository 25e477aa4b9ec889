//! Measuring side by side: every candidate runs in every round, and what counts is the median of its ratio to
//! the first one in the same round. Absolute times drift with the machine; these ratios hold.

use std::time::Duration;

/// Rounds of a comparison. Odd, so that the median is one of them.
pub(crate) const ROUNDS: usize = 31;

/// One candidate: its name, and what measures `n` operations.
pub(crate) type Candidate<'a> = (&'a str, Box<dyn FnMut(u32) -> Duration + 'a>);

/// Runs all candidates in turn and prints a row for each: nanoseconds per operation, and the ratio.
pub(crate) fn compare(title: &str, operations: u32, mut candidates: Vec<Candidate<'_>>) {
    let mut times = vec![Vec::with_capacity(ROUNDS); candidates.len()];
    for round in 0..=ROUNDS {
        for (at, (_, measure)) in candidates.iter_mut().enumerate() {
            let nanos = measure(operations).as_nanos() as f64 / f64::from(operations);
            // The first round warms up.
            if round > 0 {
                times[at].push(nanos);
            }
        }
    }
    println!("\n{title} ({operations} operations, {ROUNDS} rounds)");
    println!("  {:<44}{:>10}{:>10}", "", "ns", "ratio");
    for (at, (name, _)) in candidates.iter().enumerate() {
        let ratios = times[at].iter().zip(&times[0]).map(|(time, first)| time / first).collect();
        println!("  {name:<44}{:>10.1}{:>10.2}", median(times[at].clone()), median(ratios));
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
