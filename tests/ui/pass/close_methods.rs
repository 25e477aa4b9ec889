//! Wherever the method of `close = "…"` comes from, and whatever else has its name.
#![deny(warnings)]

use std::future::Future;
use std::ops::Deref;

use lifecycle::resource;

#[derive(Default)]
pub struct Pool;

impl Pool {
    pub async fn close(&self) {}
}

/// The method is found through `Deref`.
#[resource(close = "close")]
#[derive(Default)]
pub struct Wrapped(Pool);

impl Deref for Wrapped {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        &self.0
    }
}

/// The same for others that hold it.
#[resource(close = "close", shared = true)]
#[derive(Default)]
pub struct Shared(Pool);

impl Deref for Shared {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        &self.0
    }
}

trait Stop {
    fn stop(&self) -> bool;
}

/// The method is one of a trait's, which comes before what `Deref` leads to.
#[resource(close = "stop")]
#[derive(Default)]
pub struct Stopped(Stops);

impl Stop for Stopped {
    fn stop(&self) -> bool {
        true
    }
}

impl Deref for Stopped {
    type Target = Stops;

    fn deref(&self) -> &Stops {
        &self.0
    }
}

#[derive(Default)]
pub struct Stops;

impl Stops {
    pub fn stop(&self, _code: u32) {}
}

/// Another module has a method of the name for itself.
#[resource(close = "stop")]
#[derive(Default)]
pub struct Hidden;

mod elsewhere {
    impl super::Hidden {
        fn stop(&self, _code: u32) {}

        pub fn stops(&self) {
            self.stop(3);
        }
    }
}

impl Stop for Hidden {
    fn stop(&self) -> bool {
        self.stops();
        true
    }
}

/// By value, by a reference that can change, as a future with a lifetime, in a function's body.
#[resource(close = "end")]
#[derive(Default)]
pub struct Ended;

impl Ended {
    fn end(self) -> Result<(), String> {
        Ok(())
    }
}

#[resource(close = "end")]
#[derive(Default)]
pub struct Changed(u32);

impl Changed {
    async fn end(&mut self) {
        self.0 += 1;
    }
}

#[resource(close = "end")]
#[derive(Default)]
pub struct Borrowed(u32);

impl Borrowed {
    fn end<'a>(&'a self) -> impl Future<Output = bool> + 'a {
        async move { self.0 == 0 }
    }
}

fn main() {
    #[resource(close = "end")]
    #[derive(Default)]
    struct Local;

    impl Local {
        async fn end(&self) {}
    }

    lifecycle::assert_wiring!();
}
