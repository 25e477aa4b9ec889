//! A component's function, as an expansion hands it over.
//!
//! The types of its parameters are inferred from the function itself. So an expansion does not name them again, and
//! what is wrong with one is said once; and it is this code that calls the function, checked once, and not
//! code in each expansion.

use std::future::Future;

use crate::BoxError;
use crate::run::handles::inject::{Context, each_arity};
use crate::run::task::unit::Run;
use crate::sys::here::Here;
use crate::words::component::TypeKey;

use super::sends::Sends;
use super::takes::{Need, Takes};

/// A component's code: a plain function, which an expansion has for two questions, so that what it says is compiled
/// once.
#[derive(Clone, Copy)]
pub struct Code(pub fn(Ask<'_>) -> Answer);

/// What a component's code is asked for.
#[derive(Clone, Copy)]
pub enum Ask<'a> {
    /// What its parameters need.
    Needs,
    /// One run.
    Run(&'a Context),
}

/// What it answers.
pub enum Answer {
    Needs(Vec<Need>),
    Run(Run),
}

impl Code {
    fn needs(self) -> Vec<Need> {
        match (self.0)(Ask::Needs) {
            Answer::Needs(needs) => needs,
            Answer::Run(_) => unreachable!("it was not asked for a run"),
        }
    }

    /// The resources that its parameters ask for.
    pub(crate) fn keys(self) -> Vec<TypeKey> {
        self.needs().into_iter().filter_map(|need| (need.key)()).collect()
    }

    /// Whether one of its parameters is a [`Shutdown`](crate::Shutdown), by its type and not by its name.
    pub(crate) fn takes_shutdown(self) -> bool {
        self.needs().iter().any(|need| need.is_shutdown)
    }

    /// One run.
    pub(crate) fn run(self, context: &Context) -> Run {
        match (self.0)(Ask::Run(context)) {
            Answer::Run(run) => run,
            Answer::Needs(_) => unreachable!("it was not asked for what it needs"),
        }
    }
}

/// What a component's code was asked for, as far as it takes no `Send`.
pub enum Begun<R> {
    Needs(Vec<Need>),
    Run(R),
}

impl<R> Sends<R> {
    /// The function of a task, a hook or `main`, whose future is an `R`, is asked. Each of its parameters is named where it
    /// stands, so that each has errors of its own.
    pub fn begin<F: Callable<P, R>, P>(self, ask: Ask<'_>, function: F, parameters: P) -> Begun<R> {
        function.begin(ask, parameters)
    }
}

#[rustfmt::skip]
impl<R: Future + 'static> Begun<R> {
    /// Its answer. The result is named where it stands. A call of its own, so that what asks for `Send` in the component's
    /// name is told first.
    ///
    /// The compiler shows the line that asks for `Send` where a future is not: the comment behind it is for its author.
    pub fn answer<O: 'static>(self, settle: fn(O) -> Result<(), BoxError>) -> Answer
    where
        R: Future<Output = O>,
        R: Send, // It may go on in another thread after an `.await`: drop what cannot before, or use `Arc` and mutexes.
    {
        match self {
            Begun::Needs(needs) => Answer::Needs(needs),
            Begun::Run(future) => Answer::Run(Box::pin(async move { settle(future.await) })),
        }
    }
}

impl<R: Future + 'static> Begun<R> {
    /// The answer of one whose future stays on the thread that asks.
    pub fn answer_here<O: 'static>(self, settle: fn(O) -> Result<(), BoxError>) -> Answer
    where
        R: Future<Output = O>,
    {
        match self {
            Begun::Needs(needs) => Answer::Needs(needs),
            Begun::Run(future) => Answer::Run(Box::pin(Here::new(async move { settle(future.await) }))),
        }
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

/// A function that takes `P`, a tuple of [`Takes`], and gives `R`.
#[diagnostic::on_unimplemented(
    message = "a task, a hook or main has twelve parameters at most; let one resource hold what belongs together",
    label = "too many parameters"
)]
pub trait Callable<P, R> {
    fn begin(self, ask: Ask<'_>, parameters: P) -> Begun<R>;
}

macro_rules! callable {
    ($($parameter:ident),*) => {
        impl<F, R, $($parameter,)*> Callable<($(Takes<$parameter>,)*), R> for F
        where
            F: Fn($($parameter),*) -> R,
        {
            #[allow(non_snake_case, unused_variables, reason = "a parameter is named like its type; there may be none")]
            fn begin(self, ask: Ask<'_>, ($($parameter,)*): ($(Takes<$parameter>,)*)) -> Begun<R> {
                match ask {
                    Ask::Needs => Begun::Needs(vec![$($parameter.need),*]),
                    Ask::Run(context) => Begun::Run(self($(($parameter.inject)(context)),*)),
                }
            }
        }
    };
}

each_arity!(callable: ; A B C D E G H I J K L M);
