//! The documentation of `#[lifecycle::traced]`.

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
