//! Faults that the compiler cannot see: nothing of this may open.

use lifecycle::{Res, Shutdown, cooperative_task, resource};
use lifecycle_tests::stage::say;
// Named, so that the linker keeps what it registers: another task `orders`.
use lifecycle_tests_elsewhere as _;

#[resource(open = "open")]
struct Store;

impl Store {
    fn open() -> Self {
        say("opened store");
        Self
    }
}

/// A resource by its trait, but by no registration.
struct Unregistered;

impl lifecycle::Resource for Unregistered {}

#[cooperative_task]
async fn orders(_store: Res<Store>) {
    say("ran orders");
}

#[cooperative_task]
async fn invoices(_missing: Res<Unregistered>) {
    say("ran invoices");
}

/// Longer than the reserve of *force_cleanup*.
#[resource(close = "close", close_timeout = "4s")]
#[derive(Default)]
struct Slow;

impl Slow {
    fn close(self) {}
}

#[lifecycle::main(timeout = "10s", phases(force_cleanup = "1s"))]
async fn main(shutdown: Shutdown) {
    shutdown.requested().await;
}
