//! The documentation of `#[resource]`.

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
/// | `tags` | list of strings | `[]` | labels, which stand in the report and by which [`Groups`](crate::Groups) stop and start |
/// | `crate` | path | `::lifecycle` | where the runtime crate is found |
///
/// ## `open`
///
/// `open = "connect"` is the associated function `Self::connect`; `open = "db::connect"` and `open = db::connect`
/// are any function; `open = || Self(5)` is a closure. It takes up to twelve parameters that can be injected, is
/// sync or async, and gives `Self` or `Result<Self, E>` with `E: Into<BoxError>`. An async one is `Send`.
///
/// A `Tasks` taken here makes children of the resource: what drives it, such as the connection behind a client. See
/// [below](#children).
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
/// With `blocking = true` it runs on a thread of its own, in the context of the runtime and not inside of it: it may block
/// on futures, as an exporter's shutdown does. Such a close is made even if other code blocks all threads of the runtime:
/// within the reserve of *force_cleanup*, before the guard ends the process. With `shared = true` as well it is also made
/// when SIGQUIT or a third SIGINT ends the process at once, for which it has 100 ms. What puts a terminal back from raw mode
/// has both.
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
/// As soon as every resource that it takes is open; independent ones at the same time. One that is not taken is
/// opened all the same. If it gives an error, panics, or is not open after `open_timeout`, the start fails: what
/// is still opening is ended, what is open closes in reverse, no task runs, exit code 69.
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
/// # Children
///
/// What `open` spawns through its [`Tasks`](crate::Tasks) drives the resource, so it lives until after the close:
///
/// ```
/// # use lifecycle::{Tasks, resource};
/// # mod driver {
/// #     pub struct Client;
/// #     pub async fn connect() -> Result<(Client, std::future::Ready<()>), std::io::Error> {
/// #         Ok((Client, std::future::ready(())))
/// #     }
/// # }
/// /// Without a `close` the client is dropped; the connection then says goodbye to the server, and ends.
/// #[resource(open = "open")]
/// struct Database {
///     client: driver::Client,
/// }
///
/// impl Database {
///     async fn open(tasks: Tasks) -> Result<Self, std::io::Error> {
///         let (client, connection) = driver::connect().await?;
///         tasks.spawn("connection", connection);
///         Ok(Self { client })
///     }
/// }
/// ```
///
/// Once it has closed, its children come to their own end, and what the resource uses stays open until they have. A child
/// of [`spawn_with`](crate::Tasks::spawn_with) hears [`cancelled`](crate::Shutdown::cancelled) at that moment. One of
/// [`spawn`](crate::Tasks::spawn) has half of the time that the close has left over; then it is dropped at an `.await`, and
/// the log and the report name it. All have to be over in the time of the close: what is not is aborted, with exit code 3.
/// So a child without an end of its own, such as one that refreshes a cache, should be spawned by `spawn_with` and end at
/// `cancelled`: it would cost each stop that time. What an `open` that fails has spawned is dropped at once.
///
/// # Cancel safety
///
/// `open` may be dropped at an `.await` when the start is taken back; what it had made by then has to clean up after
/// itself when dropped. One that takes a [`Shutdown`](crate::Shutdown) is told first: `draining()` and `cancelled()`
/// resolve, and it has a share of the reserve, which `remaining()` tells, to end by itself. `close` may be dropped at an `.await` when its time is over.
///
/// # Checked by the compiler
///
/// Unknown, doubled and misspelt options; bad values; `shared` without `close`; generics; an `open` or a `close` that
/// is missing, is misspelt, takes the wrong parameters, gives a wrong result or whose future is not `Send`; a type
/// that is not `Send + Sync + 'static`; resources that need each other in a cycle; a priority that contradicts the
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
