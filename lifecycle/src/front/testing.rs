//! Where `#[lifecycle::test]` begins.

use crate::front::private::TestDescriptor;

/// Runs a test on a current-thread runtime with the paused clock.
///
/// # Panics
///
/// When the test fails.
#[cfg(feature = "test-util")]
pub fn test(descriptor: &'static TestDescriptor) {
    use crate::front::builder::AppBuilder;
    use crate::run::leaks::{TestRuntime, poll_test_body};

    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().start_paused(true).build().expect("tokio builds a runtime");
    let outcome = runtime.block_on(async {
        let mut body = (descriptor.run)(AppBuilder::for_test(TestRuntime::current()));
        std::future::poll_fn(|context| poll_test_body(|| body.as_mut().poll(context))).await
    });
    runtime.shutdown_background();
    if let Err(error) = outcome {
        let error: &(dyn std::error::Error + 'static) = error.as_ref();
        let error = crate::run::task::ending::describe(error);
        panic!("{} ({}) failed: {error}", descriptor.name, descriptor.place.place);
    }
}

/// Says what is missing.
#[cfg(not(feature = "test-util"))]
pub fn test(_: &'static TestDescriptor) {
    panic!("`#[lifecycle::test]` needs the feature `test-util`: add it to lifecycle in [dev-dependencies]");
}
