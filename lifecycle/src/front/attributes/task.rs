//! The documentation of `#[cooperative_task]`.

/// Makes an async function a task of the program.
///
/// The function is registered where it stands. When the program runs, it is started after every resource is
/// open, watched over, and stopped before the resources that it takes are closed. It can still be called like
/// any other function.
///
/// A task without `interval` runs once: a *plain* task. With `interval` its body runs once per tick: a
/// *periodic* task, whose loop belongs to the framework.
///
/// ```
/// use lifecycle::{Res, Shutdown, cooperative_task, resource};
///
/// #[resource]
/// #[derive(Default)]
/// struct Counter(std::sync::atomic::AtomicU64);
///
/// /// Periodic: twice a minute.
/// #[cooperative_task(interval = "30s", jitter = "2s", timeout = "10s")]
/// async fn report(counter: Res<Counter>) -> Result<(), std::io::Error> {
///     println!("{:?}", counter.0);
///     Ok(())
/// }
///
/// # async fn next_item() -> Option<u64> { None }
/// /// Plain, and handles its own cancellation.
/// #[cooperative_task(priority = 5)]
/// async fn count(counter: Res<Counter>, shutdown: Shutdown) {
///     while let Some(Some(item)) = shutdown.until_draining(next_item()).await {
///         counter.0.fetch_add(item, std::sync::atomic::Ordering::Relaxed);
///     }
/// }
/// ```
///
/// # Signature
///
/// An `async fn` without generics whose parameters are [`Res<T>`](crate::Res), [`Shutdown`](crate::Shutdown),
/// [`Requests`](crate::Requests), [`Tasks`](crate::Tasks) and [`Groups`](crate::Groups), by value, in any order, twelve at
/// most. It gives `()` or `Result<(), E>` with `E: Into<BoxError>`: `String`, `anyhow::Error` and every error type that is
/// `Send + Sync + 'static`. Its future is `Send`. A method may be a task as well: see [`component`](macro@crate::component).
///
/// # Options
///
/// Each is `key = value`. Durations are strings such as `"250ms"`, `"30s"`, `"1h30m"`.
///
/// | key | value | default | meaning |
/// |---|---|---|---|
/// | `name` | string | the function's name | unique in the program |
/// | `priority` | `i32` | 0 | in each stop phase, a higher priority stops first; equal ones together |
/// | `interval` | duration, not zero | none | the body runs once per tick, the first time at once |
/// | `initial_delay` | duration | zero | puts off the first tick, or the beginning of a plain task |
/// | `jitter` | duration, shorter than `interval` | zero | puts off each tick by a random part of this; it does not add up |
/// | `missed` | `"skip"`, `"delay"`, `"burst"` | `"skip"` | what becomes of a tick that came due while the body ran: left out, made up for once, or every one made up for |
/// | `timeout` | duration, not zero | none | bound on one run of the body; a run past it is dropped at an `.await` and counts as an error |
/// | `on_shutdown` | `"finish"`, `"cancel"`, `"fail"` | see below | what a shutdown does to a run in progress |
/// | `stop_timeout` | duration | rest of the phase | this task's own bound on stopping; past it the task is forced |
/// | `restart` | `"never"`, `"on-failure"`, `"always"` | `"never"` | whether a plain task is run again after its end |
/// | `backoff` | two durations | `"100ms..30s"` | the time before that: doubled each time from the first to the second, less a random part of up to a half |
/// | `max_restarts` | count and time | `"5/1m"` | more restarts than that in that time are a failure for good |
/// | `critical` | bool | `true` | a plain task that fails for good begins shutdown, and the exit code is 1 |
/// | `failure_threshold` | count, at least 1 | none | a monitor: so many failed ticks in a row make its service degraded |
/// | `on_failure`, `on_recovery` | name of an async fn | none | what a monitor calls then, once; and at the first tick that goes well again |
/// | `blocking` | bool | `false` | a sync `fn` on a thread of its own, told to stop through its `Shutdown` |
/// | `local` | bool | `false` | the future is not `Send`: the task runs on a thread of its own |
/// | `instances` | count, at least 1 | 1 | so many copies, named `name[0]`, `name[1]` and so on |
/// | `tags` | list of strings | `[]` | labels, which stand in the report and by which [`Groups`](crate::Groups) stop and start |
/// | `unstoppable` | bool | `false` | a loop in the body that neither waits nor ends is meant |
/// | `traced` | bool | `true` | the `.await`s of the body are marked, so that reports say at which one it stands: see [`traced`](macro@crate::traced) |
/// | `crate` | path | `::lifecycle` | where the runtime crate is found |
///
/// ```
/// use lifecycle::{BoxError, Shutdown, cooperative_task};
///
/// # async fn ping() -> Result<(), BoxError> { Ok(()) }
/// # async fn next() -> Result<(), BoxError> { Ok(()) }
/// # fn step() {}
/// /// Comes back when it fails, up to ten times in an hour.
/// #[cooperative_task(restart = "on-failure", backoff = "1s..5m", max_restarts = "10/1h")]
/// async fn consume() -> Result<(), BoxError> {
///     loop {
///         next().await?;
///     }
/// }
///
/// /// Looks every five seconds, and raises the alarm at the third failure in a row.
/// #[cooperative_task(interval = "5s", failure_threshold = 3, on_failure = "raise_alarm", on_recovery = "clear_alarm")]
/// async fn probe() -> Result<(), BoxError> {
///     ping().await
/// }
///
/// async fn raise_alarm() {}
/// async fn clear_alarm() {}
///
/// /// Four threads, `index[0]` to `index[3]`.
/// #[cooperative_task(blocking = true, instances = 4)]
/// fn index(shutdown: Shutdown) {
///     while !shutdown.is_cancelled() {
///         step();
///     }
/// }
/// ```
///
/// # Restarts
///
/// An error, a panic and a run past its `timeout` are failures. What the run had spawned through
/// [`Tasks`](crate::Tasks) is dropped before the next one. A run that lasted as long as the longest `backoff` counts as
/// well, and the next wait is the shortest again. Once shutdown was asked for, nothing is restarted, unless it is
/// [called off](crate::Shutdown::abort): then it is at once, and that counts for nothing. Count, last error
/// and the time to the next try stand in [`Shutdown::status`](crate::Shutdown::status) and in what SIGUSR1 prints.
///
/// # Monitors
///
/// The functions are injected like tasks; those of a method's monitor are methods of the same `impl` block. They have
/// the monitor's `timeout`, or 30 s, and no tick comes meanwhile. Their own failure is logged and noted, and the
/// monitor ticks on.
///
/// # Blocking tasks
///
/// The thread has the task's name. It cannot be dropped: look at
/// [`Shutdown::is_cancelled`](crate::Shutdown::is_cancelled) or leave by
/// [`Shutdown::checkpoint`](crate::Shutdown::checkpoint)`()?` often enough. One that has not returned when its time is
/// over is left behind and named, and the process exits 3.
///
/// One that waits for input, in a read of stdin or of the terminal, is no fault. Nothing can end such a read, so the task
/// is left there as soon as its turn to be cancelled has come, and a note of the report says so. That is seen on Linux
/// only; elsewhere it costs the time of *cancel_tasks* and exits 3. What a left reader holds stays held: let it send the
/// lines to another task, and take no `Res` itself.
///
/// The thread is in the context of the runtime, and not inside of it: the body may spawn tasks, and it may block on
/// futures, by `tokio::runtime::Handle::current().block_on(…)`, or inside of a client such as `postgres` or
/// `reqwest::blocking`.
///
/// # Local tasks
///
/// With `local = true` the body may keep what cannot change threads (an `Rc`, a handle of a graphics or scripting
/// library) across an `.await`. The task runs on a thread that has its name, in the context of the App's runtime and
/// inside of a tokio `LocalSet`: timers and sockets work, and so does `tokio::task::spawn_local`, whose tasks end with
/// this one. In all else it is like other tasks. What is spawned through [`Tasks`](crate::Tasks) runs on the runtime, and
/// what a monitor calls is `Send`. On the paused clock of a test, time goes on while such a thread works.
///
/// ```
/// use std::rc::Rc;
/// use lifecycle::{Shutdown, cooperative_task};
///
/// # async fn next_event() -> u32 { 1 }
/// #[cooperative_task(local = true)]
/// async fn script(shutdown: Shutdown) {
///     let engine = Rc::new(String::from("not Send"));
///     while let Some(event) = shutdown.until_draining(next_event()).await {
///         println!("{engine}: {event}");
/// #       return;
///     }
/// }
/// ```
///
/// # What a shutdown does to it
///
/// | task | *complete_current* waits for it | dropped at an `.await` in |
/// |---|---|---|
/// | periodic | yes, for the run in progress | *cancel_tasks* |
/// | periodic, takes `Shutdown` | yes, for the run in progress | *force_cleanup* |
/// | plain | no | *cancel_tasks* |
/// | plain, takes `Shutdown` | no | *force_cleanup* |
/// | any, `on_shutdown = "cancel"` | no | *cancel_tasks* |
/// | any but the next, `on_shutdown = "finish"` | yes | *force_cleanup* |
/// | plain, takes `Shutdown`, `on_shutdown = "finish"` | no: it ends when it is told to | *force_cleanup* |
///
/// With `on_shutdown = "fail"` the same is done as without the option, and a task that the shutdown kept from its own end
/// has failed: one that was dropped, that left by [`checkpoint`](crate::Shutdown::checkpoint)`()?`, or that still waited
/// for its `initial_delay` or its next try. The report says which, and the exit code is 1 (with `critical = false` the
/// report alone). It is for work that is worth nothing half done, such as a job that a platform runs again if it failed.
///
/// ```
/// #[lifecycle::cooperative_task(on_shutdown = "fail")]
/// async fn migrate() -> Result<(), std::io::Error> {
///     // …
///     Ok(())
/// }
/// ```
///
/// A periodic task between two ticks ends at once when *stop_new_work* begins, however long its interval is. When
/// a tick and the beginning of *stop_new_work* fall together, no run begins.
///
/// # Errors and panics
///
/// A plain task that returns an error, panics or runs past its `timeout`, and is not restarted, has failed for good. If
/// it is `critical`, shutdown begins with that as its [`Reason`](crate::Reason), and the process exits 1. A run of a periodic task
/// that fails is logged and counted, and the next tick comes; it never begins shutdown, so `critical = true` is
/// refused there. A panic is caught; its message and place stand in the report.
///
/// # Cancel safety
///
/// A body without [`Shutdown`](crate::Shutdown) may be dropped at any of its `.await`s, during a shutdown or at
/// its `timeout`. What it had taken and not yet passed on is lost then. Where that matters, take a `Shutdown`, or
/// write `on_shutdown = "finish"`.
///
/// # Checked by the compiler
///
/// Unknown, doubled and misspelt options; bad values; options that exclude each other (`jitter` or `missed` without
/// `interval`, `interval` with `critical = true`, …); a function that is not async, has generics or `self`;
/// parameters that are references, or that cannot be injected; a result that cannot be given; a future that is
/// not `Send`; a `loop` without an `.await` or a way out, unless `unstoppable = true` says that it is meant; a name
/// that another component of the crate has. All faults of an item are reported in one run, each on its own token, and
/// the function is kept. `docs/compile-errors.md` explains each error.
///
/// ```compile_fail
/// // error: task `sweep`: `interval` is zero; leave it out for a task that runs once
/// #[lifecycle::cooperative_task(interval = "0s")]
/// async fn sweep() {}
/// ```
pub use lifecycle_macros::cooperative_task;
