//! A component's function, as an expansion hands it over.
//!
//! The types of its parameters are inferred from the function itself. So an expansion does not name them again, and
//! what is wrong with one is said once; and it is this code that calls the function, checked once, and not
//! code in each expansion.

use std::future::Future;

use crate::BoxError;
use crate::run::code::Run;
use crate::run::inject::Context;
use crate::words::component::TypeKey;

use super::takes::{Need, Takes};

/// A function with its parameters and what to make of its result.
struct Function<F, P, O> {
    function: F,
    parameters: P,
    settle: fn(O) -> Result<(), BoxError>,
}

/// The function of a task, a hook or `main`. Each of the parameters is named where it stands, and so is the
/// result, so that each has errors of its own.
#[rustfmt::skip]
pub fn component<F, P, O>(function: F, parameters: P, settle: fn(O) -> Result<(), BoxError>) -> Code
where
    F: Callable<P>,
    P: Send + Sync + 'static,
    O: 'static,
    F::Future: Future<Output = O>,
    F::Future: Send, // It may go on in another thread after an `.await`: drop what cannot before, or use `Arc` and mutexes.
{
    Box::new(Function { function, parameters, settle })
}

/// A component's code, whatever the function.
pub type Code = Box<dyn Runs>;

/// What a component's code can do.
pub trait Runs: Send + Sync {
    fn needs(&self) -> Vec<Need>;
    fn run(&self, context: &Context) -> Run;
}

impl<F, P, O> Runs for Function<F, P, O>
where
    F: Callable<P, Future: Future<Output = O> + Send>,
    P: Send + Sync + 'static,
    O: 'static,
{
    fn needs(&self) -> Vec<Need> {
        F::needs(&self.parameters)
    }

    fn run(&self, context: &Context) -> Run {
        run(self.function.call(&self.parameters, context), self.settle)
    }
}

impl dyn Runs {
    /// The resources that its parameters ask for.
    pub(crate) fn keys(&self) -> Vec<TypeKey> {
        self.needs().into_iter().filter_map(|need| (need.key)()).collect()
    }

    /// Whether one of its parameters is a [`Shutdown`](crate::Shutdown), by its type and not by its name.
    pub(crate) fn takes_shutdown(&self) -> bool {
        self.needs().iter().any(|need| need.is_shutdown)
    }
}

/// One run of a body.
#[rustfmt::skip]
pub fn run<F, O: 'static>(future: F, settle: fn(O) -> Result<(), BoxError>) -> Run
where
    F: Future<Output = O> + 'static,
    F: Send, // It may go on in another thread after an `.await`: drop what cannot before, or use `Arc` and mutexes.
{
    Box::pin(async move { settle(future.await) })
}

/// A function that takes `P`, a tuple of [`Takes`].
#[diagnostic::on_unimplemented(
    message = "a task, a hook or main has twelve parameters at most; let one resource hold what belongs together",
    label = "too many parameters"
)]
pub trait Callable<P>: Send + Sync + 'static {
    type Future: Future + 'static;
    fn needs(parameters: &P) -> Vec<Need>;
    fn call(&self, parameters: &P, context: &Context) -> Self::Future;
}

macro_rules! call {
    ($($parameter:ident),*) => {
        impl<F, R, $($parameter,)*> Callable<($(Takes<$parameter>,)*)> for F
        where
            F: Fn($($parameter),*) -> R + Send + Sync + 'static,
            R: Future + 'static,
        {
            type Future = R;

            #[allow(non_snake_case, reason = "a parameter is named like its type")]
            fn needs(($($parameter,)*): &($(Takes<$parameter>,)*)) -> Vec<Need> {
                vec![$($parameter.need),*]
            }

            #[allow(non_snake_case, unused_variables, reason = "a parameter is named like its type; there may be none")]
            fn call(&self, ($($parameter,)*): &($(Takes<$parameter>,)*), context: &Context) -> R {
                self($(($parameter.inject)(context)),*)
            }
        }
    };
}

call!();
call!(A);
call!(A, B);
call!(A, B, C);
call!(A, B, C, D);
call!(A, B, C, D, E);
call!(A, B, C, D, E, G);
call!(A, B, C, D, E, G, H);
call!(A, B, C, D, E, G, H, I);
call!(A, B, C, D, E, G, H, I, J);
call!(A, B, C, D, E, G, H, I, J, K);
call!(A, B, C, D, E, G, H, I, J, K, L);
call!(A, B, C, D, E, G, H, I, J, K, L, M);
