//! What a component's parameters may be, and where their values come from.

use std::sync::Arc;

use crate::plan::wiring::Link;
use crate::run::groups::Groups;
use crate::run::handles::scope::Scope;
use crate::run::handles::shutdown::Shutdown;
use crate::run::handles::tasks::Tasks;
use crate::run::resource::res::{Res, Resource};
use crate::run::work::requests::Requests;
use crate::words::component::TypeKey;

/// The component for which parameters are made: what [`Inject`] draws from.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "hidden from users: an expansion hands it on and prints nothing")]
pub struct Context(pub(crate) Arc<Scope>);

/// A type that a task, a hook, `main` or a resource's `open` may take as a parameter.
///
/// Implemented for [`Res<T>`](Res) of a resource `T`, [`Shutdown`], [`Requests`] and [`Tasks`]. It is
/// sealed: what a component needs has to be known before anything opens.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be handed in; take `Res<T>` of a resource `T`, `Shutdown`, `Requests`, `Tasks` or `Groups`",
    label = "not something that lifecycle can hand in"
)]
pub trait Inject: Sized + Send {
    #[doc(hidden)]
    const IS_SHUTDOWN: bool = false;

    /// The resource that it asks for, as the compiler can follow it.
    #[doc(hidden)]
    const LINK: Link = Link::NONE;

    #[doc(hidden)]
    fn need() -> Option<TypeKey> {
        None
    }

    #[doc(hidden)]
    fn inject(context: &Context) -> Self;
}

impl<T: Resource> Inject for Res<T> {
    const LINK: Link = T::LINK;

    fn need() -> Option<TypeKey> {
        Some(TypeKey::of::<T>())
    }

    fn inject(context: &Context) -> Self {
        context.0.resource()
    }
}

#[diagnostic::do_not_recommend]
impl Inject for Shutdown {
    const IS_SHUTDOWN: bool = true;

    fn inject(context: &Context) -> Self {
        context.0.shutdown()
    }
}

#[diagnostic::do_not_recommend]
impl Inject for Requests {
    fn inject(context: &Context) -> Self {
        context.0.requests()
    }
}

#[diagnostic::do_not_recommend]
impl Inject for Groups {
    fn inject(context: &Context) -> Self {
        context.0.groups()
    }
}

#[diagnostic::do_not_recommend]
impl Inject for Tasks {
    fn inject(context: &Context) -> Self {
        context.0.tasks()
    }
}

/// A tuple of what can be handed in.
#[doc(hidden)]
pub trait Parameters: Send + 'static {
    /// Whether one of them is a [`Shutdown`].
    const TAKES_SHUTDOWN: bool;
    /// The resources that they ask for.
    fn needs() -> Vec<TypeKey>;
    /// The values, for this component.
    fn inject(context: &Context) -> Self;
}

/// `$each!(…)` with no parameter, with the first, and so on up to all of them.
macro_rules! each_arity {
    ($each:ident: $($parameter:ident)*;) => {
        $each!($($parameter),*);
    };
    ($each:ident: $($parameter:ident)*; $next:ident $($rest:ident)*) => {
        $each!($($parameter),*);
        each_arity!($each: $($parameter)* $next; $($rest)*);
    };
}
pub(crate) use each_arity;

macro_rules! parameters {
    ($($parameter:ident),*) => {
        impl<$($parameter: Inject + 'static,)*> Parameters for ($($parameter,)*) {
            const TAKES_SHUTDOWN: bool = false $(|| $parameter::IS_SHUTDOWN)*;

            fn needs() -> Vec<TypeKey> {
                Vec::<Option<TypeKey>>::from([$($parameter::need()),*]).into_iter().flatten().collect()
            }

            #[allow(unused_variables, clippy::unused_unit, reason = "without parameters there is nothing to inject")]
            fn inject(context: &Context) -> Self {
                ($($parameter::inject(context),)*)
            }
        }
    };
}

each_arity!(parameters: ; A B C D E F G H I J K L);
