//! What a component's parameters may be, and where their values come from.

use std::sync::Arc;

use crate::run::scope::Scope;
use crate::words::component::TypeKey;
use crate::{Requests, Res, Resource, Shutdown, Tasks};

/// The component for which parameters are made: what [`Inject`] draws from.
#[derive(Clone, Debug)]
pub struct Context(pub(crate) Arc<Scope>);

/// A type that a task, a hook, `main` or a resource's `open` may take as a parameter.
///
/// Implemented for [`Res<T>`](Res) of a resource `T`, [`Shutdown`], [`Requests`] and [`Tasks`]. It is
/// sealed: what a component needs has to be known before anything opens.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a component",
    label = "not something that lifecycle can hand in",
    note = "a component takes `Res<T>` for a resource `T`, `Shutdown`, `Requests` or `Tasks`"
)]
pub trait Inject: Sized + Send {
    #[doc(hidden)]
    const IS_SHUTDOWN: bool = false;

    #[doc(hidden)]
    fn need() -> Option<TypeKey> {
        None
    }

    #[doc(hidden)]
    fn inject(context: &Context) -> Self;
}

impl<T: Resource> Inject for Res<T> {
    fn need() -> Option<TypeKey> {
        Some(TypeKey::of::<T>())
    }

    fn inject(context: &Context) -> Self {
        context.0.resource()
    }
}

impl Inject for Shutdown {
    const IS_SHUTDOWN: bool = true;

    fn inject(context: &Context) -> Self {
        context.0.shutdown()
    }
}

impl Inject for Requests {
    fn inject(context: &Context) -> Self {
        context.0.requests()
    }
}

impl Inject for Tasks {
    fn inject(context: &Context) -> Self {
        context.0.tasks()
    }
}
