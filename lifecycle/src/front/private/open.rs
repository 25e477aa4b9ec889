//! Opening a resource by an associated function of any shape, as an expansion spells it.
//!
//! The attribute stands on the type, so it does not see the function's parameters. They are inferred from
//! the function itself, as web frameworks do for their handlers.

use std::any::Any;
use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

use crate::plan::wiring::Link;
use crate::run::handles::code::Open;
use crate::run::handles::inject::{Context, each_arity};
use crate::run::resource::code::{AnyArc, AnyBox, OpenFuture};
use crate::words::component::TypeKey;
use crate::{BoxError, Resource};

use super::sends::OpenSends;
use super::takes::OpenTakes;

/// An opener, with the resources that it needs as the compiler can follow them.
pub struct Opening<O: ?Sized> {
    pub links: &'static [Link],
    pub open: O,
}

/// What was opened as a `T`, as itself; `Err` while it is held elsewhere.
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

    fn takes_shutdown(&self) -> bool {
        (**self).takes_shutdown()
    }

    fn open(&self, context: &Context) -> OpenFuture {
        (**self).open(context)
    }

    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc> {
        (**self).reclaim(value)
    }
}

/// What a resource without `open` has to be: `Default`.
#[diagnostic::on_unimplemented(
    message = "resource `{Self}`: nothing says how to open it; write `open = …`, or implement `Default` for it",
    label = "`{Self}` is not `Default`"
)]
pub trait UsualOpen {
    fn usual() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> UsualOpen for T {
    fn usual() -> Self {
        T::default()
    }
}

/// Opens a `T` by its `Default`.
pub struct DefaultOpener<T>(PhantomData<fn() -> T>);

/// The opener of a resource without `open`.
pub const fn open_default<T: Resource + UsualOpen>() -> Opening<impl Open> {
    Opening { links: &[], open: DefaultOpener::<T>(PhantomData) }
}

impl<T: Resource + UsualOpen> Open for DefaultOpener<T> {
    fn needs(&self) -> Vec<TypeKey> {
        Vec::new()
    }

    fn open(&self, _: &Context) -> OpenFuture {
        Box::pin(async { Ok(Arc::new(T::usual()) as AnyArc) })
    }

    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc> {
        open_owned::<T>(value)
    }
}

/// The types of an [`Opener`] that it has no values of.
type Shape<T, P, O, K> = PhantomData<fn(P, K) -> (T, O)>;

/// Opens a `T` by a function `F` with parameters `P` that gives `O`.
pub struct Opener<T, F, P, O, K> {
    function: F,
    shape: Shape<T, P, O, K>,
}

/// By a closure. What makes it no opener at all is said by [`OpenFn`] and [`OpenOutput`]; what is wrong with an opener is
/// said by its own bound each, so that the error names it.
pub const fn opener<T, F, P, O, K>(function: F) -> Opener<T, F, P, O, K>
where
    T: Resource,
    F: OpenFn<T, P, O>,
    O: OpenOutput<T, K> + 'static,
    O::Error: OpenError<T>,
    P: OpenParameters<T>,
    K: 'static,
{
    Opener { function, shape: PhantomData }
}

/// Whatever opens a `T`, with a future that may or may not be `Send`.
pub trait Opens<T>: Send + Sync + 'static {
    /// The resources that it asks for, as the compiler can follow them.
    const LINKS: &'static [Link];
    /// Whether it takes a `Shutdown`.
    const TAKES_SHUTDOWN: bool;
    type Future: Future + 'static;
    fn needs() -> Vec<TypeKey>;
    fn begin(&self, context: &Context) -> Self::Future;
    fn settle(output: <Self::Future as Future>::Output) -> Result<T, BoxError>;
}

impl<T, F, P, O, K> Opens<T> for Opener<T, F, P, O, K>
where
    T: Resource,
    F: OpenFn<T, P, O>,
    O: OpenOutput<T, K, Error: OpenError<T>> + 'static,
    P: OpenParameters<T>,
    K: 'static,
{
    const LINKS: &'static [Link] = P::LINKS;
    const TAKES_SHUTDOWN: bool = P::TAKES_SHUTDOWN;
    type Future = O::Future;

    fn needs() -> Vec<TypeKey> {
        P::needs()
    }

    fn begin(&self, context: &Context) -> O::Future {
        self.function.clone().open(P::inject(context)).future()
    }

    fn settle(output: <O::Future as Future>::Output) -> Result<T, BoxError> {
        O::settle(output).map_err(OpenError::into_box)
    }
}

/// An opener of a `T` that may go on in any thread.
pub struct Roaming<T, O> {
    opener: O,
    of: PhantomData<fn() -> T>,
}

impl<T, O> Roaming<T, O> {
    pub(crate) const fn new(opener: O) -> Self {
        Self { opener, of: PhantomData }
    }
}

/// Opens by a function.
pub type OpeningBy<T, F, P, O, K> = Opening<Roaming<T, Opener<T, F, P, O, K>>>;

/// The opener of a resource whose `open` is a function. It asks for all that [`opener`] and [`open_with`] ask for, in one
/// call, so that the compiler proves each thing once.
#[rustfmt::skip]
pub const fn open_by<T, F, P, O, K, S>(function: F) -> OpeningBy<T, F, P, O, K>
where
    T: Resource,
    F: OpenFn<T, P, O>,
    O: OpenOutput<T, K> + 'static,
    O::Error: OpenError<T>,
    P: OpenParameters<T>,
    K: 'static,
    O::Future: OpenSends<T, S>,
    O::Future: Send, // It may go on in another thread after an `.await`: drop what cannot before, or use `Arc` and mutexes.
{
    Opening { links: P::LINKS, open: Roaming::new(Opener { function, shape: PhantomData }) }
}

/// The opener of a resource whose `open` is a closure.
#[rustfmt::skip]
pub const fn open_with<T, O, S>(opener: O) -> Opening<impl Open>
where
    T: Resource,
    O: Opens<T>,
    O::Future: OpenSends<T, S>,
    O::Future: Send, // It may go on in another thread after an `.await`: drop what cannot before, or use `Arc` and mutexes.
{
    Opening { links: O::LINKS, open: Roaming::new(opener) }
}

impl<T: Resource, O: Opens<T, Future: Send>> Open for Roaming<T, O> {
    fn needs(&self) -> Vec<TypeKey> {
        O::needs()
    }

    fn takes_shutdown(&self) -> bool {
        O::TAKES_SHUTDOWN
    }

    fn open(&self, context: &Context) -> OpenFuture {
        let opening = self.opener.begin(context);
        Box::pin(async move {
            let value = O::settle(opening.await)?;
            Ok(Arc::new(value) as Arc<dyn Any + Send + Sync>)
        })
    }

    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc> {
        open_owned::<T>(value)
    }
}

/// What the `open` of a `T` takes: a tuple of what can be handed in.
pub trait OpenParameters<T>: 'static {
    /// The resources that they ask for, as the compiler can follow them.
    const LINKS: &'static [Link];
    /// Whether one of them is a `Shutdown`.
    const TAKES_SHUTDOWN: bool;
    /// The resources that they ask for.
    fn needs() -> Vec<TypeKey>;
    /// The values, for this resource.
    fn inject(context: &Context) -> Self;
}

/// A function with parameters `P` that is to open a `T`, and gives `O`. What the parameters may be is said by
/// [`OpenParameters`] and what it may give by [`OpenOutput`], so that a wrong one is named.
#[diagnostic::on_unimplemented(
    message = "resource `{T}`: `open` names no function that could be called; let it take twelve parameters at most",
    label = "no function of at most twelve parameters"
)]
pub trait OpenFn<T, P, O>: Clone + Send + Sync + 'static {
    fn open(self, parameters: P) -> O;
}

/// What an `open` may give, told apart by `K`.
#[diagnostic::on_unimplemented(
    message = "resource `{T}`: `open` does not make a `{T}`; let it give `{T}` or `Result<{T}, E>`, sync or async",
    label = "does not give a `{T}`"
)]
pub trait OpenOutput<T, K> {
    type Error;
    type Future: Future + 'static;
    fn future(self) -> Self::Future;
    fn settle(output: <Self::Future as Future>::Output) -> Result<T, Self::Error>;
}

/// What an `open` may fail with.
#[diagnostic::on_unimplemented(
    message = "resource `{T}`: `open` cannot fail with `{Self}`, which is not an error; implement `std::error::Error` for it",
    label = "fails with `{Self}`",
    note = "an error is `String`, `anyhow::Error`, `Box<dyn Error + Send + Sync>`, or any type that is `Error + Send + Sync + 'static`"
)]
pub trait OpenError<T> {
    fn into_box(self) -> BoxError;
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<BoxError>> OpenError<T> for E {
    fn into_box(self) -> BoxError {
        self.into()
    }
}

/// `Self`.
pub struct Plain;
/// `Result<Self, E>`.
pub struct Fallible;
/// A future of `Self`.
pub struct Later;
/// A future of `Result<Self, E>`.
pub struct LaterFallible;

impl<T: 'static> OpenOutput<T, Plain> for T {
    type Error = Infallible;
    type Future = Ready<T>;

    fn future(self) -> Ready<T> {
        ready(self)
    }

    fn settle(output: T) -> Result<T, Infallible> {
        Ok(output)
    }
}

impl<T: 'static, E: 'static> OpenOutput<T, Fallible> for Result<T, E> {
    type Error = E;
    type Future = Ready<Self>;

    fn future(self) -> Ready<Self> {
        ready(self)
    }

    fn settle(output: Self) -> Self {
        output
    }
}

impl<T, F: Future<Output = T> + 'static> OpenOutput<T, Later> for F {
    type Error = Infallible;
    type Future = F;

    fn future(self) -> F {
        self
    }

    fn settle(output: T) -> Result<T, Infallible> {
        Ok(output)
    }
}

impl<T, E, F: Future<Output = Result<T, E>> + 'static> OpenOutput<T, LaterFallible> for F {
    type Error = E;
    type Future = F;

    fn future(self) -> F {
        self
    }

    fn settle(output: Result<T, E>) -> Result<T, E> {
        output
    }
}

macro_rules! open_fn {
    ($($parameter:ident),*) => {
        impl<T, $($parameter: OpenTakes<T> + 'static,)*> OpenParameters<T> for ($($parameter,)*) {
            const LINKS: &'static [Link] = &[$($parameter::TAKES.need.link),*];
            const TAKES_SHUTDOWN: bool = false $(|| $parameter::TAKES.need.is_shutdown)*;

            fn needs() -> Vec<TypeKey> {
                Vec::<Option<TypeKey>>::from([$(($parameter::TAKES.need.key)()),*]).into_iter().flatten().collect()
            }

            #[allow(unused_variables, clippy::unused_unit, reason = "without parameters there is nothing to inject")]
            fn inject(context: &Context) -> Self {
                ($(($parameter::TAKES.inject)(context),)*)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T, F, O, $($parameter,)*> OpenFn<T, ($($parameter,)*), O> for F
        where
            F: FnOnce($($parameter),*) -> O + Clone + Send + Sync + 'static,
        {
            #[allow(non_snake_case, reason = "a parameter is named like its type")]
            fn open(self, ($($parameter,)*): ($($parameter,)*)) -> O {
                self($($parameter),*)
            }
        }
    };
}

each_arity!(open_fn: ; A B C D E G H I J L M N);
