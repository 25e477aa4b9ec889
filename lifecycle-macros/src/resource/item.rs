//! The struct or enum that a resource is.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, Token, Visibility};

use crate::attrs::shared;
use crate::diag::Diag;

/// What of the item a registration needs; its fields are not looked at.
pub(super) struct Item {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    /// The attributes that the registration shares with the item.
    pub(super) shared: Vec<Attribute>,
}

impl Item {
    /// `None` after a fault.
    pub(super) fn read(item: &TokenStream, diag: &mut Diag) -> Option<Self> {
        match head.parse2(item.clone()) {
            Ok((keyword, item)) if keyword == "struct" || keyword == "enum" => Some(item),
            Ok((keyword, _)) => {
                diag.at(&keyword, format!("it stands on a `{keyword}`; put it on a `struct` or an `enum`"));
                None
            }
            Err(error) => {
                diag.syntax(error);
                None
            }
        }
    }
}

fn head(input: ParseStream<'_>) -> syn::Result<(Ident, Item)> {
    let attrs = Attribute::parse_outer(input)?;
    let _: Visibility = input.parse()?;
    let _: Option<Token![async]> = input.parse()?;
    let keyword = Ident::parse_any(input)?;
    let ident = if input.peek(syn::Ident) { input.parse()? } else { keyword.clone() };
    let generics = if input.peek(Token![<]) { input.parse()? } else { Generics::default() };
    let _: TokenStream = input.parse()?;
    Ok((keyword, Item { ident, generics, shared: shared(&attrs) }))
}
