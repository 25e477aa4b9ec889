//! The documentation of `#[shutdown_hook]`.

/// Makes an async function a hook, which runs when a phase of the shutdown begins.
///
/// ```
/// use lifecycle::{Res, resource, shutdown_hook};
///
/// #[resource]
/// #[derive(Default)]
/// struct Registry;
///
/// impl Registry {
///     async fn remove_me(&self) -> Result<(), std::io::Error> {
///         Ok(())
///     }
/// }
///
/// #[shutdown_hook(phase = "announce", timeout = "1s")]
/// async fn deregister(registry: Res<Registry>) -> Result<(), std::io::Error> {
///     registry.remove_me().await
/// }
/// ```
///
/// # Signature
///
/// As for [`cooperative_task`](macro@crate::cooperative_task): an `async fn` with injected parameters that gives `()` or `Result<(), E>`. All
/// resources are still open while a hook runs, those of *force_cleanup* included.
///
/// # Options
///
/// | key | value | default | meaning |
/// |---|---|---|---|
/// | `phase` | `"announce"`, `"stop_new_work"`, `"complete_current"`, `"cancel_tasks"`, `"force_cleanup"` | none: it has to be given | the phase at whose beginning it runs |
/// | `priority` | `i32` | 0 | within its phase, a higher priority runs first; equal ones together |
/// | `timeout` | duration, not zero | its share of the phase | bound on its run; never more than its share |
/// | `name` | string | the function's name | unique in the program |
/// | `tags` | list of strings | `[]` | labels, which stand in the report |
/// | `unstoppable` | bool | `false` | a loop in the body that neither waits nor ends is meant |
/// | `traced` | bool | `true` | the `.await`s of the body are marked: see [`traced`](macro@crate::traced) |
/// | `crate` | path | `::lifecycle` | where the runtime crate is found |
///
/// # When it runs
///
/// Groups of equal priority run one after another, each with its fair share of the phase; past that a hook is
/// aborted, and the next group has its turn. The phase does not end before its hooks have, unless its time is over. In
/// *force_cleanup* hooks come before the resources and have one part of the time, as if they were one more step of closing.
/// They begin when everything that had to be aborted has ended or was given up, so that
/// [`Shutdown::left_behind`](crate::Shutdown::left_behind) can tell what still runs: `docs/libraries.md` in the repository
/// shows a hook that releases a lease. A hook
/// of *announce* runs even if that phase has no time of its own; then new work is refused meanwhile, and the hook
/// uses the time of *stop_new_work*.
///
/// Hooks do not run when a start is taken back, and a repeated SIGINT skips those of the phases that it jumps over. If the
/// shutdown is [called off](crate::Shutdown::abort), a hook that runs comes to its end; in the next one they run again.
///
/// # Errors, panics, cancel safety
///
/// An error, a panic or an abort makes the exit code 3; it keeps no other component from its turn. A hook may be dropped at an
/// `.await` when its time is over.
///
/// # Checked by the compiler
///
/// As for [`cooperative_task`](macro@crate::cooperative_task); and a `phase` that is missing or does not exist.
///
/// ```compile_fail
/// // error: hook `leave`: `phase`: there is no "anounce"; did you mean "announce"? legal: "announce", …
/// #[lifecycle::shutdown_hook(phase = "anounce")]
/// async fn leave() {}
/// ```
pub use lifecycle_macros::shutdown_hook;
