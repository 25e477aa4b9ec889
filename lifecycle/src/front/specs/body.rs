//! Functions as bodies of tasks and hooks, whatever their parameters.

use std::future::Future;
use std::sync::Arc;

use crate::front::inject::{Context, Inject};
use crate::front::private::{Run, TaskOutput};
use crate::run::unit::Factory;
use crate::words::component::TypeKey;

/// A function or closure that can be the body of a task or a hook: up to eight parameters that can be
/// injected, and a `Send` future of `()` or `Result<(), E>`.
///
/// Implemented for all of these; `P` is the tuple of the parameters, and is inferred.
#[diagnostic::on_unimplemented(
    message = "this cannot be the body of a task or a hook",
    label = "not a body",
    note = "a body takes `Res<T>`, `Shutdown`, `Requests` or `Tasks` (up to eight), is async, and gives `()` or `Result<(), E>`; its future must be `Send`"
)]
pub trait Body<P>: Send + Sync + 'static {
    #[doc(hidden)]
    fn needs() -> Vec<TypeKey>;
    #[doc(hidden)]
    fn takes_shutdown() -> bool;
    #[doc(hidden)]
    fn run(&self, context: &Context) -> Run;
}

/// One run per call.
pub(super) fn factory<P: 'static>(body: impl Body<P>) -> Factory {
    Arc::new(move |context| body.run(context))
}

macro_rules! body {
    ($($parameter:ident),*) => {
        impl<F, O, $($parameter,)*> Body<($($parameter,)*)> for F
        where
            F: Fn($($parameter),*) -> O + Send + Sync + 'static,
            O: Future<Output: TaskOutput> + Send + 'static,
            $($parameter: Inject,)*
        {
            fn needs() -> Vec<TypeKey> {
                Vec::<Option<TypeKey>>::from([$($parameter::need()),*]).into_iter().flatten().collect()
            }

            fn takes_shutdown() -> bool {
                false $(|| $parameter::IS_SHUTDOWN)*
            }

            #[allow(unused_variables, reason = "with no parameters there is nothing to inject")]
            fn run(&self, context: &Context) -> Run {
                let future = self($($parameter::inject(context)),*);
                Box::pin(async move { future.await.settle() })
            }
        }
    };
}

body!();
body!(A);
body!(A, B);
body!(A, B, C);
body!(A, B, C, D);
body!(A, B, C, D, E);
body!(A, B, C, D, E, G);
body!(A, B, C, D, E, G, H);
body!(A, B, C, D, E, G, H, I);
