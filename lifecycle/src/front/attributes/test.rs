//! The documentation of `#[lifecycle::test]`.

/// Makes an async function a test that runs on a paused clock, and hands it an [`AppBuilder`](crate::AppBuilder).
///
/// The runtime is a `current_thread` one. Whenever all tasks wait, its clock jumps to the next timer: an hour passes in
/// no time, and always the same. The builder listens to no signals, has no guard, reads no environment and holds
/// nothing that is registered, so that tests share no state of the process and can run side by side. It looks for
/// [leaks](crate::AppBuilder::detect_leaks).
///
/// An App is run to its end by `build` and `run`; or `AppBuilder::start` runs it beside the test, which then takes it
/// through its shutdown phase by phase. `AppBuilder::fault` has its components fail. `docs/testing.md` tells how to test
/// an App.
///
/// ```test_harness
/// use std::time::Duration;
///
/// use lifecycle::{AppBuilder, Outcome, Shutdown, TaskSpec};
///
/// #[lifecycle::test]
/// async fn a_task_that_ignores_its_cancellation_is_aborted(app: AppBuilder) {
///     let stubborn = TaskSpec::new("stubborn", |shutdown: Shutdown| async move {
///         shutdown.request("the test has begun");
///         tokio::time::sleep(Duration::from_secs(3600)).await;
///     });
///     let report = app.task(stubborn).build().unwrap().run().await;
///     assert_eq!(report.component("stubborn").unwrap().outcome, Some(Outcome::Aborted));
/// }
/// ```
///
/// # Signature
///
/// An `async fn` with an `AppBuilder` or without parameters, giving `()` or `Result<(), E>` with
/// `E: Into<BoxError>`. Its future is `Send`. Other attributes, such as `#[ignore]` and `#[should_panic]`, stay.
///
/// # Options
///
/// `crate = path`. Default `::lifecycle`.
///
/// # Panics
///
/// The test fails when it panics or returns an error, and when the feature `test-util` is off:
///
/// ```toml
/// [dev-dependencies]
/// lifecycle = { version = "0.1", features = ["test-util"] }
/// ```
pub use lifecycle_macros::test;
