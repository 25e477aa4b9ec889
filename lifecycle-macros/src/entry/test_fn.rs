//! `#[lifecycle::test]`.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::spanned::Spanned;

use crate::attrs::{conditions, last_segment_is};
use crate::callee::{marker, of_trait, place};
use crate::crate_path::{CratePath, moved, private};
use crate::diag::Diag;
use crate::func::{self, Func};
use crate::options::{Key, Options, Vocabulary};
use crate::signature;
use crate::tokens::{Ends, code, plain, site};

const VOCABULARY: Vocabulary =
    Vocabulary { attribute: "#[lifecycle::test]", keys: &[Key { name: "crate", example: "::lifecycle" }] };

/// The attribute on an async test.
pub(crate) fn attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::new(format!("test `{}`", func::name_of(&item)));
    let mut options = Options::parse(args, &VOCABULARY, &mut diag);
    let krate = options.crate_path(CratePath::default(), &mut diag);
    let Some(func) = func::read(&item, "an `async fn`", &mut diag) else {
        let faults = diag.into_tokens();
        return code!(#item #faults);
    };
    diag.under(&conditions(&func.attrs));
    check(&func, &mut diag);
    if diag.is_clean() { expand(&func, &krate) } else { func::fallback(&item, diag) }
}

fn check(func: &Func, diag: &mut Diag) {
    signature::check(func, diag);
    signature::check_async(&func.sig, "add `async`, or use `#[test]`", diag);
    signature::check_no_self(func, "write it outside of any impl block", diag);
    for extra in func.params().skip(1) {
        diag.at(extra, "it takes one parameter at most, an `AppBuilder`; put what it needs into that app");
    }
    for attr in func.attrs.iter().filter(|attr| last_segment_is(attr, "test")) {
        diag.at(attr, "`#[lifecycle::test]` makes it a test already; remove the other one");
    }
}

fn expand(func: &Func, krate: &CratePath) -> TokenStream {
    let import = krate.import();
    let private = private();
    let (attrs, vis, name, bare) = (&func.attrs, &func.vis, func.ident(), func.bare());
    let (text, place) = (plain(name), place(name));
    // Errors about the parameter belong to its type, those about the result to the function's.
    let argument = func.params().next().map(|param| {
        let take = of_trait(Ends::of(&param.ty), "TestTakes", name, "take");
        quote_spanned!(site(param.ty.span())=> #take(app))
    });
    let parameter = if argument.is_some() { code!(app) } else { code!(_) };
    let at_name = moved(&private, name.span());
    let marker = marker(name);
    let settle = of_trait(func.output_ends(), "TestGives", name, "settle");
    let run = quote_spanned!(site(name.span())=> #at_name::run(#name(#argument), #settle));
    let test = code!(#[::core::prelude::v1::test]);
    code! {
        #test
        #(#attrs)*
        #vis fn #name() {
            #bare
            #import
            #[allow(non_camel_case_types)]
            fn __lifecycle_run<#marker>(#parameter: #private::AppBuilder) -> #private::Run {
                #run
            }
            static __LIFECYCLE_TEST: #private::TestDescriptor = #private::TestDescriptor {
                name: #text,
                place: #place,
                run: __lifecycle_run::<()>,
            };
            #private::test(&__LIFECYCLE_TEST)
        }
    }
}
