//! The registration of a resource.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::callee::place;
use crate::consts::{given_bound, settings_tokens};
use crate::crate_path::{moved, private};
use crate::diag::Diag;
use crate::setting::Setting;
use crate::tokens::{code, respan, site};

use super::close::Close;
use super::open::Open;
use super::{Resource, alone, missing};

impl Resource {
    pub(super) fn expand(&self) -> TokenStream {
        let (import, private) = (self.args.krate.import(), private());
        let (ident, shared) = (&self.item.ident, &self.item.shared);
        let (name, claim) = (&self.name.text, self.name.claim());
        let place = place(ident);
        let (priority, tags) = (self.args.priority, &self.args.tags);
        let (settings, closure, open) = (self.settings(), self.closure(), self.open());
        let (closer, close) = self.close();
        let names = self.names();
        // The type has to be `Send + Sync + 'static`; if it is not, that is an error about its name.
        let ty = quote_spanned!(site(ident.span())=> #ident);
        let check = {
            let private = moved(&private, ident.span());
            quote_spanned!(site(ident.span())=> #private::check_resource(__LIFECYCLE_RESOURCE.link()))
        };
        code! {
            #(#shared)*
            #claim
            #(#shared)*
            const _: () = {
                #import
                #closure
                static __LIFECYCLE_OPENING: &#private::Opening<dyn #private::Open> = #open;
                static __LIFECYCLE_RESOURCE: #private::ResourceDescriptor = #private::ResourceDescriptor::new(
                    (#name, ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#ident))),
                    #place,
                    (#priority, &[#(#tags),*]),
                    #settings,
                    #private::TypeKey::of::<#ident>,
                    __LIFECYCLE_OPENING,
                    #closer,
                );
                #close
                #names
                #[automatically_derived]
                impl #private::Resource for #ty {
                    const LINK: #private::Link = __LIFECYCLE_RESOURCE.link();
                }
                #[automatically_derived]
                impl #private::Described for #ident {
                    fn descriptor() -> &'static #private::ResourceDescriptor {
                        &__LIFECYCLE_RESOURCE
                    }
                }
                #private::inventory::submit! { #private::Registration::Resource(&__LIFECYCLE_RESOURCE) }
                // Proves that it is in no cycle and closes before what it uses.
                #check
            };
        }
    }

    /// The type stays a resource, so that what asks for it is not at fault as well.
    pub(super) fn fallback(&self, diag: Diag) -> TokenStream {
        let faults = diag.into_tokens();
        if !self.item.generics.params.is_empty() {
            return faults;
        }
        let (import, private) = (self.args.krate.import(), private());
        let (ident, shared) = (&self.item.ident, &self.item.shared);
        code! {
            #(#shared)*
            const _: () = {
                #import
                #[automatically_derived]
                impl #private::Resource for #ident {}
                #[automatically_derived]
                impl #private::Described for #ident {
                    fn descriptor() -> &'static #private::ResourceDescriptor {
                        loop {}
                    }
                }
            };
            #faults
        }
    }

    fn settings(&self) -> TokenStream {
        let (private, args) = (private(), &self.args);
        let blocking = args.blocking;
        settings_tokens(
            code!(#private::ResourceSettings::DEFAULT),
            &[
                ("shared", self.is_shared().then(|| code!(true))),
                ("blocking", blocking.then(|| code!(true))),
                ("open_timeout", given_bound(args.open_timeout.as_ref())),
                ("close_timeout", given_bound(args.close_timeout.as_ref())),
            ],
        )
    }

    fn is_shared(&self) -> bool {
        self.args.shared.as_ref().is_some_and(|setting| setting.value)
    }

    /// The opener; the function's parameters are inferred from the function.
    fn open(&self) -> TokenStream {
        let (private, ident) = (private(), &self.item.ident);
        let Some(Setting { value: open, .. }) = &self.args.open else {
            let (private, ty) = (moved(&private, ident.span()), respan(quote!(#ident), ident.span()));
            return quote_spanned!(site(ident.span())=> &#private::open_default::<#ty>());
        };
        let private = moved(&private, open.span());
        if matches!(open, Open::Closure(..)) {
            return quote_spanned!(open.span()=> &#private::open_with::<#ident, _, _>(__lifecycle_opener()));
        }
        let function = open.function(ident);
        quote_spanned!(open.span()=> &#private::open_by::<#ident, _, _, _, _, _>(#function))
    }

    /// A closure's future comes from a function of its own, since within that one the compiler does not know yet what it
    /// holds.
    fn closure(&self) -> Option<TokenStream> {
        let open = self.args.open.as_ref().map(|setting| &setting.value);
        let open = open.filter(|open| matches!(open, Open::Closure(..)))?;
        let (ident, private) = (&self.item.ident, moved(&private(), open.span()));
        let function = open.function(ident);
        Some(quote_spanned! {open.span()=>
            const fn __lifecycle_opener() -> impl #private::Opens<#ident, Future = impl ::core::future::Future> {
                #private::opener::<#ident, _, _, _, _>(#function)
            }
        })
    }

    /// What says of a name in `open` and `close` that there is nothing of that name.
    fn names(&self) -> TokenStream {
        let ident = &self.item.ident;
        let open = match &self.args.open {
            Some(Setting { value: Open::Associated(name, _), .. }) => Some(missing::function(ident, name)),
            _ => None,
        };
        let close = match &self.args.close {
            Some(Setting { value: Close::Method(name, _), .. }) => Some(missing::method(ident, name)),
            _ => None,
        };
        code!(#open #close)
    }

    /// The closer, and the function that it refers to.
    fn close(&self) -> (TokenStream, TokenStream) {
        let private = private();
        let close = match &self.args.close {
            None => return (code!(#private::Closer::Drop), TokenStream::new()),
            Some(Setting { value: Close::Drop, .. }) => return (code!(#private::Closer::Drop), TokenStream::new()),
            Some(Setting { value, .. }) => value,
        };
        let (owner, is_shared) = (&self.item.ident, self.is_shared());
        let asked = match close {
            Close::Method(name, _) => alone::asked(owner, name, &self.args.krate),
            _ => None,
        };
        // Its type where it is closed.
        let (asked, ty) = asked.unwrap_or_else(|| (TokenStream::new(), quote!(#owner)));
        let (closer, value, this) = if is_shared { borrowed(&ty) } else { owned(&ty) };
        let (bind, call) = close.call(owner, &ty, is_shared);
        // A future that is not `Send`, a missing method and a wrong result are errors about the option. The future
        // comes from a function of its own, since within that one the compiler does not know yet what it holds.
        let there = moved(&private, close.span());
        let ty = respan(quote!(#owner), close.span());
        let functions = quote_spanned! {close.span()=>
            #asked
            fn __lifecycle_closing(value: #there::#value) -> impl #there::Closing {
                async move {

                    use #there::{ByFuture as _, ByValue as _};
                    #this
                    #bind
                    #there::verdict::<#ty, _>((&mut &mut #there::Call(#there::Option::Some(#call))).done().await)
                }
            }
            fn __lifecycle_close(value: #there::#value) -> #there::CloseFuture {
                #there::closing::<#ty, _, _>(__lifecycle_closing(value))
            }
        };
        (closer, functions)
    }
}

/// The closer, what it is given, and how the resource is made of that: by value, once it is not held elsewhere.
fn owned(ty: &TokenStream) -> (TokenStream, TokenStream, TokenStream) {
    let private = private();
    (code!(#private::Closer::Owned(__lifecycle_close)), code!(AnyBox), code!(let this = #private::owned::<#ty>(value);))
}

/// The same by reference, while others may hold it.
fn borrowed(ty: &TokenStream) -> (TokenStream, TokenStream, TokenStream) {
    let private = private();
    (
        code!(#private::Closer::Shared(__lifecycle_close)),
        code!(AnyArc),
        code!(let value = #private::shared::<#ty>(value); let this = &*value;),
    )
}
