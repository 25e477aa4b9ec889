//! Each attribute with `crate = path`: a path, a path in quotes, and a path of a re-export. That it compiles is the
//! test, since there is no crate called `lifecycle` here; what it registers is looked at as well.

/// What a company's own framework crate would do.
pub mod platform {
    pub use runtime;
}

/// A resource with methods that are tasks.
#[runtime::resource(crate = runtime, close = "close")]
#[derive(Debug, Default)]
pub struct Database;

impl Database {
    fn close(self) {}
}

#[runtime::component(crate = crate::platform::runtime)]
impl Database {
    #[cooperative_task(interval = "1s")]
    async fn probe(&self) {}

    #[shutdown_hook(phase = "announce", crate = ::runtime)]
    async fn leave(&self) {}
}

/// A task.
#[runtime::cooperative_task(crate = "::runtime")]
pub async fn ingest(_database: runtime::Res<Database>, shutdown: runtime::Shutdown) -> Result<(), String> {
    shutdown.request("all has been seen");
    Ok(())
}

/// A hook.
#[runtime::shutdown_hook(crate = runtime, phase = "stop_new_work")]
pub async fn deregister() {}

/// A program.
pub mod program {
    #[runtime::main(crate = runtime, timeout = "1s", flavor = "current_thread")]
    pub(crate) async fn main() {}

    /// So that it is used.
    pub const MAIN: fn() = main;
}

#[cfg(test)]
mod tests {
    #[runtime::test(crate = runtime)]
    async fn everything_is_registered(app: runtime::AppBuilder) {
        let report = app.registered().build().expect("the wiring is good").run().await;
        let mut names: Vec<_> = report.components.iter().map(|component| component.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["database", "deregister", "ingest", "leave", "probe"]);
    }
}
