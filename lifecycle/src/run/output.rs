//! What the body of a task, a hook or `main` may give back.

use crate::BoxError;

/// `()` or `Result<(), E>` with `E: Into<BoxError>`.
#[diagnostic::on_unimplemented(
    message = "the body cannot give `{Self}`",
    label = "gives `{Self}`",
    note = "a body gives `()` or `Result<(), E>`, where `E` is `String`, `anyhow::Error`, `Box<dyn Error + Send + Sync>` or any error type that is `Send + Sync + 'static`"
)]
pub trait TaskOutput {
    #[doc(hidden)]
    fn settle(self) -> Result<(), BoxError>;
}

impl TaskOutput for () {
    fn settle(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError>> TaskOutput for Result<(), E> {
    fn settle(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// Turns what a body gave into success or an error.
pub fn settle<O: TaskOutput>(output: O) -> Result<(), BoxError> {
    output.settle()
}
