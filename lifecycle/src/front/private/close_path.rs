//! `close = path::to::function`: how the value is handed over, by what the function takes.
//!
//! An expansion knows the function's path but not its signature. It asks a probe for the kind of the
//! parameter; autoref finds the first of the traits below that fits. The answer is a type, whose `call`
//! then hands the value over with a lifetime of its own.

use std::marker::PhantomData;

/// A function `F` that is to close a `T`.
pub struct ClosePath<T, F>(PhantomData<fn(T, F)>);

impl<T, F> ClosePath<T, F> {
    pub fn new(_: F) -> Self {
        Self(PhantomData)
    }
}

/// The function takes `T`.
pub struct TakesValue;
/// The function takes `&T`.
pub struct TakesRef;
/// The function takes `&mut T`.
pub struct TakesMut;
/// The function takes something else.
pub struct TakesOther;

/// Found first.
pub trait PathByValue {
    fn kind(&self) -> TakesValue {
        TakesValue
    }
}

/// Found second.
pub trait PathByRef {
    fn kind(&self) -> TakesRef {
        TakesRef
    }
}

/// Found third.
pub trait PathByMut {
    fn kind(&self) -> TakesMut {
        TakesMut
    }
}

/// Found last, so that the error can say what would have fitted.
pub trait PathUnknown {
    fn kind(&self) -> TakesOther {
        TakesOther
    }
}

impl<T, F: FnOnce(T) -> R, R> PathByValue for &&&ClosePath<T, F> {}
impl<T: 'static, F: FnOnce(&'static T) -> R, R> PathByRef for &&ClosePath<T, F> {}
impl<T: 'static, F: FnOnce(&'static mut T) -> R, R> PathByMut for &ClosePath<T, F> {}
impl<T, F> PathUnknown for ClosePath<T, F> {}

const ONCE: &str = "an expansion closes once";

impl TakesValue {
    pub fn call<T, R>(self, value: &mut Option<T>, function: impl FnOnce(T) -> R) -> R {
        function(value.take().expect(ONCE))
    }
}

impl TakesRef {
    pub fn call<'a, T, R>(self, value: &'a mut Option<T>, function: impl FnOnce(&'a T) -> R) -> R {
        function(value.as_ref().expect(ONCE))
    }

    pub fn call_shared<'a, T, R>(self, value: &'a T, function: impl FnOnce(&'a T) -> R) -> R {
        function(value)
    }
}

impl TakesMut {
    pub fn call<'a, T, R>(self, value: &'a mut Option<T>, function: impl FnOnce(&'a mut T) -> R) -> R {
        function(value.as_mut().expect(ONCE))
    }
}

impl TakesOther {
    pub fn call<T, F: CloseFn<T>>(self, _: &mut Option<T>, _: F) {}

    pub fn call_shared<T, F: CloseSharedFn<T>>(self, _: &T, _: F) {}
}

/// Implemented for nothing: it carries the message.
#[diagnostic::on_unimplemented(
    message = "resource `{T}`: `close` cannot hand a `{T}` to this function; it has to take `{T}`, `&{T}` or `&mut {T}`",
    label = "does not take a `{T}`",
    note = "where it takes more than that, write a closure: `close = |it| function(it, …)`"
)]
pub trait CloseFn<T> {}

/// The same for a resource that others still hold.
#[diagnostic::on_unimplemented(
    message = "resource `{T}`: others hold it while it closes, so `close` has only a reference to give; take `&{T}`, or leave `shared` out",
    label = "does not take a `&{T}`"
)]
pub trait CloseSharedFn<T> {}
