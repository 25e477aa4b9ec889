//! A program that depends on the crate and does not name it has nothing of it, and is told so.

use std::panic;

use lifecycle::App;

/// So that this program has something registered.
#[lifecycle::cooperative_task]
async fn near_work() {}

fn fault(test: impl FnOnce() + panic::UnwindSafe) -> String {
    let payload = panic::catch_unwind(test).expect_err("it is at fault");
    payload.downcast_ref::<String>().expect("a message").clone()
}

#[test]
fn what_is_there_is_without_fault() {
    lifecycle::assert_wiring!();
    lifecycle::assert_wiring!(expected = ["unnamed"]);
}

#[test]
fn the_dropped_crate_is_missed_with_what_to_write() {
    let fault = fault(|| lifecycle::assert_wiring!(expected = ["unnamed", "lifecycle-linkage"]));
    assert!(fault.contains("unnamed.rs:24: crate `lifecycle_linkage` has registered nothing"), "{fault}");
    assert!(fault.contains("add `use lifecycle_linkage as _;`"), "{fault}");
    assert!(fault.contains("(registered are: unnamed)"), "{fault}");
    assert_eq!(fault.lines().count(), 2, "{fault}");
}

#[test]
fn a_builder_misses_it_too() {
    let error = App::builder().registered().environment(false).expected(["lifecycle_linkage"]).build().unwrap_err();
    assert_eq!(error.faults().len(), 1, "{error}");
    assert!(error.faults()[0].contains("crate `lifecycle_linkage` has registered nothing"), "{error}");
}
