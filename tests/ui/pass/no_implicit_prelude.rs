//! Without a prelude, every name has to be written out, and is.
#![no_implicit_prelude]

#[::lifecycle::resource(open = "open", close = "close")]
struct Database;

impl Database {
    async fn open() -> ::std::result::Result<Self, ::std::string::String> {
        ::std::result::Result::Ok(Self)
    }

    async fn close(self) -> bool {
        true
    }
}

#[::lifecycle::component]
impl Database {
    #[cooperative_task(interval = "1s")]
    async fn probe(&self) -> ::std::result::Result<(), ::std::string::String> {
        ::std::result::Result::Ok(())
    }
}

#[::lifecycle::cooperative_task(critical = false)]
async fn ingest(_: ::lifecycle::Res<Database>, shutdown: ::lifecycle::Shutdown) {
    shutdown.cancelled().await;
}

#[::lifecycle::shutdown_hook(phase = "force_cleanup")]
async fn leave() {}

#[::lifecycle::main]
async fn main() {}
