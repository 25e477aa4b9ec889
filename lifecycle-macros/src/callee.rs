//! How an annotated function is called: the code from a `Context` to a boxed run of the body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned;

use crate::attrs::{conditions, shared};
use crate::awaits::{Role, marked};
use crate::crate_path::{CratePath, moved, private};
use crate::func::Func;
use crate::signature::Place;
use crate::tokens::{code, replace_self, site};

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

/// The function behind a task, a hook or `main`, and where its parameters come from.
pub(crate) struct Callee {
    krate: CratePath,
    ident: Ident,
    owner: Option<TokenStream>,
    params: Vec<Param>,
    output: Span,
    is_async: bool,
    shared: Vec<Attribute>,
}

struct Param {
    conditions: Vec<Attribute>,
    ty: TokenStream,
    span: Span,
    local: Ident,
}

impl Callee {
    pub(crate) fn new(func: &Func, host: &Host<'_>, krate: &CratePath) -> Self {
        let owner = host.owner;
        let params = func.params().enumerate().map(|(at, param)| {
            let (ty, span) = (param.ty.to_token_stream(), param.ty.span());
            Param {
                conditions: conditions(&param.attrs),
                ty: owner.map_or_else(|| ty.clone(), |owner| replace_self(ty.clone(), owner)),
                span: site(span),
                local: format_ident!("a{at}", span = site(span)),
            }
        });
        Self {
            krate: krate.clone(),
            ident: func.sig.ident.clone(),
            owner: owner.cloned(),
            params: params.collect(),
            output: site(func.output_span()),
            is_async: func.sig.asyncness.is_some(),
            shared: host.shared.iter().cloned().chain(shared(&func.attrs)).collect(),
        }
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

    /// The functions that say which resources are needed.
    pub(crate) fn needs(&self) -> TokenStream {
        let private = private();
        let owner = self.owner().map(|(owner, span)| quote_spanned!(span=> <#owner as #private::Owner>::need,));
        let params = self.params.iter().map(
            |Param {
                 conditions,
                 ty,
                 span,
                 ..
             }| {
                quote_spanned!(*span=> #(#conditions)* <#ty as #private::Inject>::need,)
            },
        );
        code!(&[#owner #(#params)*])
    }

    /// Whether the body takes a `Shutdown`, by its type and not by its name.
    pub(crate) fn takes_shutdown(&self) -> TokenStream {
        let private = private();
        let params = self.params.iter().map(
            |Param {
                 conditions,
                 ty,
                 span,
                 ..
             }| {
                quote_spanned!(*span=> #(#conditions)* <#ty as #private::Inject>::IS_SHUTDOWN,)
            },
        );
        code!(#private::takes_shutdown(&[#(#params)*]))
    }

    /// The function `__lifecycle_run`, which starts one run of the body.
    pub(crate) fn run(&self) -> TokenStream {
        let private = private();
        let injected = self.injected();
        let context = if injected.is_empty() { code!(_) } else { code!(context) };
        let call = self.call();
        // A future that is not `Send` is an error about the function; a wrong output one about its type.
        let name = site(self.ident.span());
        let awaited = if self.is_async { quote_spanned!(name=> .await) } else { TokenStream::new() };
        let (at_output, at_name) = (moved(&private, self.output), moved(&private, name));
        let settled = quote_spanned!(self.output=> #at_output::settle(output));
        let pinned = quote_spanned!(name=> #at_name::Box::pin(async move {
            let output = #call #awaited;
            #settled
        }));
        code! {
            fn __lifecycle_run(#context: &#private::Context) -> #private::Run {
                #injected
                #pinned
            }
        }
    }

    fn injected(&self) -> TokenStream {
        let private = private();
        let owner = self.owner().map(|(owner, span)| {
            let this = Ident::new("this", Span::mixed_site());
            quote_spanned!(span=> let #this = <#owner as #private::Owner>::inject(context);)
        });
        let params = self.params.iter().map(|Param { conditions, ty, span, local }| {
            quote_spanned!(*span=> #(#conditions)* let #local = <#ty as #private::Inject>::inject(context);)
        });
        code!(#owner #(#params)*)
    }

    /// The type of the impl block, and where errors about it belong.
    fn owner(&self) -> Option<(&TokenStream, Span)> {
        let owner = self.owner.as_ref()?;
        Some((owner, site(owner.span())))
    }

    fn call(&self) -> TokenStream {
        let (ident, span) = (&self.ident, site(self.ident.span()));
        let arguments = self.params.iter().map(|Param { conditions, local, .. }| code!(#(#conditions)* #local,));
        match &self.owner {
            Some(owner) => quote_spanned!(span=> <#owner>::#ident(&this, #(#arguments)*)),
            None => quote_spanned!(span=> #ident(#(#arguments)*)),
        }
    }
}

/// Where `ident` stands, and in which module, as a const expression.
pub(crate) fn place(ident: &Ident) -> TokenStream {
    let private = private();
    let values =
        quote_spanned!(ident.span()=> ::core::file!(), ::core::line!(), ::core::column!(), ::core::module_path!());
    code!(#private::Origin::new(#values))
}
