//! Whatever a crate forbids, what attributes make does not need it.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused, unreachable_pub, missing_debug_implementations)]
#![deny(non_local_definitions, unused_qualifications, unused_macros, unused_macro_rules, non_ascii_idents)]

/// Parts that are seen from outside.
pub mod parts {
    use lifecycle::{Res, Shutdown, component, cooperative_task, resource, shutdown_hook};

    /// A database.
    #[resource(close = "close", name = "orders database", priority = -1)]
    #[derive(Debug, Default)]
    pub struct Database;

    impl Database {
        async fn close(&mut self) -> Result<(), std::fmt::Error> {
            Ok(())
        }
    }

    #[component]
    impl Database {
        /// Looks after it.
        #[cooperative_task(interval = "1m", name = "größe")]
        pub async fn probe(&self) {}
    }

    /// Takes things in.
    #[cooperative_task]
    pub async fn ingest(_database: Res<Database>, shutdown: Shutdown) {
        shutdown.draining().await;
    }

    /// Says goodbye.
    #[shutdown_hook(phase = "announce")]
    pub async fn leave() {}
}

#[lifecycle::main]
async fn main() {}
