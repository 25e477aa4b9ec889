//! Functions as bodies of tasks and hooks, whatever their parameters.

use std::future::Future;
use std::sync::Arc;

use crate::BoxError;
use crate::front::private::{Code, Run, TaskOutput};
use crate::run::handles::code::Factory;
use crate::run::handles::inject::{Parameters, each_arity};
use crate::sys::here::Here;

/// A function or closure that can be the body of a task or a hook: up to eight parameters, and a `Send` future
/// of `()` or `Result<(), E>`.
///
/// Implemented for all of these; `P` is the tuple of the parameters, and is inferred.
#[diagnostic::on_unimplemented(
    message = "this cannot be the body of a task or a hook",
    label = "not a body",
    note = "a body has at most eight parameters, is async, and gives `()` or `Result<(), E>` with `E: Into<BoxError>`; its future must be `Send`; one that is not belongs into `TaskSpec::local`"
)]
pub trait Body<P>: Send + Sync + 'static {
    #[doc(hidden)]
    fn run(&self, parameters: P) -> Run;
}

/// One run per call.
pub(super) fn factory<P: Parameters>(body: impl Body<P>) -> Factory {
    Arc::new(move |context| body.run(P::inject(context)))
}

/// The same for what an attribute left behind.
pub(crate) fn from_attribute(function: Code) -> Factory {
    Arc::new(move |context| function.run(context))
}

/// A function or closure that can be the body of a local task: up to eight parameters, and a future of `()` or
/// `Result<(), E>`, which need not be `Send`.
///
/// Implemented for all of these; `P` is the tuple of the parameters, and is inferred.
#[diagnostic::on_unimplemented(
    message = "this cannot be the body of a local task",
    label = "not a body",
    note = "a body has at most eight parameters, is async, and gives `()` or `Result<(), E>` with `E: Into<BoxError>`"
)]
pub trait LocalBody<P>: Send + Sync + 'static {
    #[doc(hidden)]
    fn run(&self, parameters: P) -> Run;
}

/// One run per call, to be polled on the calling thread.
pub(super) fn local_factory<P: Parameters>(body: impl LocalBody<P>) -> Factory {
    Arc::new(move |context| body.run(P::inject(context)))
}

/// A function or closure that can be the body of a blocking task: up to eight parameters, and `()` or `Result<(), E>`.
///
/// Implemented for all of these; `P` is the tuple of the parameters, and is inferred.
#[diagnostic::on_unimplemented(
    message = "this cannot be the body of a blocking task",
    label = "not a blocking body",
    note = "a blocking body has at most eight parameters, is not async, and gives `()` or `Result<(), E>` with `E: Into<BoxError>`"
)]
pub trait BlockingBody<P>: Clone + Send + Sync + 'static {
    #[doc(hidden)]
    fn run(&self, parameters: P) -> Result<(), BoxError>;
}

/// One run per call, which blocks when it is polled.
pub(super) fn blocking_factory<P: Parameters>(body: impl BlockingBody<P>) -> Factory {
    Arc::new(move |context| {
        let (body, parameters) = (body.clone(), P::inject(context));
        Box::pin(async move { body.run(parameters) })
    })
}

macro_rules! body {
    ($($parameter:ident),*) => {
        impl<F, O, $($parameter,)*> Body<($($parameter,)*)> for F
        where
            F: Fn($($parameter),*) -> O + Send + Sync + 'static,
            O: Future<Output: TaskOutput> + Send + 'static,
        {
            #[allow(non_snake_case, reason = "a parameter is named like its type")]
            fn run(&self, ($($parameter,)*): ($($parameter,)*)) -> Run {
                let future = self($($parameter),*);
                Box::pin(async move { future.await.settle() })
            }
        }

        impl<F, O, $($parameter,)*> LocalBody<($($parameter,)*)> for F
        where
            F: Fn($($parameter),*) -> O + Send + Sync + 'static,
            O: Future<Output: TaskOutput> + 'static,
        {
            #[allow(non_snake_case, reason = "a parameter is named like its type")]
            fn run(&self, ($($parameter,)*): ($($parameter,)*)) -> Run {
                let future = self($($parameter),*);
                Box::pin(Here::new(async move { future.await.settle() }))
            }
        }

        impl<F, O, $($parameter,)*> BlockingBody<($($parameter,)*)> for F
        where
            F: Fn($($parameter),*) -> O + Clone + Send + Sync + 'static,
            O: TaskOutput,
        {
            #[allow(non_snake_case, reason = "a parameter is named like its type")]
            fn run(&self, ($($parameter,)*): ($($parameter,)*)) -> Result<(), BoxError> {
                self($($parameter),*).settle()
            }
        }
    };
}

each_arity!(body: ; A B C D E G H I);
