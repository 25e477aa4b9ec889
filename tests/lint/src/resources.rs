//! Resources, by every way to open and to close.

use lifecycle::{Res, Shutdown, resource};

/// By `Default`, and dropped.
#[resource]
#[derive(Debug, Default)]
pub struct Plain;

/// By methods.
#[resource(
    open = "open",
    close = "close",
    name = "by method",
    priority = 2,
    open_timeout = "1s",
    close_timeout = "1s",
    tags = ["a"]
)]
#[derive(Debug)]
pub struct ByMethod {
    plain: Res<Plain>,
}

impl ByMethod {
    async fn open(plain: Res<Plain>, _: Shutdown) -> Result<Self, std::io::Error> {
        Ok(Self { plain })
    }

    async fn close(&self) -> Result<(), String> {
        Err(format!("{:?}", self.plain))
    }
}

/// By a closure, closed by `&mut self`.
#[resource(open = || Self(5), close = "end")]
#[derive(Debug)]
pub struct ByMut(u8);

impl ByMut {
    fn end(&mut self) -> bool {
        self.0 = 0;
        true
    }
}

/// Closed by `self`, on a thread of its own.
#[resource(close = "end", blocking = true)]
#[derive(Debug, Default)]
pub struct ByValue(Vec<u8>);

impl ByValue {
    fn end(self) {
        drop(self.0);
    }
}

/// Closed while others hold it.
#[resource(close = "end", shared = true)]
#[derive(Debug, Default)]
pub struct Shared;

impl Shared {
    async fn end(&self) {}
}

/// Closed by a closure.
#[resource(close = |it| { it.end().await })]
#[derive(Debug, Default)]
pub enum ByClosure {
    /// The one.
    #[default]
    One,
}

impl ByClosure {
    async fn end(self) {}
}

/// Closed by a closure with a `?`.
#[resource(close = |it: &Self| it.end()?)]
#[derive(Debug, Default)]
pub struct ByClosureThatLeaves(bool);

impl ByClosureThatLeaves {
    fn end(&self) -> Result<Result<(), String>, String> {
        if self.0 { Ok(Ok(())) } else { Err("it was off".to_owned()) }
    }
}

/// Closed by a function.
#[resource(close = end)]
#[derive(Debug, Default)]
pub struct ByFunction;

async fn end(_: ByFunction) {}

/// Dropped, and says so.
#[resource(close = drop)]
#[derive(Debug, Default)]
pub struct ByDrop;
