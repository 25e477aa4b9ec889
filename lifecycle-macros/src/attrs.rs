//! Attributes that a registration has to share with its item.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token, parse_quote};

/// The conditions among `attrs`: what is not compiled is not registered either.
///
/// rustc evaluates those of an item before it calls our attribute, but not those of parameters and of
/// methods in an impl block.
pub(crate) fn conditions(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().filter_map(condition).collect()
}

/// What a registration shares with its item: the conditions, and the lints that are allowed there, since
/// the item's types are named in both.
pub(crate) fn shared(attrs: &[Attribute]) -> Vec<Attribute> {
    let mut shared = conditions(attrs);
    shared.extend(attrs.iter().filter_map(allowance));
    shared
}

/// An `expect` becomes an `allow`: the lint need not speak twice. What is deprecated is still registered.
fn allowance(attr: &Attribute) -> Option<Attribute> {
    if attr.path().is_ident("deprecated") {
        return Some(parse_quote!(#[allow(deprecated)]));
    }
    if !attr.path().is_ident("allow") && !attr.path().is_ident("expect") {
        return None;
    }
    let lints = &attr.meta.require_list().ok()?.tokens;
    Some(parse_quote!(#[allow(#lints)]))
}

fn condition(attr: &Attribute) -> Option<Attribute> {
    if attr.path().is_ident("cfg") {
        return Some(attr.clone());
    }
    attr.path().is_ident("cfg_attr").then(|| conditional_condition(attr)).flatten()
}

/// `#[cfg_attr(a, cfg(b), doc = "…")]` becomes `#[cfg_attr(a, cfg(b))]`.
fn conditional_condition(attr: &Attribute) -> Option<Attribute> {
    let list = attr.meta.require_list().ok()?;
    let parts = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone()).ok()?;
    let mut parts = parts.into_iter();
    let predicate = parts.next()?;
    let conditions: Vec<Meta> = parts.filter(|meta| meta.path().is_ident("cfg")).collect();
    (!conditions.is_empty()).then(|| parse_quote!(#[cfg_attr(#predicate, #(#conditions),*)]))
}

/// Whether one of `attrs` ends in `name`: `test` matches `#[test]` and `#[tokio::test]`.
pub(crate) fn last_segment_is(attr: &Attribute, name: &str) -> bool {
    attr.path().segments.last().is_some_and(|segment| segment.ident == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::{ToTokens, quote};

    #[test]
    fn lints_that_the_item_may_raise_may_be_raised_by_its_registration() {
        let attrs: Vec<Attribute> = vec![
            parse_quote!(#[deprecated(note = "old")]),
            parse_quote!(#[expect(unused, reason = "x")]),
            parse_quote!(#[inline]),
        ];
        let shared = shared(&attrs);
        let text: Vec<_> = shared.iter().map(|attr| attr.to_token_stream().to_string()).collect();
        let expected = [quote!(#[allow(deprecated)]), quote!(#[allow(unused, reason = "x")])];
        assert_eq!(text, expected.map(|attr| attr.to_string()));
    }

    #[test]
    fn only_conditions_are_copied() {
        let attrs: Vec<Attribute> = vec![
            parse_quote!(#[doc = "x"]),
            parse_quote!(#[cfg(unix)]),
            parse_quote!(#[cfg_attr(unix, cfg(feature = "a"), allow(unused))]),
            parse_quote!(#[cfg_attr(unix, doc = "y")]),
        ];
        let copied = conditions(&attrs);
        let text: String = copied.iter().map(|attr| attr.to_token_stream().to_string()).collect();
        let expected = quote!(#[cfg(unix)]).to_string() + &quote!(#[cfg_attr(unix, cfg(feature = "a"))]).to_string();
        assert_eq!(text, expected);
    }
}
