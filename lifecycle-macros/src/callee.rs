//! How an annotated function is called: the code from a `Context` to a boxed run of the body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned;

use crate::attrs::{conditions, shared};
use crate::awaits::{Role, marked};
use crate::crate_path::{CratePath, moved, private};
use crate::func::Func;
use crate::signature::Place;
use crate::tokens::{Ends, code, site};

/// Where an annotated function stands, and what that settles for it.
pub(crate) struct Host<'a> {
    pub(crate) place: Place,
    /// The type of the impl block.
    pub(crate) owner: Option<&'a TokenStream>,
    /// The runtime crate, unless the function's own attribute names another.
    pub(crate) krate: CratePath,
    /// What the impl block's registrations share with it.
    pub(crate) shared: &'a [Attribute],
    /// The functions of the impl block, for options that name one.
    pub(crate) siblings: &'a [Func],
    /// The attribute, for faults that have no token of their own.
    pub(crate) attribute: Span,
}

impl Host<'_> {
    /// The same place, for the function that this attribute stands on.
    pub(crate) fn by(&self, attribute: &Attribute) -> Self {
        Self { krate: self.krate.clone(), attribute: attribute.path().span(), ..*self }
    }
}

impl Default for Host<'_> {
    /// Outside of any impl block.
    fn default() -> Self {
        Self {
            place: Place::Free,
            owner: None,
            krate: CratePath::default(),
            shared: &[],
            siblings: &[],
            attribute: Span::call_site(),
        }
    }
}

/// What registers a function, and what becomes of the function itself.
pub(crate) struct Registered {
    pub(crate) tokens: TokenStream,
    /// The runtime crate, if the `.await`s of its body are to be marked.
    pub(crate) marks: Option<CratePath>,
}

impl Registered {
    /// The function with its marks.
    pub(crate) fn marked(&self, item: TokenStream) -> TokenStream {
        match &self.marks {
            Some(krate) => marked(item, Role::Component, krate),
            None => item,
        }
    }
}

/// What the function is: the compiler's messages about its types begin with the word.
#[derive(Clone, Copy)]
pub(crate) enum Sort {
    Task,
    Hook,
    Main,
    /// What a monitor calls.
    Action,
}

impl Sort {
    /// The traits that its parameters, its result and its future have to have, which carry the messages.
    fn traits(self) -> Traits {
        match self {
            Sort::Task => Traits { takes: "TaskTakes", gives: "TaskGives", sends: "TaskSends" },
            Sort::Hook => Traits { takes: "HookTakes", gives: "HookGives", sends: "HookSends" },
            Sort::Main => Traits { takes: "MainTakes", gives: "MainGives", sends: "MainSends" },
            Sort::Action => Traits { takes: "ActionTakes", gives: "ActionGives", sends: "ActionSends" },
        }
    }
}

struct Traits {
    takes: &'static str,
    gives: &'static str,
    sends: &'static str,
}

/// How the name of a component becomes that of a type, since a message of the compiler's can name types only.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Naming {
    /// A type stands beside the function. What the compiler has proved for one component it remembers for all then. Where
    /// something else in the program has the name it is shown with its path; and paths of the user's that begin with it
    /// would lead to it.
    Type,
    /// It is a type parameter of the function: shown as it is, whatever else has the name, and it hides nothing of the user's.
    Parameter,
}

/// The function behind a task, a hook or `main`, and where its parameters come from.
pub(crate) struct Callee {
    sort: Sort,
    /// The name of the component, which is not this function's when it is an action.
    component: Ident,
    krate: CratePath,
    ident: Ident,
    owner: Option<TokenStream>,
    params: Vec<Param>,
    output: Ends,
    is_async: bool,
    /// Its future stays on one thread, and need not be `Send`.
    is_local: bool,
    shared: Vec<Attribute>,
}

/// A parameter. Its type is inferred from the function: named once more, it could be wrong once more.
struct Param {
    conditions: Vec<Attribute>,
    ty: Ends,
    local: Ident,
}

impl Callee {
    pub(crate) fn new(sort: Sort, func: &Func, host: &Host<'_>, krate: &CratePath) -> Self {
        let params = func.params().enumerate().map(|(at, param)| {
            let ty = Ends::of(&param.ty);
            Param { conditions: conditions(&param.attrs), ty, local: format_ident!("a{at}", span = ty.first) }
        });
        Self {
            sort,
            component: func.sig.ident.clone(),
            krate: krate.clone(),
            ident: func.sig.ident.clone(),
            owner: host.owner.cloned(),
            params: params.collect(),
            output: func.output_ends(),
            is_async: func.sig.asyncness.is_some(),
            is_local: false,
            shared: host.shared.iter().cloned().chain(shared(&func.attrs)).collect(),
        }
    }

    /// The same for one whose future stays on one thread.
    pub(crate) fn local(self, is_local: bool) -> Self {
        Self { is_local, ..self }
    }

    /// The same for a function that the component of this name calls.
    pub(crate) fn action(component: &Ident, func: &Func, host: &Host<'_>, krate: &CratePath) -> Self {
        Self { component: component.clone(), ..Self::new(Sort::Action, func, host, krate) }
    }

    /// The attributes that the registration shares with the function.
    pub(crate) fn shared(&self) -> &[Attribute] {
        &self.shared
    }

    /// Brings the runtime crate into the scope of the registration.
    pub(crate) fn import(&self) -> TokenStream {
        self.krate.import()
    }

    /// Where the function stands. The tokens are taken for the user's own: only then do `line!()` and
    /// `column!()` speak of the function and not of the attribute.
    pub(crate) fn place(&self) -> TokenStream {
        place(&self.ident)
    }

    /// The function with its parameters, as items and a constant that refers to them. Beside a [`Naming::Type`] there are
    /// no paths of the user's.
    pub(crate) fn code(&self, naming: Naming) -> (TokenStream, TokenStream) {
        let name = site(self.ident.span());
        let (private, marker) = (private(), marker(&self.component));
        let (ty, generics, function) = match self.naming(naming) {
            Naming::Type => (
                code!(#[allow(non_camel_case_types)] enum #marker {}),
                TokenStream::new(),
                code!(#private::Code(__lifecycle_function)),
            ),
            Naming::Parameter => (
                TokenStream::new(),
                code!(<#marker: ?::core::marker::Sized>),
                code!(#private::Code(__lifecycle_function::<()>)),
            ),
        };
        let private = moved(&private, name);
        let owner = self.owner.as_ref().map(|owner| code!(type __LifecycleOwner = #owner;));
        let component = self.component();
        // All at one place: what the compiler says twice of one place it shows once.
        let item = quote_spanned! {name=>
            #[allow(non_camel_case_types)]
            fn __lifecycle_function #generics(ask: #private::Ask<'_>) -> #private::Answer {
                #component
            }
        };
        // First, so that it is told first.
        let sends = self.method_sends();
        (code!(#owner #sends #ty #item), function)
    }

    /// The type of an impl block and the path of the crate are paths of the user's, too.
    fn naming(&self, wanted: Naming) -> Naming {
        if self.owner.is_some() || self.krate.anywhere().is_none() { Naming::Parameter } else { wanted }
    }

    /// A future that is not `Send` is an error about the function, what cannot be handed in one about the parameter,
    /// and a wrong result one about its type.
    fn component(&self) -> TokenStream {
        let name = site(self.ident.span());
        let (function, takes) = (self.closure(), self.takes());
        let settle = of_trait(self.output, self.sort.traits().gives, &self.component, "settle");
        let sends = self.sends();
        let answer = Ident::new(if self.is_local { "answer_here" } else { "answer" }, name);
        quote_spanned!(name=> #sends.begin(ask, #function, #takes).#answer(#settle))
    }

    /// Whether the future is `Send`, asked in the component's name: that of a free function where it is handed over, that
    /// of a method here, since of a future that is made where it is handed over the compiler would not know yet what it
    /// holds. It is never called.
    fn method_sends(&self) -> Option<TokenStream> {
        let (owner, _) = self.owner().filter(|_| self.is_async && !self.is_local)?;
        let (ident, span) = (self.called(), site(self.ident.span()));
        let (private, marker) = (moved(&private(), span), marker(&self.component));
        let (locals, parameters) = (self.locals(), self.locals());
        let sends = self.asked();
        Some(quote_spanned! {span=>
            #[allow(non_camel_case_types, dead_code)]
            fn __lifecycle_sends<#marker: ?::core::marker::Sized>() {
                let _ = |this: &#owner, #parameters| #private::sends(&<#owner>::#ident(this, #locals), #sends);
            }
        })
    }

    fn sends(&self) -> TokenStream {
        if self.is_async && !self.is_local && self.owner.is_none() {
            return self.asked();
        }
        let span = site(self.ident.span());
        let private = moved(&private(), span);
        quote_spanned!(span=> #private::Sends::ELSEWHERE)
    }

    fn asked(&self) -> TokenStream {
        let span = site(self.ident.span());
        let (private, marker) = (moved(&private(), span), marker(&self.component));
        let sends = Ident::new(self.sort.traits().sends, span);
        quote_spanned!(span=> <_ as #private::#sends<#marker, _>>::SENDS)
    }

    /// The function's name, but not as the user's own token: the compiler would then see two places in one, and
    /// tell of both.
    fn called(&self) -> Ident {
        let mut ident = self.ident.clone();
        ident.set_span(site(self.ident.span()));
        ident
    }

    /// A name for each parameter.
    fn locals(&self) -> TokenStream {
        let locals = self.params.iter().map(|Param { conditions, local, .. }| code!(#(#conditions)* #local,));
        code!(#(#locals)*)
    }

    /// A free async function is handed over as it is. A method is called on a handle, which its future has to keep, and a
    /// function that blocks only when the future is polled.
    fn closure(&self) -> TokenStream {
        let (ident, span) = (self.called(), site(self.ident.span()));
        let owner = self.owner();
        if owner.is_none() && self.is_async {
            return quote_spanned!(span=> #ident);
        }
        let (locals, parameters) = (self.locals(), self.locals());
        let (this, call) = match owner {
            None => (TokenStream::new(), quote_spanned!(span=> #ident(#locals))),
            Some((owner, at_owner)) => {
                let private = moved(&private(), at_owner);
                let this = quote_spanned!(at_owner=> this: #private::Res<#owner>,);
                (this, quote_spanned!(span=> <#owner>::#ident(&this, #locals)))
            }
        };
        let awaited = self.is_async.then(|| quote_spanned!(span=> .await));
        quote_spanned!(span=> |#this #parameters| async move { #call #awaited })
    }

    /// What the parameters are, each where it stands.
    fn takes(&self) -> TokenStream {
        let owner = self.owner().map(|(owner, span)| {
            let private = moved(&private(), span);
            quote_spanned!(span=> <#owner as #private::Owner>::TAKES,)
        });
        let takes = self.sort.traits().takes;
        let params = self.params.iter().map(|Param { conditions, ty, .. }| {
            let parameter = of_trait(*ty, takes, &self.component, "TAKES");
            code!(#(#conditions)* #parameter,)
        });
        code!((#owner #(#params)*))
    }

    /// The type of the impl block, and where errors about it belong.
    fn owner(&self) -> Option<(TokenStream, Span)> {
        let span = site(self.owner.as_ref()?.span());
        Some((quote_spanned!(span=> __LifecycleOwner), span))
    }
}

/// What the trait has for a type that is to be inferred, in the name of this component. Where it is not implemented,
/// that is an error about the tokens between these ends: the compiler underlines how the type is spelt, which
/// takes two tokens to span them.
pub(crate) fn of_trait(at: Ends, of: &str, component: &Ident, what: &str) -> TokenStream {
    let (private, component) = (moved(&private(), at.first), marker(component));
    let (of, what) = (Ident::new(of, at.first), Ident::new(what, at.first));
    let end = quote_spanned!(at.last=> >);
    quote_spanned!(at.first=> <#private::Inferred<_ #end as #private::#of<#component>>::#what)
}

/// The name of the component as that of a type.
pub(crate) fn marker(ident: &Ident) -> Ident {
    let mut marker = ident.clone();
    marker.set_span(Span::mixed_site());
    marker
}

/// Where `ident` stands, and in which module, as a const expression.
pub(crate) fn place(ident: &Ident) -> TokenStream {
    let private = private();
    let values =
        quote_spanned!(ident.span()=> ::core::file!(), ::core::line!(), ::core::column!(), ::core::module_path!());
    code!(#private::Origin::new(#values))
}
