//! The documentation of `#[component]`.

/// Lets methods of a resource be tasks and shutdown hooks.
///
/// It stands on an inherent `impl` block. Methods in it that carry `#[cooperative_task(…)]` or
/// `#[shutdown_hook(…)]` are registered; others stay as they are. Such a method takes `&self`, which is a
/// [`Res<Self>`](crate::Res) behind the scenes: the resource is open before the method runs, and closes after
/// it has ended. Its other parameters are injected.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// use lifecycle::{Shutdown, resource};
///
/// #[resource]
/// #[derive(Default)]
/// struct Prober {
///     failures: AtomicU32,
/// }
///
/// #[lifecycle::component]
/// impl Prober {
///     /// Every 30 s.
///     #[cooperative_task(interval = "30s")]
///     async fn probe(&self) -> Result<(), String> {
///         self.ask().inspect_err(|_| {
///             self.failures.fetch_add(1, Ordering::Relaxed);
///         })
///     }
///
///     #[shutdown_hook(phase = "stop_new_work")]
///     async fn say_goodbye(&self, shutdown: Shutdown) {
///         println!("{:?}, after {:?} failures", shutdown.reason(), self.failures);
///     }
///
///     fn ask(&self) -> Result<(), String> {
///         Ok(())
///     }
/// }
/// ```
///
/// # Options
///
/// `crate = path`, for all methods of the block. Default `::lifecycle`.
///
/// # Checked by the compiler
///
/// A block with generics, or of a trait; a method with both attributes, or with `self` or `&mut self`; and all that
/// [`cooperative_task`](macro@crate::cooperative_task) and [`shutdown_hook`](macro@crate::shutdown_hook) check. A faulty method keeps no other one from being
/// registered. Errors, panics and cancel safety are as there.
pub use lifecycle_macros::component;
