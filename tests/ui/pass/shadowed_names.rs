//! Names of the prelude mean something else here, and nothing that an attribute makes minds.
#![allow(dead_code, non_camel_case_types, unused_macros)]

mod std {}
mod core {}
mod alloc {}
mod lifecycle {}
mod tokio {}
struct Result;
struct Option;
struct Box;
struct Vec;
struct String;
struct Some;
struct None;
struct Ok;
struct Err;
struct Res;
struct Shutdown;
struct u32;
struct i32;
struct u64;
struct bool;
struct str;
struct usize;
trait Send {}
trait Sync {}
trait Default {}
trait Clone {}
trait Drop {}
trait Future {}
trait Into {}
trait Fn {}
trait FnOnce {}
macro_rules! vec {
    () => {};
}
macro_rules! concat {
    () => {};
}
macro_rules! file {
    () => {};
}
macro_rules! panic {
    () => {};
}

#[::lifecycle::resource(open = "open", close = "close", shared = true, open_timeout = "1s", tags = ["a"])]
struct Database;

impl Database {
    async fn open() -> Self {
        Self
    }

    async fn close(&self) {}
}

#[::lifecycle::resource(close = |it: &Self| it.close())]
struct Cache;

impl ::std::default::Default for Cache {
    fn default() -> Self {
        Self
    }
}

impl Cache {
    fn close(&self) {}
}

#[::lifecycle::component]
impl Cache {
    #[cooperative_task(interval = "1s", jitter = "10ms", missed = "burst", on_shutdown = "cancel")]
    async fn refresh(&self, _: ::lifecycle::Res<Database>) {}
}

#[::lifecycle::shutdown_hook(phase = "announce", timeout = "1s")]
async fn leave(_: ::lifecycle::Shutdown) {}

#[::lifecycle::main(timeout = "5s", worker_threads = 1, phases(cancel_tasks = "1s"))]
async fn main(_: ::lifecycle::Res<Database>) {}
