//! Small operations on tokens.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;

/// `quote!` with names that the user's code cannot see, and that cannot see the user's locals.
macro_rules! code {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

pub(crate) use code;

/// Where generated tokens should seem to stand, without being taken for the user's own.
///
/// With the user's own span, rustc offers edits inside string literals, and lints speak about code that is
/// not in the source.
pub(crate) fn site(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// The places of the first and the last of some tokens: what begins and ends there is underlined like them.
#[derive(Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) first: Span,
    pub(crate) last: Span,
}

impl Ends {
    pub(crate) fn of(tokens: impl ToTokens) -> Self {
        let mut spans = tokens.into_token_stream().into_iter().map(|token| site(token.span()));
        let first = spans.next().unwrap_or_else(Span::mixed_site);
        Self { first, last: spans.last().unwrap_or(first) }
    }
}

/// The tokens with every span moved to `span`.
pub(crate) fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    map(tokens, &mut |mut token| {
        token.set_span(site(span));
        token.into()
    })
}

/// The tokens with `Self` written out, for use outside of the item where it has a meaning.
pub(crate) fn replace_self(tokens: TokenStream, with: &TokenStream) -> TokenStream {
    map(tokens, &mut |token| match &token {
        TokenTree::Ident(ident) if ident == "Self" => respan_keeping_hygiene(with, ident.span()),
        _ => token.into(),
    })
}

/// `Self` stood at the user's place and so must what takes its place: errors point there.
fn respan_keeping_hygiene(tokens: &TokenStream, span: Span) -> TokenStream {
    map(tokens.clone(), &mut |mut token| {
        let moved = token.span().located_at(span);
        token.set_span(moved);
        token.into()
    })
}

fn map(tokens: TokenStream, change: &mut impl FnMut(TokenTree) -> TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    for token in tokens {
        if let TokenTree::Group(group) = token {
            let mut inner = Group::new(group.delimiter(), map(group.stream(), &mut *change));
            inner.set_span(group.span());
            out.extend([TokenTree::Group(inner)]);
        } else {
            out.extend(change(token));
        }
    }
    out
}

/// The text of an identifier, without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// Tokens as a person would write them, for messages.
pub(crate) fn show(tokens: impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, tight) in [
        (" < ", "<"),
        (" >", ">"),
        (" :: ", "::"),
        (":: ", "::"),
        ("& ", "&"),
        (" ,", ","),
        ("' ", "'"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn self_is_written_out_at_any_depth() {
        let tokens = replace_self(quote!(Res<Self>, (Self::Item, [myself])), &quote!(a::Prober));
        assert_eq!(tokens.to_string(), quote!(Res<a::Prober>, (a::Prober::Item, [myself])).to_string());
    }

    #[test]
    fn types_are_shown_as_written() {
        assert_eq!(show(quote!(&'a Res<db::Database, u8>)), "&'a Res<db::Database, u8>");
        assert_eq!(show(quote!(impl Fn(u8))), "impl Fn(u8)");
    }
}
