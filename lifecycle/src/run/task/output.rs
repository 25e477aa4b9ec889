//! What the body of a task, a hook or `main` may give back.

use crate::BoxError;

/// `()` or `Result<(), E>` with `E: Into<BoxError>`.
#[diagnostic::on_unimplemented(
    message = "a body gives `()` or `Result<(), E>` with an error `E`, not `{Self}`",
    label = "write `()`, or `Result<(), E>`",
    note = "an error is `String`, `anyhow::Error`, `Box<dyn Error + Send + Sync>`, or any type that is `Error + Send + Sync + 'static`"
)]
pub trait TaskOutput {
    #[doc(hidden)]
    fn settle(self) -> Result<(), BoxError>;
}

#[diagnostic::do_not_recommend]
impl TaskOutput for () {
    fn settle(self) -> Result<(), BoxError> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> TaskOutput for Result<(), E> {
    fn settle(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// Gives the type of what never returns a name, which it does not have on stable Rust.
mod never {
    pub trait Returns {
        type Output;
    }

    impl<T> Returns for fn() -> T {
        type Output = T;
    }

    pub(super) type Never = <fn() -> ! as Returns>::Output;
}

/// A body that is a loop without an end: `async { loop { tick().await } }` has this type from edition 2024 on.
#[diagnostic::do_not_recommend]
impl TaskOutput for never::Never {
    fn settle(self) -> Result<(), BoxError> {
        self
    }
}
