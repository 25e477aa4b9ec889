//! Closing a resource of any type by any method, as an expansion spells it.
//!
//! An expansion knows the type but not the method's signature. It writes the call in method form, which
//! finds methods by `self`, `&self` and `&mut self` and through `Deref`, and lets autoref choose between
//! a future and a plain value.

use std::fmt::Debug;
use std::future::{Future, IntoFuture, Ready, ready};
use std::sync::Arc;

use crate::run::resource::code::{AnyArc, AnyBox, CloseFuture};
use crate::sys::text::shown;

use super::sends::CloseSends;

/// How a resource is closed.
#[derive(Clone, Copy)]
pub enum Closer {
    /// It has no `close`: dropping it is all.
    Drop,
    /// By the value itself, once the handles are gone.
    Owned(fn(AnyBox) -> CloseFuture),
    /// Through a reference, while others may still hold handles.
    Shared(fn(AnyArc) -> CloseFuture),
}

/// What a `close` may give back.
#[diagnostic::on_unimplemented(
    message = "resource `{T}`: `close` gives `{Self}`; let it give `()`, `bool`, or `Result<_, E>` with `E: Debug`",
    label = "gives `{Self}`",
    note = "it may be a future of one of these; `false` means that it failed"
)]
pub trait Verdict<T: ?Sized> {
    fn verdict(self) -> Result<(), String>;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Verdict<T> for () {
    fn verdict(self) -> Result<(), String> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Verdict<T> for bool {
    fn verdict(self) -> Result<(), String> {
        if self { Ok(()) } else { Err("it returned false".to_owned()) }
    }
}

impl<T: ?Sized, V, E: CloseError<T>> Verdict<T> for Result<V, E> {
    fn verdict(self) -> Result<(), String> {
        match self {
            Ok(_) => Ok(()),
            Err(error) => Err(error.text()),
        }
    }
}

/// What a `close` may fail with.
#[diagnostic::on_unimplemented(
    message = "resource `{T}`: `close` fails with `{Self}`, which cannot be shown; put `#[derive(Debug)]` on it",
    label = "`{Self}` is not `Debug`"
)]
pub trait CloseError<T: ?Sized> {
    fn text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, E: Debug> CloseError<T> for E {
    fn text(&self) -> String {
        shown(&format_args!("{self:?}"))
    }
}

/// Turns what a close gave into success or a message.
pub fn verdict<T: ?Sized, V: Verdict<T>>(value: V) -> Result<(), String> {
    value.verdict()
}

/// What a close method gave, before it is known whether that is a future.
pub struct Call<T>(pub Option<T>);

/// Found first: the method gave a future, or something that turns into one.
pub trait ByFuture {
    type Done: Future;
    fn done(&mut self) -> Self::Done;
}

/// Found one autoref further: the method gave a plain value.
pub trait ByValue {
    type Done: Future;
    fn done(&mut self) -> Self::Done;
}

impl<F: IntoFuture> ByFuture for &mut Call<F> {
    type Done = F::IntoFuture;
    fn done(&mut self) -> F::IntoFuture {
        self.0.take().expect("an expansion asks once").into_future()
    }
}

impl<T> ByValue for Call<T> {
    type Done = Ready<T>;
    fn done(&mut self) -> Ready<T> {
        ready(self.0.take().expect("an expansion asks once"))
    }
}

/// A call that needs no more of a `T` than a reference, as a closure over a `T`.
#[diagnostic::on_unimplemented(
    message = "resource `{T}`: others hold it while it closes, so `close` cannot have `self` or `&mut self`; take `&self`, or leave `shared` out",
    label = "needs more than `&self`"
)]
pub trait ByReference<T> {}

#[diagnostic::do_not_recommend]
impl<T, F: Fn() -> R, R> ByReference<T> for F {}

/// Checks the call that is made while others hold the resource.
pub fn by_reference<T, F: ByReference<T>>(_: F) {}

/// A close under way, as an expansion makes it.
pub trait Closing: Future<Output = Result<(), String>> + 'static {}

impl<F: Future<Output = Result<(), String>> + 'static> Closing for F {}

/// A close of a `T` under way.
#[rustfmt::skip]
pub fn closing<T: ?Sized, F, S>(future: F) -> CloseFuture
where
    F: Closing,
    F: CloseSends<T, S>,
    F: Send, // It may go on in another thread after an `.await`: drop what cannot before, or use `Arc` and mutexes.
{
    Box::pin(future)
}

/// The value as its own type, which the expansion knows.
pub fn owned<T: 'static>(value: AnyBox) -> T {
    *value.downcast().expect("a resource closes as the type that it opened as")
}

/// The same for a value that others may hold.
pub fn shared<T: Send + Sync + 'static>(value: AnyArc) -> Arc<T> {
    value.downcast().expect("a resource closes as the type that it opened as")
}
