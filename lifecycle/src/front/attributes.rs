//! The attributes, re-exported with their documentation, so that its examples are compiled and run.

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
/// `Send + Sync + 'static`. Its future is `Send`. A method may be a task as well: see [`macro@component`].
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
/// | `on_shutdown` | `"finish"`, `"cancel"` | see below | what a shutdown does to a run in progress |
/// | `stop_timeout` | duration | rest of the phase | this task's own bound on stopping; past it the task is forced |
/// | `restart` | `"never"`, `"on-failure"`, `"always"` | `"never"` | whether a plain task is run again after its end |
/// | `backoff` | two durations | `"100ms..30s"` | the time before that: doubled each time from the first to the second, less a random part of up to a half |
/// | `max_restarts` | count and time | `"5/1m"` | more restarts than that in that time are a failure for good |
/// | `critical` | bool | `true` | a plain task that fails for good begins shutdown, and the exit code is 1 |
/// | `failure_threshold` | count, at least 1 | none | a monitor: so many failed ticks in a row make its service degraded |
/// | `on_failure`, `on_recovery` | name of an async fn | none | what a monitor calls then, once; and at the first tick that goes well again |
/// | `blocking` | bool | `false` | a sync `fn` on a thread of its own, told to stop through its `Shutdown` |
/// | `instances` | count, at least 1 | 1 | so many copies, named `name[0]`, `name[1]` and so on |
/// | `tags` | list of strings | `[]` | labels, which stand in the report |
/// | `unstoppable` | bool | `false` | a loop in the body that neither waits nor ends is meant |
/// | `traced` | bool | `true` | the `.await`s of the body are marked, so that reports say at which one it stands: see [`macro@traced`] |
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
/// well, and the next wait is the shortest again. Once shutdown was asked for, nothing is restarted. Count, last error
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

/// Makes a struct or an enum a resource of the program: something that is opened before tasks run, handed to
/// those who ask for it as [`Res<T>`](crate::Res), and closed after they have ended.
///
/// ```
/// use lifecycle::{Res, resource};
///
/// # struct Connection;
/// # impl Connection {
/// #     async fn open(_: &str) -> Result<Self, std::io::Error> { Ok(Self) }
/// #     async fn close(self) -> Result<(), std::io::Error> { Ok(()) }
/// # }
/// #[resource(open = "connect", close = "disconnect", open_timeout = "3s")]
/// struct Database {
///     connection: Connection,
/// }
///
/// impl Database {
///     async fn connect() -> Result<Self, std::io::Error> {
///         Ok(Self { connection: Connection::open("orders.db").await? })
///     }
///
///     async fn disconnect(self) -> Result<(), std::io::Error> {
///         self.connection.close().await
///     }
/// }
///
/// /// Opens after the database, because it takes it; closes before it. It has no `close`: it is dropped.
/// #[resource(open = "open")]
/// struct Cache {
///     database: Res<Database>,
/// }
///
/// impl Cache {
///     fn open(database: Res<Database>) -> Self {
///         Self { database }
///     }
/// }
/// ```
///
/// # Options
///
/// | key | value | default | meaning |
/// |---|---|---|---|
/// | `name` | string | the type's name in snake case | unique in the program |
/// | `open` | a name in quotes, a path, a closure | `Default` | the function that makes the value |
/// | `close` | a name in quotes, a path, a closure | none | what ends it; without it, or with `close = drop`, the value is dropped |
/// | `shared` | bool | `false` | `false`: wait for the handles to go, then close; `true`: close at once through a reference |
/// | `blocking` | bool | `false` | `close` blocks its thread, and so gets one of its own |
/// | `priority` | `i32` | 0 | a higher priority closes first; a resource may not have a higher one than any that uses it |
/// | `open_timeout` | duration, not zero | 10 s | bound on opening |
/// | `close_timeout` | duration, not zero | 5 s, or the reserve of *force_cleanup* if that is shorter | bound on closing, waiting for handles included |
/// | `tags` | list of strings | `[]` | labels, which stand in the report |
/// | `crate` | path | `::lifecycle` | where the runtime crate is found |
///
/// ## `open`
///
/// `open = "connect"` is the associated function `Self::connect`; `open = "db::connect"` and `open = db::connect`
/// are any function; `open = || Self(5)` is a closure. It takes up to twelve parameters that can be injected, is
/// sync or async, and gives `Self` or `Result<Self, E>` with `E: Into<BoxError>`. An async one is `Send`.
///
/// A `Tasks` taken here makes children of the resource: they run until it has closed, and are aborted then.
///
/// ## `close`
///
/// `close = "dispose"` is a method, found as `value.dispose()` would find it: by `self`, `&mut self` or `&self`,
/// and through `Deref`, so that a newtype of a pool can name the pool's own `close`. `close = shut_down` is a
/// function of the value, of `&T` or of `&mut T`. `close = |it| it.inner.close(200, "bye")` is a closure: a
/// plain `|it|` gets the value, `|it: &T|` and `|it: &mut T|` a reference. It is sync or async, or gives something
/// that turns into a future, of `()`, `bool` (`false`: it failed) or `Result<T, E>` with `E: Debug`.
///
/// With `shared = true` there is only a reference to give: `&self`, `&T`.
///
/// ```
/// # use lifecycle::resource;
/// # #[derive(Default)] struct Link;
/// # impl Link { async fn close(&self, _: u16, _: &str) -> Result<(), String> { Ok(()) } }
/// #[resource(close = |it: &Broker| it.link.close(200, "bye"), shared = true)]
/// #[derive(Default)]
/// struct Broker {
///     link: Link,
/// }
/// ```
///
/// # How it opens
///
/// As soon as every resource that it takes is open; independent ones at the same time. One that nobody takes is
/// opened all the same. If it gives an error, panics, or is not open after `open_timeout`, the start fails: what
/// is still opening is dropped at an `.await`, what is open closes in reverse, no task runs, exit code 69.
///
/// # How it closes
///
/// In *force_cleanup*, after the tasks: users before what they use, higher priorities before lower ones, the rest at
/// the same time. What is left of the budget is shared fairly among the steps that remain, so one that hangs never
/// keeps another from its turn. Past its bound a close is aborted.
///
/// - Owned (`shared = false`): it waits for all handles to go, with half of its time. If some stay, the value is
///   *not* closed: it is left to its holders, the report names them, and the outcome is
///   [`Leaked`](crate::Outcome::Leaked).
/// - Shared: it closes at once. Handles that have not gone 100 ms later are named in the report.
/// - Blocking: past its bound its thread is left behind, and the outcome is `Leaked`.
///
/// A close is called once. An error, a panic, `false` or a late end make the exit code 3.
///
/// # Cancel safety
///
/// `open` may be dropped at an `.await` when the start is taken back; what it had made by then has to clean up after
/// itself when dropped. `close` may be dropped at an `.await` when its time is over.
///
/// # Checked by the compiler
///
/// Unknown, doubled and misspelt options; bad values; `shared` without `close`; generics; an `open` or a `close` that
/// is missing, is misspelt, takes the wrong parameters, gives a wrong result or whose future is not `Send`; a type
/// that is not `Send + Sync + 'static`; resources that need each other in a circle; a priority that contradicts the
/// wiring. The rest is checked before anything opens, with exit code 78: names that occur twice (within one crate
/// that is a compile error too), two resources of one type, a `close_timeout` beyond the reserve.
///
/// ```compile_fail
/// // error[E0599]: no method named `dispos` found for struct `Database` in the current scope
/// #[lifecycle::resource(close = "dispos")]
/// #[derive(Default)]
/// struct Database;
///
/// impl Database {
///     async fn dispose(&self) {}
/// }
/// ```
pub use lifecycle_macros::resource;

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
/// [`macro@cooperative_task`] and [`macro@shutdown_hook`] check. A faulty method keeps no other one from being
/// registered. Errors, panics and cancel safety are as there.
pub use lifecycle_macros::component;

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
/// As for [`macro@cooperative_task`]: an `async fn` with injected parameters that gives `()` or `Result<(), E>`. All
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
/// | `traced` | bool | `true` | the `.await`s of the body are marked: see [`macro@traced`] |
/// | `crate` | path | `::lifecycle` | where the runtime crate is found |
///
/// # When it runs
///
/// Groups of equal priority run one after another, each with its fair share of the phase; past that a hook is
/// aborted, and the next group has its turn. The phase does not end before its hooks have, unless its time is over. In
/// *force_cleanup* hooks come first and have one part of the time, as if they were one more step of closing. A hook
/// of *announce* runs even if that phase has no time of its own; then new work is refused meanwhile, and the hook
/// uses the time of *stop_new_work*.
///
/// Hooks do not run when a start is taken back, and a repeated SIGINT skips those of the phases that it jumps over.
///
/// # Errors, panics, cancel safety
///
/// An error, a panic or an abort makes the exit code 3; it keeps nobody from their turn. A hook may be dropped at an
/// `.await` when its time is over.
///
/// # Checked by the compiler
///
/// As for [`macro@cooperative_task`]; and a `phase` that is missing or does not exist.
///
/// ```compile_fail
/// // error: hook `leave`: `phase`: there is no "anounce"; did you mean "announce"? legal: "announce", …
/// #[lifecycle::shutdown_hook(phase = "anounce")]
/// async fn leave() {}
/// ```
pub use lifecycle_macros::shutdown_hook;

/// Makes `async fn main` the program: builds the runtime, runs everything that is registered, and exits.
///
/// `main` is a task like any other. It starts with them, after every resource is open; when it returns, shutdown
/// begins. It may take what tasks take. If it takes no [`Shutdown`](crate::Shutdown), it is dropped at an `.await`
/// in *cancel_tasks*.
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
/// # Options
///
/// | key | value | default | meaning |
/// |---|---|---|---|
/// | `timeout` | duration, not zero | 30 s | the time that a shutdown has as a whole |
/// | `announce` | duration | zero: off | time between the request and *stop_new_work* |
/// | `phases(…)` | durations by phase: `announce`, `stop_new_work`, `complete_current`, `cancel_tasks`, `force_cleanup` (not zero) | 0 : 2 : 8 : 15 : 5 of the total | the shares; those that are not named shrink to what the others leave |
/// | `flavor` | `"multi_thread"`, `"current_thread"` | `"multi_thread"` | the tokio runtime; without the feature `rt-multi-thread` it is always `current_thread` |
/// | `worker_threads` | integer, not zero | one per core | its workers; not with `current_thread` |
/// | `expected` | list of strings | `[]` | crates that have to have registered something: one that the linker has dropped is refused before anything opens, with exit code 78; see [`link!`](crate::link) |
/// | `unstoppable` | bool | `false` | a loop in the body that neither waits nor ends is meant |
/// | `traced` | bool | `true` | the `.await`s of the body are marked: see [`macro@traced`] |
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
/// for *force_cleanup*; `worker_threads` with `current_thread`; a function that is not `async fn main`; parameters
/// that cannot be injected.
///
/// ```compile_fail
/// // error: main: the phases add up to 12s, more than the `timeout` of 10s; shorten a phase, or write a longer `timeout`
/// #[lifecycle::main(timeout = "10s", phases(cancel_tasks = "12s"))]
/// async fn main() {}
/// ```
pub use lifecycle_macros::main;

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

/// Marks the `.await`s of a function that components call, so that a component that hangs in it is found.
///
/// The `.await`s in the bodies of tasks, hooks and `main` are marked already. With this attribute on the functions that
/// they call, reports and SIGUSR1 say the whole way: `waiting at src/orders.rs:42 · client.fetch(id) > src/client.rs:17 ·
/// self.socket.recv()`. Up to three functions are told apart; of deeper ones the innermost is.
///
/// It stands on any `async fn`, method or not, with generics or without, and changes nothing about what it does. A mark
/// is two stores to memory, about a nanosecond; outside of a component it is one look at a thread-local. The macros
/// `select!`, `join!`, `try_join!` and `race!` are marked as one `.await`. Its one option is `crate = path`.
///
/// ```
/// # struct Client;
/// # struct Order;
/// # impl Client { async fn get(&self, _: u64) -> std::io::Result<Order> { Ok(Order) } }
/// #[lifecycle::traced]
/// async fn fetch(client: &Client, id: u64) -> std::io::Result<Order> {
///     client.get(id).await
/// }
/// ```
pub use lifecycle_macros::traced;
