//! The documentation of `#[lifecycle::main]`.

/// Makes `main` the program: builds the runtime, runs everything that is registered, and exits.
///
/// `main` is a task like any other. It starts with them, after every resource is open; when it returns, shutdown
/// begins. It may take what tasks take. If it takes no [`Shutdown`](crate::Shutdown), it is dropped at an `.await`
/// in *cancel_tasks*. That counts as a failure, since its work was not done: the exit code is 1, and the report says
/// so. A `main` that has no end of its own says `on_shutdown = "cancel"`, or waits for its `Shutdown`.
///
/// ```no_run
/// use lifecycle::Shutdown;
///
/// #[lifecycle::main(timeout = "20s", announce = "2s", phases(force_cleanup = "4s"))]
/// async fn main(shutdown: Shutdown) -> Result<(), std::io::Error> {
///     shutdown.requested().await;
///     Ok(())
/// }
/// ```
///
/// # A `main` that is not async
///
/// The body of an `fn main` without `async` runs on the process's main thread, as the loop of a graphics library wants it,
/// and everything else beside it, on other threads. It is like a `blocking` task: it may block, also on futures; it
/// hears of the shutdown by its [`Shutdown`](crate::Shutdown); and when it returns, shutdown begins. One that has not
/// returned when its time is over is left behind and named, and the process exits 3.
///
/// ```no_run
/// use lifecycle::Shutdown;
///
/// # struct Window;
/// # impl Window { fn open() -> Self { Self } fn draw(&self) -> bool { true } }
/// #[lifecycle::main]
/// fn main(shutdown: Shutdown) {
///     let window = Window::open();
///     while !shutdown.is_requested() && window.draw() {}
/// }
/// ```
///
/// # Options
///
/// | key | value | default | meaning |
/// |---|---|---|---|
/// | `timeout` | duration, not zero | 30 s | the time that a shutdown has as a whole |
/// | `announce` | duration | zero: off | time between the request and *stop_new_work* |
/// | `phases(…)` | durations by phase: `announce`, `stop_new_work`, `complete_current`, `cancel_tasks`, `force_cleanup` (not zero) | 0 : 2 : 8 : 15 : 5 of the total | the shares; those that are not named shrink to what the others leave |
/// | `flavor` | `"multi_thread"`, `"current_thread"` | `"multi_thread"` | the tokio runtime; without the feature `rt-multi-thread` it is always `current_thread` |
/// | `worker_threads` | integer, not zero | one per core | its workers; not with `current_thread` |
/// | `on_shutdown` | `"fail"`, `"cancel"` | `"fail"` without a `Shutdown` | `"fail"`: ended by the shutdown before its own end, it has failed, and the exit code is 1; `"cancel"`: it is dropped at its next `.await` in *cancel_tasks*, and that is what was meant |
/// | `expected` | list of strings | `[]` | crates that have to have registered something: one that the linker has dropped is refused before anything opens, with exit code 78; see [`link!`](crate::link) |
/// | `unstoppable` | bool | `false` | a loop in the body that neither waits nor ends is meant |
/// | `traced` | bool | `true` | the `.await`s of the body are marked: see [`traced`](macro@crate::traced) |
/// | `crate` | path | `::lifecycle` | where the runtime crate is found |
///
/// `LIFECYCLE_TIMEOUT` and `LIFECYCLE_PHASES` in the environment override `timeout` and `phases`. With
/// `LIFECYCLE_DESCRIBE` the program tells its wiring and its stop plan instead of running; see
/// [`App::describe`](crate::App::describe).
///
/// # Exit
///
/// The process exits with an [`ExitCode`](crate::ExitCode), as soon as the shutdown is over: threads of
/// `spawn_blocking` are not waited for. No destructor of a `static` or of another thread runs. An error of `main`, or
/// its panic, makes the exit code 1 and stands in the report, which is printed to stderr.
///
/// # Panics
///
/// If tokio cannot build its runtime, because the system refuses threads or descriptors.
///
/// # Checked by the compiler
///
/// Unknown, doubled and misspelt options; bad values; phases that add up to more than the total, or that leave nothing
/// for *force_cleanup*; `worker_threads` with `current_thread`; a function that is not called `main`; `"cancel"` for
/// one that is not async; parameters that cannot be injected.
///
/// ```compile_fail
/// // error: main: the phases add up to 12s, more than the `timeout` of 10s; shorten a phase, or write a longer `timeout`
/// #[lifecycle::main(timeout = "10s", phases(cancel_tasks = "12s"))]
/// async fn main() {}
/// ```
pub use lifecycle_macros::main;
