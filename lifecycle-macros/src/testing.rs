//! Helpers of the tests in this crate.

use proc_macro2::{TokenStream, TokenTree};

/// A small generator of random numbers, the same in each run.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// An attribute as the compiler calls it.
pub(crate) type Attribute = fn(TokenStream, TokenStream) -> TokenStream;

/// Runs an attribute on texts.
pub(crate) fn run(attribute: Attribute, args: &str, item: &str) -> TokenStream {
    let args = args.parse().expect("the test's arguments are tokens");
    let item = item.parse().expect("the test's item is tokens");
    attribute(args, item)
}

/// The messages of the `compile_error!`s among the tokens, in order.
pub(crate) fn faults(tokens: TokenStream) -> Vec<String> {
    let mut out = Vec::new();
    collect(tokens, &mut out);
    out
}

fn collect(tokens: TokenStream, out: &mut Vec<String>) {
    let mut is_error = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => is_error = ident == "compile_error",
            TokenTree::Group(group) if is_error => {
                let text: syn::LitStr = syn::parse2(group.stream()).expect("one message");
                out.push(text.value());
                is_error = false;
            }
            TokenTree::Group(group) => collect(group.stream(), out),
            _ => {}
        }
    }
}

/// Asserts that the attribute finds exactly the faults that have these words in them, and keeps the item.
#[track_caller]
pub(crate) fn refuses(attribute: Attribute, args: &str, item: &str, words: &[&str]) {
    let tokens = run(attribute, args, item);
    let found = faults(tokens.clone());
    assert_eq!(found.len(), words.len(), "#[…({args})] {item}: {found:#?}");
    for word in words {
        assert!(found.iter().any(|fault| fault.contains(word)), "{word:?} is not in {found:#?}");
    }
    for fault in &found {
        assert!(fault.starts_with(char::is_lowercase), "{fault:?} begins with a name in lower case");
    }
    let item: TokenStream = item.parse().expect("tokens");
    let signature = item.to_string();
    let head = signature.split('{').next().unwrap_or(&signature).trim();
    let emitted = tokens.to_string();
    assert!(emitted.contains(head), "{head:?} is not in {emitted}");
}

/// Asserts that the attribute finds no fault, and gives what it made as one line.
#[track_caller]
pub(crate) fn accepts(attribute: Attribute, args: &str, item: &str) -> String {
    let tokens = run(attribute, args, item);
    let found = faults(tokens.clone());
    assert!(found.is_empty(), "#[…({args})] {item}: {found:#?}");
    syn::parse2::<syn::File>(tokens.clone()).expect("the expansion is Rust");
    tokens.to_string()
}
