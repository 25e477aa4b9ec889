//! Values as const expressions.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};

use crate::crate_path::private;
use crate::setting::Setting;
use crate::tokens::code;

/// A duration as a const expression.
pub(crate) fn duration_tokens(duration: Duration) -> TokenStream {
    let (private, seconds, nanos) = (private(), duration.as_secs(), duration.subsec_nanos());
    code!(#private::Duration::new(#seconds, #nanos))
}

/// A bound that may be missing, as a const expression.
pub(crate) fn bound_tokens(bound: Option<&Setting<Duration>>) -> TokenStream {
    optional(bound.map(|bound| duration_tokens(bound.value)))
}

/// A bound that was given, as a const expression.
pub(crate) fn given_bound(bound: Option<&Setting<Duration>>) -> Option<TokenStream> {
    bound.map(|_| bound_tokens(bound))
}

/// Any value that may be missing.
pub(crate) fn optional(value: Option<TokenStream>) -> TokenStream {
    let private = private();
    match value {
        Some(value) => code!(#private::Option::Some(#value)),
        None => code!(#private::Option::None),
    }
}

/// A component's settings as a const expression: made with what each has, and then what was `given` is set.
pub(crate) fn settings_tokens(made: TokenStream, given: &[(&str, Option<TokenStream>)]) -> TokenStream {
    let given =
        given.iter().filter_map(|(field, value)| Some((Ident::new(field, Span::mixed_site()), value.as_ref()?)));
    let (fields, values): (Vec<_>, Vec<_>) = given.unzip();
    if fields.is_empty() {
        return made;
    }
    code!({ let mut settings = #made; #(settings.#fields = #values;)* settings })
}
