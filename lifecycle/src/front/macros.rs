//! The macros that are no attributes.

/// Names crates, so that the linker keeps what they register: `use my_tasks as _;` for each.
///
/// A crate that only registers components is never called by the program, and a linker drops what is not called. The
/// crates have to be dependencies in `Cargo.toml`. Write it where `use` may stand; the crate's root is a good place.
///
/// ```
/// // What a program would write: lifecycle::link!(my_tasks, my_resources);
/// lifecycle::link!(tokio, tracing);
/// ```
///
/// Whether it has helped is what `expected` of [`#[lifecycle::main]`](macro@crate::main),
/// [`AppBuilder::expected`](crate::AppBuilder::expected) and [`assert_wiring!`](crate::assert_wiring) check.
#[macro_export]
macro_rules! link {
    ($($name:ident),+ $(,)?) => {
        $(use ::$name as _;)+
    };
}

/// Checks the wiring of everything that is registered, without starting anything.
///
/// What the compiler checks, it checks item by item. This is for what only the whole program shows: names that occur
/// twice, resources that are not registered, two resources of one type, a `close_timeout` beyond the reserve, phases
/// that do not fit. The same is checked when the program starts (exit code 78); as a test, it is known earlier.
///
/// ```
/// # use lifecycle::cooperative_task;
/// # #[cooperative_task] async fn work() {}
/// # fn main() { the_wiring_holds() }
/// # /*
/// #[test]
/// # */
/// fn the_wiring_holds() {
///     lifecycle::assert_wiring!();
/// }
/// ```
///
/// What is registered in the *test's* program is checked. As a unit test, that is the crate with its dependencies, and
/// with its `#[lifecycle::main]`, whose budgets and `expected` count. A test in `tests/` has to name the crate, by
/// anything it uses of it, or with [`link!`](crate::link).
///
/// `expected` lists crates that have to have registered something, so that one which the linker has dropped is
/// missed:
///
/// ```should_panic
/// # use lifecycle::cooperative_task;
/// # #[cooperative_task] async fn work() {}
/// lifecycle::assert_wiring!(expected = ["my_tasks", "my_resources"]);
/// ```
///
/// A program that hands values to the builder as well tests `builder.build()` instead; that checks the same.
/// The environment of the test (`LIFECYCLE_TIMEOUT` and so on) does not count.
///
/// # Panics
///
/// When something is wrong, with every fault and its places. When nothing is registered at all, because then nothing
/// would be checked.
#[macro_export]
macro_rules! assert_wiring {
    () => {
        $crate::__private::assert_wiring(&[])
    };
    (expected = [$($name:expr),* $(,)?] $(,)?) => {
        $crate::__private::assert_wiring(&[$($name),*])
    };
}

/// Asserts that an App ended clean: exit code 0, nothing aborted, failed, lost or left behind, and no leak.
///
/// What has failed and was allowed to (a task with `critical = false`, a child) is clean. [Leaks](crate::Leak) are in the
/// report if they were [looked for](crate::AppBuilder::detect_leaks), as `#[lifecycle::test]` does.
///
/// ```
/// use lifecycle::{App, Shutdown, TaskSpec};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let work = TaskSpec::new("work", |shutdown: Shutdown| async move { shutdown.request("done") });
/// let report = App::builder().task(work).build().unwrap().run().await;
/// lifecycle::assert_clean!(report);
/// # }
/// ```
///
/// # Panics
///
/// When something was not clean, with a list of it and the report's table.
#[macro_export]
macro_rules! assert_clean {
    ($report:expr $(,)?) => {
        $crate::__private::assert_clean(&$report)
    };
}

/// Asserts that components ended in an order: each before the one after it.
///
/// It holds for components that end at the same moment of a paused clock, too. A child is named `owner/child`; of
/// children with one name, all have to have ended before the next name's. Components that are not named may end at any
/// time.
///
/// ```
/// use lifecycle::{App, Res, Resource, ResourceSpec, Shutdown, TaskSpec};
///
/// struct Database;
/// impl Resource for Database {}
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let report = App::builder()
///     .resource(ResourceSpec::value("database", Database))
///     .task(TaskSpec::new("work", |_: Res<Database>, shutdown: Shutdown| async move {
///         shutdown.request("done");
///     }))
///     .build()
///     .unwrap()
///     .run()
///     .await;
/// lifecycle::assert_order!(report, "work", "database");
/// # }
/// ```
///
/// # Panics
///
/// When one of them ended after the one that it was to end before, has not ended, or does not exist; with the report's
/// table.
#[macro_export]
macro_rules! assert_order {
    ($report:expr, $first:expr $(, $name:expr)+ $(,)?) => {
        $crate::__private::assert_order(&$report, &[$first $(, $name)+])
    };
}
