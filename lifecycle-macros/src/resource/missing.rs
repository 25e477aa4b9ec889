//! What the compiler says of a method that is not there.
//!
//! An attribute on a type does not see its methods. So it declares one of the name itself, under a bound that nothing
//! meets: wherever there is another, by whatever way the compiler finds it, that is the one, and where there is
//! none, the compiler says why ours is none either. The bound carries the message.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;

use crate::crate_path::{moved, private};

/// For `close = "…"`.
pub(super) fn method(owner: &Ident, name: &Ident) -> TokenStream {
    let parameter = quote_spanned!(name.span()=> &self);
    declare("MethodNamedInClose", owner, name, &parameter)
}

/// For `open = "…"`.
pub(super) fn function(owner: &Ident, name: &Ident) -> TokenStream {
    declare("FunctionNamedInOpen", owner, name, &TokenStream::new())
}

/// The lifetime makes a bound that the compiler does not try before the method is asked for.
fn declare(bound: &str, owner: &Ident, name: &Ident, parameter: &TokenStream) -> TokenStream {
    let span = name.span();
    let (private, bound) = (moved(&private(), span), Ident::new(bound, span));
    let mut owner = owner.clone();
    owner.set_span(span);
    quote_spanned! {span=>
        #[automatically_derived]
        #[allow(dead_code)]
        impl #owner
        where
            for<'a> #owner: #private::#bound<'a>,
        {
            fn #name(#parameter) {}
        }
    }
}
