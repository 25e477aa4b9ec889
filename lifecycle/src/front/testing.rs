//! Where `#[lifecycle::test]` begins.

use std::error::Error;

use crate::App;
use crate::front::private::TestDescriptor;

/// Runs a test on a current-thread runtime with the paused clock.
///
/// # Panics
///
/// When the test fails.
pub fn test(descriptor: &'static TestDescriptor) {
    let app = App::builder().signals(false).guard(false).environment(false);
    let mut builder = tokio::runtime::Builder::new_current_thread();
    pause(builder.enable_all());
    let runtime = builder.build().expect("tokio builds a runtime");
    let outcome = runtime.block_on((descriptor.run)(app));
    runtime.shutdown_background();
    if let Err(error) = outcome {
        let error: &(dyn Error + 'static) = error.as_ref();
        panic!("{} ({}) failed: {}", descriptor.name, descriptor.place.place, crate::run::runner::describe(error));
    }
}

#[cfg(feature = "test-util")]
fn pause(builder: &mut tokio::runtime::Builder) {
    builder.start_paused(true);
}

#[cfg(not(feature = "test-util"))]
fn pause(_: &mut tokio::runtime::Builder) {
    panic!("`#[lifecycle::test]` needs the feature `test-util`: add it to lifecycle in [dev-dependencies]");
}
