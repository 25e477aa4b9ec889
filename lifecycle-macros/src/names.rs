//! Names of components.

use std::fmt::Write;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use crate::diag::Diag;
use crate::setting::Setting;
use crate::tokens::{plain, site};

/// A component's name, and the token that it comes from.
pub(crate) struct Name {
    pub(crate) text: String,
    span: Span,
}

impl Name {
    /// The name that was given, or else `usual`, which comes from this token.
    pub(crate) fn new(given: Option<Setting<String>>, usual: String, token: &Ident, diag: &mut Diag) -> Self {
        let Some(given) = given else { return Self { text: usual, span: token.span() } };
        if let Some(fault) = lifecycle_rules::name_fault(&given.value) {
            diag.at(&given.at, fault);
        }
        Self { text: given.value, span: given.at.span() }
    }

    /// The name that was given, or else the function's own.
    pub(crate) fn of_fn(given: Option<Setting<String>>, ident: &Ident, diag: &mut Diag) -> Self {
        Self::new(given, plain(ident), ident, diag)
    }

    /// Proves that no other component of this crate has the name: an exported macro belongs to the crate's
    /// root, wherever it stands, and nothing there may be defined twice. All that the compiler says then is
    /// the macro's name, so that is what speaks.
    pub(crate) fn claim(&self) -> TokenStream {
        let span = site(self.span);
        let text = format!("two_components_are_named__{}__give_one_another_name", as_ident(&self.text));
        let claim = Ident::new(&text, span);
        quote_spanned! {span=>
            #[doc(hidden)]
            #[allow(non_local_definitions)]
            #[macro_export]
            macro_rules! #claim { () => {} }
        }
    }
}

/// The name as a part of an identifier, no two names alike: `http-server` becomes `http_X2d_server`.
fn as_ident(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let begins_escape = letter == '_' && letters.peek() == Some(&'X');
        if letter.is_ascii_alphanumeric() || (letter == '_' && !begins_escape) {
            out.push(letter);
        } else {
            let _ = write!(out, "_X{:x}_", u32::from(letter));
        }
    }
    out
}

/// `HttpServer` → `http_server`, `DBPool` → `db_pool`.
pub(crate) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        if letter.is_uppercase() && begins_word(&letters, at) {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

fn begins_word(letters: &[char], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| letters[before]) else {
        return false;
    };
    let next_is_small = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
    before.is_lowercase() || before.is_numeric() || (before.is_uppercase() && next_is_small)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::testing::Rng;

    #[test]
    fn type_names_turn_to_snake_case() {
        for (name, snake) in [
            ("Database", "database"),
            ("HttpServer", "http_server"),
            ("DBPool", "db_pool"),
            ("S3", "s3"),
            ("Http2Server", "http2_server"),
            ("already_snake", "already_snake"),
            ("Already_Split", "already_split"),
            ("X", "x"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }

    #[test]
    fn no_two_names_become_the_same_identifier() {
        assert_eq!(as_ident("flush"), "flush");
        assert_eq!(as_ident("load_users"), "load_users");
        assert_eq!(as_ident("http-server 1"), "http_X2d_server_X20_1");
        let parts = ["-", "_", "X", "2d", "5f", "_X2d_", "_X5f_", "é", "a"];
        let (mut rng, mut seen) = (Rng::new(3), HashMap::new());
        for _ in 0..50_000 {
            let name: String = (0..rng.below(6)).map(|_| *rng.pick(&parts)).collect();
            let ident = as_ident(&name);
            assert!(ident.chars().all(|letter| letter == '_' || letter.is_ascii_alphanumeric()), "{ident}");
            let first = seen.entry(ident).or_insert_with(|| name.clone());
            assert_eq!(*first, name);
        }
    }
}
