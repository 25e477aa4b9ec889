//! Every shape of `close` that `#[resource]` takes, each of them run.

use std::future::{Future, ready};
use std::ops::Deref;

use lifecycle::{App, AppBuilder, resource};
use lifecycle_tests::stage::say;

/// One resource per shape: how it takes itself, how it gives what.
macro_rules! shapes {
    ($list:ident: $($type:ident ($($itself:tt)+) $(-> $result:ty)?, $(@$async:ident)? $body:block;)+) => {
        $(
            #[resource(close = "end")]
            #[derive(Default)]
            struct $type;

            impl $type {
                $($async)? fn end($($itself)+) $(-> $result)? {
                    say(concat!("closed ", stringify!($type)));
                    $body
                }
            }
        )+

        fn $list(app: AppBuilder) -> AppBuilder {
            app$(.resource_type::<$type>())+
        }
    };
}

type Io = std::io::Result<()>;

fn full() -> std::io::Error {
    std::io::Error::other("disk full")
}

shapes! { good:
    RefSyncUnit(&self), {};
    RefSyncBool(&self) -> bool, { true };
    RefSyncResult(&self) -> Io, { Ok(()) };
    RefAsyncUnit(&self), @async {};
    RefAsyncBool(&self) -> bool, @async { true };
    RefAsyncResult(&self) -> Result<u64, String>, @async { Ok(3) };
    RefFutureUnit(&self) -> impl Future<Output = ()> + Send + use<>, { ready(()) };
    RefFutureBool(&self) -> impl Future<Output = bool> + Send + use<>, { ready(true) };
    RefFutureResult(&self) -> impl Future<Output = Io> + Send + use<>, { ready(Ok(())) };
    MutSyncUnit(&mut self), {};
    MutSyncBool(&mut self) -> bool, { true };
    MutSyncResult(&mut self) -> Io, { Ok(()) };
    MutAsyncUnit(&mut self), @async {};
    MutAsyncBool(&mut self) -> bool, @async { true };
    MutAsyncResult(&mut self) -> Io, @async { Ok(()) };
    MutFutureUnit(&mut self) -> impl Future<Output = ()> + Send + '_, { ready(()) };
    MutFutureBool(&mut self) -> impl Future<Output = bool> + Send + '_, { ready(true) };
    MutFutureResult(&mut self) -> impl Future<Output = Io> + Send + '_, { ready(Ok(())) };
    OwnSyncUnit(self), {};
    OwnSyncBool(self) -> bool, { true };
    OwnSyncResult(self) -> Io, { Ok(()) };
    OwnAsyncUnit(self), @async {};
    OwnAsyncBool(self) -> bool, @async { true };
    OwnAsyncResult(self) -> Io, @async { Ok(()) };
    OwnFutureUnit(self) -> impl Future<Output = ()> + Send, { ready(()) };
    OwnFutureBool(self) -> impl Future<Output = bool> + Send, { ready(true) };
    OwnFutureResult(self) -> impl Future<Output = Io> + Send, { ready(Ok(())) };
}

shapes! { bad:
    FailsRefSyncBool(&self) -> bool, { false };
    FailsRefAsyncBool(&self) -> bool, @async { false };
    FailsMutSyncResult(&mut self) -> Io, { Err(full()) };
    FailsMutAsyncResult(&mut self) -> Io, @async { Err(full()) };
    FailsOwnSyncResult(self) -> Io, { Err(full()) };
    FailsOwnAsyncBool(self) -> bool, @async { false };
    FailsOwnFutureResult(self) -> impl Future<Output = Io> + Send, { ready(Err(full())) };
}

/// A pool of another crate.
#[derive(Default)]
struct Pool;

impl Pool {
    async fn shut_down(&self) {
        say("closed Pool");
    }
}

#[resource(close = "shut_down")]
#[derive(Default)]
struct ThroughDeref(Pool);

impl Deref for ThroughDeref {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        &self.0
    }
}

#[resource(close = "shut_down", shared = true)]
#[derive(Default)]
struct SharedThroughDeref(Pool);

impl Deref for SharedThroughDeref {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        &self.0
    }
}

#[resource(close = end_by_path)]
#[derive(Default)]
struct ByPath;

async fn end_by_path(_: ByPath) -> Io {
    say("closed ByPath");
    Ok(())
}

#[resource(close = |it| it.0.shut_down())]
#[derive(Default)]
struct ByClosure(Pool);

#[resource(close = "end", blocking = true)]
#[derive(Default)]
struct Blocking;

impl Blocking {
    fn end(self) {
        say(format!("closed Blocking on {}", std::thread::current().name().unwrap_or_default()));
    }
}

/// No `close`: dropping it is all.
#[resource]
#[derive(Default)]
struct Dropped;

impl Drop for Dropped {
    fn drop(&mut self) {
        say("closed Dropped");
    }
}

fn elsewhere(app: AppBuilder) -> AppBuilder {
    app.resource_type::<ThroughDeref>()
        .resource_type::<SharedThroughDeref>()
        .resource_type::<ByPath>()
        .resource_type::<ByClosure>()
        .resource_type::<Blocking>()
        .resource_type::<Dropped>()
}

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    let app = App::builder().task(lifecycle_tests::stage::ready());
    Some(match name {
        "shapes" => elsewhere(good(app)),
        "shapes_that_fail" => bad(app),
        _ => return None,
    })
}
