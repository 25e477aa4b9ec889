//! Whether the method of `close = "…"` takes nothing but the resource.
//!
//! An attribute on a type does not see its methods, and a call of one with more parameters would be an error about a
//! call that is not in the source. So the method is looked for by its path, and asked what it takes. A method that
//! is the type's own is found in this way; for all others, which the call finds by `Deref` or by a trait, there is a
//! stand-in without parameters. It stands in a module of its own, where none of the user's traits could have a method of
//! the same name. Where there is no method at all, the compiler's last lines mention it: hence what it is called.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;

use crate::crate_path::CratePath;

/// What is asked, and the type of what is closed, which there is only if the answer is right. Without a path that means
/// the same in any module nothing is asked.
pub(super) fn asked(owner: &Ident, name: &Ident, krate: &CratePath) -> Option<(TokenStream, TokenStream)> {
    let (span, path) = (name.span(), krate.anywhere()?);
    let owner = {
        let mut owner = owner.clone();
        owner.set_span(span);
        owner
    };
    let asked = quote_spanned! {span=>
        mod __lifecycle_close {
            pub(super) struct Of;
            pub(super) trait Is {
                type It;
            }
            trait NoMethodOfThisName {
                fn #name() {}
            }
            impl<T> NoMethodOfThisName for T {}
            pub(super) const ASKED: bool =
                #path::takes_self_alone::<<Of as Is>::It, _, _>(&<<Of as Is>::It>::#name);
        }
        impl __lifecycle_close::Is for __lifecycle_close::Of {
            type It = #owner;
        }
    };
    let this = quote_spanned!(span=> <#owner as __lifecycle::Asked<{ __lifecycle_close::ASKED }>>::This);
    Some((asked, this))
}
