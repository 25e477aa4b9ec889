//! `#[traced]`: marks at the `.await`s of a function that components call.

use proc_macro2::TokenStream;

use crate::awaits::{Role, marked};
use crate::crate_path::CratePath;
use crate::diag::Diag;
use crate::func;
use crate::options::{Key, Options, Vocabulary};
use crate::tokens::code;

const VOCABULARY: Vocabulary =
    Vocabulary { attribute: "#[lifecycle::traced]", keys: &[Key { name: "crate", example: "::lifecycle" }] };

/// The attribute on a function or a method.
pub(crate) fn attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::new(format!("traced `{}`", func::name_of(&item)));
    let krate = Options::parse(args, &VOCABULARY, &mut diag).crate_path(CratePath::default(), &mut diag);
    let Some(func) = func::read(&item, "an `async fn`", &mut diag) else {
        let faults = diag.into_tokens();
        return code!(#item #faults);
    };
    crate::signature::check_async(
        &func.sig,
        "there is no `.await` to mark in a sync `fn`; remove the attribute",
        &mut diag,
    );
    if !diag.is_clean() {
        return func::fallback(&item, diag);
    }
    marked(item, Role::Helper, &krate)
}

#[cfg(test)]
mod tests {
    use super::attribute as traced;
    use crate::testing::{accepts, refuses};

    #[test]
    fn a_method_with_generics_is_marked() {
        let made = accepts(traced, "", "pub async fn fetch<T>(&self, id: T) -> Result<T, E> { self.get(id).await }");
        assert!(made.contains("let _frame") && made.contains("\"self.get(id)\""), "{made}");
    }

    #[test]
    fn a_sync_function_and_an_unknown_option_are_refused() {
        refuses(traced, "", "fn fetch() {}", &["remove the attribute"]);
        refuses(
            traced,
            "name = \"x\"",
            "async fn fetch() {}",
            &["unknown option `name` for #[lifecycle::traced]; legal: crate"],
        );
    }
}
