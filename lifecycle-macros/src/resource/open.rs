//! `open = …`: the function that makes the resource.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, LitStr, Path};

use crate::setting::{Fault, peel, text_of};
use crate::tokens::{code, replace_self, respan, site};

/// How the resource is made.
pub(super) enum Open {
    /// An associated function, by name.
    Associated(Ident, Span),
    /// A path to any function.
    Function(TokenStream, Span),
    /// A closure.
    Closure(TokenStream, Span),
}

/// What a string may name.
pub(super) enum Named {
    /// Something of the resource's own.
    Own(Ident),
    /// A path.
    Path(TokenStream),
}

pub(super) fn read(value: &Expr) -> Result<Open, Fault> {
    if let Ok(text) = text_of(value) {
        return Ok(match named(text)? {
            Named::Own(ident) => Open::Associated(ident, text.span()),
            Named::Path(path) => Open::Function(path, text.span()),
        });
    }
    match peel(value) {
        Expr::Path(_) => Ok(Open::Function(value.to_token_stream(), value.span())),
        Expr::Closure(_) => Ok(Open::Closure(value.to_token_stream(), value.span())),
        _ => Err(Fault::Kind),
    }
}

/// Reads a name or a path in quotes. The tokens stand on the literal without being part of the user's
/// code, so that errors underline it and no edit is offered inside it.
pub(super) fn named(text: &LitStr) -> Result<Named, Fault> {
    if let Ok(ident) = text.parse_with(Ident::parse_any) {
        return usable(ident, text);
    }
    text.parse_with(Path::parse_mod_style)
        .map(|path| Named::Path(respan(quote!(#path), text.span())))
        .map_err(|_| Fault::Text(format!("{:?} is neither a name nor a path", text.value())))
}

fn usable(mut ident: Ident, text: &LitStr) -> Result<Named, Fault> {
    let word = ident.to_string();
    if word == "_" || (!word.starts_with("r#") && syn::parse_str::<Ident>(&word).is_err()) {
        return Err(Fault::Text(format!("`{word}` is a keyword and names nothing; name a function")));
    }
    ident.set_span(site(text.span()));
    Ok(Named::Own(ident))
}

impl Open {
    /// The function as an expression.
    pub(super) fn function(&self, owner: &Ident) -> TokenStream {
        match self {
            Open::Associated(name, span) => {
                let owner = respan(quote!(#owner), *span);
                let (open, close) = (respan(quote!(<), *span), respan(quote!(>::), *span));
                code!(#open #owner #close #name)
            }
            Open::Function(function, _) | Open::Closure(function, _) => replace_self(function.clone(), &quote!(#owner)),
        }
    }

    /// Where errors about the function belong.
    pub(super) fn span(&self) -> Span {
        match self {
            Open::Associated(_, span) | Open::Function(_, span) | Open::Closure(_, span) => site(*span),
        }
    }
}
