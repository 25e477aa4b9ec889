//! What an attribute asks of a component's parameters and of its result.
//!
//! It is what [`Inject`] and [`TaskOutput`] ask, once for each sort of component: only a trait's own parameters can
//! be named in the compiler's message about it, and the message is to say whose fault it is. `C` is a type that
//! is called what the component is called.

use crate::plan::wiring::Link;
use crate::run::handles::inject::{Context, Inject};
use crate::run::resource::res::{Res, Resource};
use crate::run::task::output::TaskOutput;
use crate::words::component::TypeKey;
use crate::{BoxError, Groups, Requests, Shutdown, Tasks};

/// What a parameter needs, whatever its type.
#[derive(Clone, Copy)]
pub struct Need {
    /// The resource that it asks for.
    pub key: fn() -> Option<TypeKey>,
    /// The same, as the compiler can follow it.
    pub link: Link,
    pub is_shutdown: bool,
}

/// A parameter of type `A`: what it needs, and where its value comes from.
pub struct Takes<A> {
    pub need: Need,
    pub inject: fn(&Context) -> A,
}

/// `A`, in more tokens than `_` has.
pub type Inferred<A> = A;

impl<A: Inject> Takes<A> {
    const INJECTED: Self =
        Self { need: Need { key: A::need, link: A::LINK, is_shutdown: A::IS_SHUTDOWN }, inject: A::inject };
}

/// The parameters of one sort of component: `$takes` is what they are, `$uses` what a resource among them is.
macro_rules! takes {
    ($takes:ident: $takes_message:literal, $uses:ident: $uses_message:literal) => {
        #[diagnostic::on_unimplemented(message = $takes_message, label = "not something that lifecycle can hand in")]
        pub trait $takes<C: ?Sized>: Sized {
            const TAKES: Takes<Self>;
        }

        #[diagnostic::on_unimplemented(
            message = $uses_message,
            label = "`{Self}` is not a resource",
            note = "without attributes: write `impl lifecycle::Resource for {Self} {{}}`, and give a `ResourceSpec` to the builder"
        )]
        pub trait $uses<C: ?Sized>: Resource {}

        #[diagnostic::do_not_recommend]
        impl<C: ?Sized, T: Resource> $uses<C> for T {}
    };
}

takes!(
    TaskTakes: "task `{C}`: a `{Self}` cannot be handed in; take `Res<T>` of a resource `T`, `Shutdown`, `Requests`, `Tasks` or `Groups`",
    TaskUses: "task `{C}`: `{Self}` is not a resource; put `#[lifecycle::resource]` on it"
);
takes!(
    HookTakes: "hook `{C}`: a `{Self}` cannot be handed in; take `Res<T>` of a resource `T`, `Shutdown`, `Requests`, `Tasks` or `Groups`",
    HookUses: "hook `{C}`: `{Self}` is not a resource; put `#[lifecycle::resource]` on it"
);
takes!(
    MainTakes: "main: a `{Self}` cannot be handed in; take `Res<T>` of a resource `T`, `Shutdown`, `Requests`, `Tasks` or `Groups`",
    MainUses: "main: `{Self}` is not a resource; put `#[lifecycle::resource]` on it"
);
takes!(
    OpenTakes: "resource `{C}`: `open` cannot take a `{Self}`; take `Res<T>` of a resource `T`, `Shutdown`, `Requests`, `Tasks` or `Groups`",
    OpenUses: "resource `{C}`: `open` takes `Res<{Self}>`, and `{Self}` is not a resource; put `#[lifecycle::resource]` on it"
);

/// The parameters of what a monitor calls.
#[diagnostic::on_unimplemented(
    message = "task `{C}`: `on_failure` and `on_recovery` cannot take a `{Self}`; take `Res<T>` of a resource `T`, `Shutdown`, `Requests`, `Tasks` or `Groups`",
    label = "takes a `{Self}`"
)]
pub trait ActionTakes<C: ?Sized>: Sized {
    const TAKES: Takes<Self>;
}

// These are written out, because the compiler shows them where something is asked for that cannot be handed in.
impl<C: ?Sized, T: TaskUses<C>> TaskTakes<C> for Res<T> {
    const TAKES: Takes<Self> = Takes::INJECTED;
}

impl<C: ?Sized, T: HookUses<C>> HookTakes<C> for Res<T> {
    const TAKES: Takes<Self> = Takes::INJECTED;
}

impl<C: ?Sized, T: MainUses<C>> MainTakes<C> for Res<T> {
    const TAKES: Takes<Self> = Takes::INJECTED;
}

impl<C: ?Sized, T: OpenUses<C>> OpenTakes<C> for Res<T> {
    const TAKES: Takes<Self> = Takes::INJECTED;
}

impl<C: ?Sized, T: TaskUses<C>> ActionTakes<C> for Res<T> {
    const TAKES: Takes<Self> = Takes::INJECTED;
}

/// What can be handed in beside resources, to each sort of component.
macro_rules! plain {
    ($($plain:ty),*) => {
        $(plain!(@each $plain: TaskTakes, HookTakes, MainTakes, OpenTakes, ActionTakes);)*
    };
    (@each $plain:ty: $($takes:ident),*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<C: ?Sized> $takes<C> for $plain {
                const TAKES: Takes<Self> = Takes::INJECTED;
            }
        )*
    };
}

plain!(Shutdown, Requests, Tasks, Groups);

/// The type whose methods are tasks and hooks.
#[diagnostic::on_unimplemented(
    message = "component `{Self}`: it is not a resource, so its methods cannot be called; put `#[lifecycle::resource]` on it",
    label = "`{Self}` is not a resource"
)]
pub trait Owner: Sized + 'static {
    const TAKES: Takes<Res<Self>>;
}

#[diagnostic::do_not_recommend]
impl<T: Resource> Owner for T {
    const TAKES: Takes<Res<T>> = Takes::INJECTED;
}

/// What the body of one sort of component may give.
macro_rules! gives {
    ($gives:ident: $message:literal) => {
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "write `()`, or `Result<(), E>`",
            note = "an error is `String`, `anyhow::Error`, `Box<dyn Error + Send + Sync>`, or any type that is `Error + Send + Sync + 'static`"
        )]
        pub trait $gives<C: ?Sized> {
            fn settle(self) -> Result<(), BoxError>;
        }

        #[diagnostic::do_not_recommend]
        impl<C: ?Sized, O: TaskOutput> $gives<C> for O {
            fn settle(self) -> Result<(), BoxError> {
                TaskOutput::settle(self)
            }
        }
    };
}

gives!(TaskGives: "task `{C}`: its body gives `()` or `Result<(), E>` with an error `E`, not `{Self}`");
gives!(ActionGives: "task `{C}`: what `on_failure` and `on_recovery` call gives `()` or `Result<(), E>` with an error `E`, not `{Self}`");
gives!(HookGives: "hook `{C}`: its body gives `()` or `Result<(), E>` with an error `E`, not `{Self}`");
gives!(MainGives: "main: its body gives `()` or `Result<(), E>` with an error `E`, not `{Self}`");
gives!(TestGives: "test `{C}`: its body gives `()` or `Result<(), E>` with an error `E`, not `{Self}`");
