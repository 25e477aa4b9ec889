//! Opening a resource by an associated function of any shape, as an expansion spells it.
//!
//! The attribute stands on the type, so it does not see the function's parameters. They are inferred from
//! the function itself, as web frameworks do for their handlers.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::run::code::{AnyArc, AnyBox, Open, OpenFuture};
use crate::run::inject::{Context, Parameters};
use crate::plan::wiring::Link;
use crate::words::component::TypeKey;
use crate::{BoxError, Resource};


/// An opener, with the resources that it needs as the compiler can follow them.
pub struct Opening<O: ?Sized> {
    pub links: &'static [Link],
    pub open: O,
}

/// What was opened as a `T`, as itself; `Err` while somebody else holds it.
pub(crate) fn open_owned<T: Resource>(value: AnyArc) -> Result<AnyBox, AnyArc> {
    let value: Arc<T> = value.downcast()?;
    match Arc::try_unwrap(value) {
        Ok(value) => Ok(Box::new(value)),
        Err(value) => Err(value),
    }
}

impl<O: Open + ?Sized> Open for &'static O {
    fn needs(&self) -> Vec<TypeKey> {
        (**self).needs()
    }

    fn open(&self, context: &Context) -> OpenFuture {
        (**self).open(context)
    }

    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc> {
        (**self).reclaim(value)
    }
}

/// Opens a `T` by its `Default`.
pub struct DefaultOpener<T>(PhantomData<fn() -> T>);

/// The opener of a resource without `open`.
pub const fn open_default<T: Resource + Default>() -> Opening<impl Open> {
    Opening { links: &[], open: DefaultOpener::<T>(PhantomData) }
}

impl<T: Resource + Default> Open for DefaultOpener<T> {
    fn needs(&self) -> Vec<TypeKey> {
        Vec::new()
    }

    fn open(&self, _: &Context) -> OpenFuture {
        Box::pin(async { Ok(Arc::new(T::default()) as AnyArc) })
    }

    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc> {
        open_owned::<T>(value)
    }
}

/// Opens a `T` by a function `F` with parameters `P` that gives `O`.
pub struct Opener<T, F, P, K> {
    function: F,
    shape: PhantomData<fn(P, K) -> T>,
}

/// The opener of a resource with `open = …`.
pub const fn open_with<T, F, P, K>(function: F) -> Opening<impl Open>
where
    T: Resource,
    F: OpenFn<T, P, K>,
    P: Parameters,
    K: 'static,
{
    Opening { links: P::LINKS, open: Opener { function, shape: PhantomData::<fn(P, K) -> T> } }
}

impl<T: Resource, F: OpenFn<T, P, K>, P: Parameters, K> Open for Opener<T, F, P, K> {
    fn needs(&self) -> Vec<TypeKey> {
        P::needs()
    }

    fn open(&self, context: &Context) -> OpenFuture {
        let opening = self.function.clone().open(P::inject(context));
        Box::pin(async move { opening.await.map(|value| Arc::new(value) as Arc<dyn Any + Send + Sync>) })
    }

    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc> {
        open_owned::<T>(value)
    }
}

/// A function with parameters `P` that opens a `T`. What the parameters may be is said by [`Parameters`], so
/// that a wrong one is named.
#[diagnostic::on_unimplemented(
    message = "`open` cannot make a `{T}` this way",
    label = "does not give a `{T}`",
    note = "an `open` is sync or async, has at most twelve parameters, and gives `Self` or `Result<Self, E>` with `E: Into<BoxError>`; its future must be `Send`"
)]
pub trait OpenFn<T, P, K>: Clone + Send + Sync + 'static {
    fn open(self, parameters: P) -> impl Future<Output = Result<T, BoxError>> + Send + 'static;
}

/// What an `open` may give, told apart by `K`.
pub trait OpenOutput<T, K>: Send {
    fn opened(self) -> impl Future<Output = Result<T, BoxError>> + Send;
}

/// `Self`.
pub struct Plain;
/// `Result<Self, E>`.
pub struct Fallible;
/// A future of `Self`.
pub struct Later;
/// A future of `Result<Self, E>`.
pub struct LaterFallible;

impl<T: Send> OpenOutput<T, Plain> for T {
    async fn opened(self) -> Result<T, BoxError> {
        Ok(self)
    }
}

impl<T: Send, E: Into<BoxError> + Send> OpenOutput<T, Fallible> for Result<T, E> {
    async fn opened(self) -> Result<T, BoxError> {
        self.map_err(Into::into)
    }
}

impl<T: Send, F: Future<Output = T> + Send> OpenOutput<T, Later> for F {
    async fn opened(self) -> Result<T, BoxError> {
        Ok(self.await)
    }
}

impl<T: Send, E: Into<BoxError>, F: Future<Output = Result<T, E>> + Send> OpenOutput<T, LaterFallible> for F {
    async fn opened(self) -> Result<T, BoxError> {
        self.await.map_err(Into::into)
    }
}

macro_rules! open_fn {
    ($($parameter:ident),*) => {
        impl<T, K, F, O, $($parameter,)*> OpenFn<T, ($($parameter,)*), K> for F
        where
            F: FnOnce($($parameter),*) -> O + Clone + Send + Sync + 'static,
            O: OpenOutput<T, K> + 'static,
            $($parameter: Send + 'static,)*
        {
            #[allow(non_snake_case, reason = "a parameter is named like its type")]
            fn open(
                self,
                ($($parameter,)*): ($($parameter,)*),
            ) -> impl Future<Output = Result<T, BoxError>> + Send + 'static {
                async move { self($($parameter),*).opened().await }
            }
        }
    };
}

open_fn!();
open_fn!(A);
open_fn!(A, B);
open_fn!(A, B, C);
open_fn!(A, B, C, D);
open_fn!(A, B, C, D, E);
open_fn!(A, B, C, D, E, G);
open_fn!(A, B, C, D, E, G, H);
open_fn!(A, B, C, D, E, G, H, I);
open_fn!(A, B, C, D, E, G, H, I, J);
open_fn!(A, B, C, D, E, G, H, I, J, L);
open_fn!(A, B, C, D, E, G, H, I, J, L, M);
open_fn!(A, B, C, D, E, G, H, I, J, L, M, N);
