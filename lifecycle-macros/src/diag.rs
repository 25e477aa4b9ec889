//! Collects the faults of one item, so that all of them are reported in one run.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Attribute;

/// The faults found so far; each names the component and stands on its own token.
pub(crate) struct Diag {
    subject: String,
    /// Where the item is not compiled, it has no faults.
    conditions: Vec<Attribute>,
    faults: Vec<TokenStream>,
}

impl Diag {
    /// No faults yet of `subject`, which opens each message: ``task `flush` ``.
    pub(crate) fn new(subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), conditions: Vec::new(), faults: Vec::new() }
    }

    /// Adds the conditions under which the item is compiled.
    pub(crate) fn under(&mut self, conditions: &[Attribute]) {
        self.conditions.extend_from_slice(conditions);
    }

    /// A fault of these tokens, which are underlined as a whole.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        let text = self.text(message);
        let error = syn::Error::new_spanned(tokens, text);
        self.faults.push(error.into_compile_error());
    }

    /// A fault at a place that has no tokens to hand.
    pub(crate) fn on(&mut self, span: Span, message: impl Display) {
        let text = self.text(message);
        self.faults.push(syn::Error::new(span, text).into_compile_error());
    }

    /// A fault that the parser found.
    pub(crate) fn syntax(&mut self, error: syn::Error) {
        for one in error {
            self.on(one.span(), one);
        }
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// One `compile_error!` per fault.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let conditions = &self.conditions;
        self.faults.iter().map(|fault| quote!(#(#conditions)* #fault)).collect()
    }

    fn text(&self, message: impl Display) -> String {
        format!("{}: {message}", self.subject)
    }
}
