//! `assert_wiring!` in a program with faults, with a `main` whose budgets count.

use lifecycle::{Res, Resource, cooperative_task, resource};

struct Unregistered;

impl Resource for Unregistered {}

#[resource(close = drop, close_timeout = "3s")]
#[derive(Default)]
struct Slow;

#[cooperative_task]
async fn lost(_: Res<Unregistered>) {}

#[lifecycle::main(timeout = "10s", phases(force_cleanup = "2s"), expected = ["nowhere"])]
async fn main(_: Res<Unregistered>, _: Res<Slow>) {}

#[test]
fn all_faults_are_listed_with_their_places() {
    let told = std::panic::catch_unwind(|| lifecycle::assert_wiring!()).expect_err("it is at fault");
    let told = told.downcast_ref::<String>().expect("a message");
    for fault in [
        "faulty.rs:17: crate `nowhere` has registered nothing",
        "faulty.rs:17: main `main` takes `Res<Unregistered>`",
        "faulty.rs:14: task `lost` takes `Res<Unregistered>`",
        "faulty.rs:11: resource `slow` may take 3s to close, but force_cleanup has only 2s",
    ] {
        assert!(told.contains(fault), "`{fault}` is missing in: {told}");
    }
    assert_eq!(told.lines().count(), 5, "{told}");
}
