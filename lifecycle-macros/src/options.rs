//! The list inside an attribute's parentheses: `key = value, …`, each key at most once.
//!
//! A fault in one option does not hide faults in the others: the reader goes on after the next comma.

use lifecycle_rules::Part;
use lifecycle_rules::near::nearest;
use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token, parenthesized, token};

use crate::diag::Diag;
use crate::tokens::plain;

/// An option that an attribute knows.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// What may stand after the name, as it would be written.
    pub(crate) example: &'static str,
}

/// The options that an attribute knows.
pub(crate) struct Vocabulary {
    /// As the user knows it: `#[resource]`.
    pub(crate) attribute: &'static str,
    pub(crate) keys: &'static [Key],
}

/// An option as it was written.
pub(crate) struct Given {
    pub(crate) key: Ident,
    pub(crate) example: &'static str,
    pub(crate) value: Value,
}

/// What stood after the key.
pub(crate) enum Value {
    /// `= expression`.
    Expr(Expr),
    /// `(…)`.
    List(TokenStream),
}

/// The options that were given, until they are taken out.
pub(crate) struct Options {
    given: Vec<Given>,
    names: Vec<String>,
    /// Legal names that misspelt ones were probably meant to be.
    meant: Vec<&'static str>,
}

/// Where each option stands.
pub(crate) struct Places(Vec<(String, Ident, Option<Expr>)>);

impl Places {
    /// Tells a fault where its option stands.
    pub(crate) fn tell(&self, fault: lifecycle_rules::Fault, diag: &mut Diag) {
        let found = self.0.iter().find(|(name, ..)| name == fault.option);
        match found {
            Some((_, _, Some(value))) if fault.part == Part::Value => diag.at(value, fault.text),
            Some((_, key, _)) => diag.at(key, fault.text),
            None => unreachable!("a rule faults only what was given, not `{}`", fault.option),
        }
    }
}

impl Vocabulary {
    fn find(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    fn legal(&self) -> String {
        let names: Vec<_> = self.keys.iter().map(|key| key.name).collect();
        names.join(", ")
    }

    fn nearest(&self, name: &str) -> Option<&'static str> {
        nearest(name, self.keys.iter().map(|key| key.name))
    }

    fn unknown(&self, name: &str) -> String {
        let meant = self.nearest(name);
        let meant = meant.map_or_else(String::new, |word| format!("did you mean `{word}`? "));
        let legal = self.legal();
        format!("unknown option `{name}` for {}; {meant}legal: {legal}", self.attribute)
    }
}

impl Key {
    /// A list key is written without `=`.
    fn is_list(&self) -> bool {
        self.example.starts_with('(')
    }

    fn written(&self) -> String {
        let equals = if self.is_list() { "" } else { " = " };
        format!("{}{equals}{}", self.name, self.example)
    }
}

impl Options {
    /// Reads the list; what cannot be read is a fault each.
    pub(crate) fn parse(tokens: TokenStream, vocabulary: &Vocabulary, diag: &mut Diag) -> Self {
        let mut options = Self { given: Vec::new(), names: Vec::new(), meant: Vec::new() };
        let read = |input: ParseStream<'_>| {
            while !input.is_empty() {
                options.entry(input, vocabulary, diag);
            }
            Ok(())
        };
        // An error here only repeats one that `entry` has put down: the input is always read to its end.
        let _ = read.parse2(tokens);
        options
    }

    /// Whether the key was given, with a good value or a bad one, or misspelt: that it is missing would
    /// be no news then.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.is_given(name) || self.meant.contains(&name)
    }

    /// What is known of an option whose value was read, or could not be.
    pub(crate) fn given<T>(&self, name: &str, value: Option<T>) -> lifecycle_rules::Given<T> {
        match value {
            Some(value) => lifecycle_rules::Given::As(value),
            None if self.has(name) => lifecycle_rules::Given::Unreadable,
            None => lifecycle_rules::Given::No,
        }
    }

    /// Where the options stand that have not been taken out.
    pub(crate) fn places(&self) -> Places {
        let place = |given: &Given| {
            let value = if let Value::Expr(value) = &given.value { Some(value.clone()) } else { None };
            (plain(&given.key), given.key.clone(), value)
        };
        Places(self.given.iter().map(place).collect())
    }

    fn is_given(&self, name: &str) -> bool {
        self.names.iter().any(|given| given == name)
    }

    /// Takes an option out of the list.
    pub(crate) fn take(&mut self, name: &str) -> Option<Given> {
        let at = self.given.iter().position(|given| plain(&given.key) == name)?;
        Some(self.given.swap_remove(at))
    }

    fn entry(&mut self, input: ParseStream<'_>, vocabulary: &Vocabulary, diag: &mut Diag) {
        if self.key_and_value(input, vocabulary, diag).is_none() {
            skip_to_comma(input);
        } else if !input.is_empty() && !input.peek(Token![,]) {
            diag.on(input.span(), "expected `,` between options");
            skip_to_comma(input);
        }
        let _ = input.parse::<Option<Token![,]>>();
    }

    /// `None`: a fault was put down, and the rest of this option is to be skipped.
    fn key_and_value(&mut self, input: ParseStream<'_>, vocabulary: &Vocabulary, diag: &mut Diag) -> Option<()> {
        let Ok(ident) = Ident::parse_any(input) else {
            let legal = vocabulary.legal();
            diag.on(input.span(), format!("expected an option, `key = value`; legal: {legal}"));
            return None;
        };
        let name = plain(&ident);
        let Some(key) = vocabulary.find(&name) else {
            diag.at(&ident, vocabulary.unknown(&name));
            self.meant.extend(vocabulary.nearest(&name));
            return None;
        };
        let is_new = !self.is_given(&name);
        if is_new {
            self.names.push(name);
        } else {
            diag.at(&ident, format!("`{name}` is given twice; keep one of them"));
        }
        let value = value(input, key, &ident, diag)?;
        if is_new {
            let example = key.example;
            self.given.push(Given { key: ident, example, value });
        }
        Some(())
    }
}

fn value(input: ParseStream<'_>, key: &Key, ident: &Ident, diag: &mut Diag) -> Option<Value> {
    if key.is_list() && input.peek(token::Paren) {
        return list(input).ok().map(Value::List);
    }
    if key.is_list() || !input.peek(Token![=]) {
        diag.at(ident, format!("`{}` has no value; write `{}`", key.name, key.written()));
        return None;
    }
    let _ = input.parse::<Token![=]>();
    if input.is_empty() || input.peek(Token![,]) {
        diag.at(ident, format!("`{}` has no value; write `{}`", key.name, key.written()));
        return None;
    }
    match input.parse() {
        Ok(expr) => Some(Value::Expr(expr)),
        Err(error) => {
            let message = format!("`{}`: {error}; write `{}`", key.name, key.written());
            diag.on(error.span(), message);
            None
        }
    }
}

fn list(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let content;
    parenthesized!(content in input);
    content.parse()
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}
