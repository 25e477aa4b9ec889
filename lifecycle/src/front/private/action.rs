//! What a monitor calls: a function whose parameters only the compiler knows.

use std::future::Future;

use crate::run::handles::inject::{Context, each_arity};

use super::function::{Answer, Ask, run};
use super::sends::ActionSends;
use super::takes::{ActionGives, ActionTakes, Need};

/// The code of an action of the task that is called `C`. What makes a function no action at all is said by [`Act`];
/// what is wrong with an action is said by its own bound each.
#[rustfmt::skip]
pub fn action<C, P, F, S>(ask: Ask<'_>, function: F) -> Answer
where
    C: ?Sized,
    P: ActionParameters<C>,
    F: Act<P, C>,
    F::Future: Future<Output: ActionGives<C> + 'static>,
    F::Future: ActionSends<C, S>,
    F::Future: Send, // It may go on in another thread after an `.await`: drop what cannot before, or use `Arc` and mutexes.
{
    match ask {
        Ask::Needs => Answer::Needs(P::needs()),
        Ask::Run(context) => Answer::Run(run(function.call(P::inject(context)), ActionGives::<C>::settle)),
    }
}

/// What the actions of the task `C` take: a tuple of what can be handed in.
pub trait ActionParameters<C: ?Sized> {
    fn needs() -> Vec<Need>;
    fn inject(context: &Context) -> Self;
}

/// A function with parameters `P` that the task `C` can call.
#[diagnostic::on_unimplemented(
    message = "task `{C}`: `on_failure` and `on_recovery` cannot call this; name an `async fn`, of twelve parameters at most",
    label = "not an `async fn`"
)]
pub trait Act<P, C: ?Sized> {
    type Future: Future + 'static;
    fn call(self, parameters: P) -> Self::Future;
}

macro_rules! act {
    ($($parameter:ident),*) => {
        impl<C: ?Sized, $($parameter: ActionTakes<C>,)*> ActionParameters<C> for ($($parameter,)*) {
            fn needs() -> Vec<Need> {
                vec![$($parameter::TAKES.need),*]
            }

            #[allow(unused_variables, clippy::unused_unit, reason = "without parameters there is nothing to inject")]
            fn inject(context: &Context) -> Self {
                ($(($parameter::TAKES.inject)(context),)*)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<C, F, R, $($parameter,)*> Act<($($parameter,)*), C> for F
        where
            C: ?Sized,
            F: Fn($($parameter),*) -> R,
            R: Future + 'static,
        {
            type Future = R;

            #[allow(non_snake_case, reason = "a parameter is named like its type")]
            fn call(self, ($($parameter,)*): ($($parameter,)*)) -> R {
                self($($parameter),*)
            }
        }
    };
}

each_arity!(act: ; A B D E G H I J K L M N);
