//! No tokens, however wild, make an attribute panic, and what it makes without a fault is Rust.
//!
//! `LIFECYCLE_FUZZ_ROUNDS` sets how many inputs each attribute gets.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::testing::{Attribute, Rng, faults};
use crate::{component, entry, hook, resource, task};

const ATTRIBUTES: [Attribute; 6] = [
    task::attribute,
    resource::attribute,
    component::attribute,
    hook::attribute,
    entry::main_fn::attribute,
    entry::test_fn::attribute,
];

const WORDS: [&str; 44] = [
    "name",
    "priority",
    "interval",
    "jitter",
    "missed",
    "timeout",
    "phase",
    "phases",
    "open",
    "close",
    "shared",
    "crate",
    "tags",
    "announce",
    "worker_threads",
    "flavor",
    "restart",
    "backoff",
    "max_restarts",
    "instances",
    "blocking",
    "on_failure",
    "fn",
    "async",
    "unsafe",
    "const",
    "extern",
    "struct",
    "enum",
    "impl",
    "for",
    "self",
    "Self",
    "mut",
    "pub",
    "where",
    "true",
    "false",
    "drop",
    "Res",
    "cooperative_task",
    "shutdown_hook",
    "move",
    "_",
];

const TEXTS: [&str; 16] = [
    "", "5s", "0s", "1s..2s", "2s..1s", "5/1m", "skip", "announce", "a b", "a::b", "::", "fn", "\n", "r#x", "always",
    "µ",
];

const SYMBOLS: [char; 16] = ['=', ',', ':', '|', '&', '<', '>', '#', '-', ';', '?', '!', '.', '*', '+', '\''];

const ITEMS: [&str; 8] = [
    "async fn main(a: Res<Db>) -> Result<(), String> { Ok(()) }",
    "#[cfg(unix)] pub fn f<T>(&self, #[cfg(x)] mut b: &str, c: impl Clone) {}",
    "pub struct Db<T> { a: T }",
    "enum E { A, B }",
    "impl Db { #[cooperative_task(interval = \"1s\")] async fn a(&self) {} const X: u8 = { 1 }; m! { } type Y = u8; }",
    "impl<T> A<T> for B { #[shutdown_hook] fn a(self) }",
    "unsafe extern \"C\" fn f(n: u8, ...) -> !;",
    "",
];

fn tree(rng: &mut Rng, depth: usize) -> TokenTree {
    match rng.below(if depth == 0 { 8 } else { 10 }) {
        0..=2 => Ident::new(rng.pick::<&str>(&WORDS), Span::call_site()).into(),
        3 | 4 => {
            let spacing = if rng.below(4) == 0 { Spacing::Joint } else { Spacing::Alone };
            Punct::new(*rng.pick(&SYMBOLS), spacing).into()
        }
        5 | 6 => Literal::string(rng.pick::<&str>(&TEXTS)).into(),
        7 => Literal::i64_unsuffixed(i64::try_from(rng.below(5_000_000)).unwrap_or(0)).into(),
        _ => {
            let delimiters = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
            Group::new(*rng.pick(&delimiters), stream(rng, depth - 1, 5)).into()
        }
    }
}

fn stream(rng: &mut Rng, depth: usize, longest: usize) -> TokenStream {
    (0..rng.below(longest + 1)).map(|_| tree(rng, depth)).collect()
}

/// `key = value, …` with something wrong here and there: gets further than noise does.
fn options(rng: &mut Rng) -> TokenStream {
    let mut tokens = TokenStream::new();
    for _ in 0..rng.below(6) {
        tokens.extend([TokenTree::from(Ident::new(rng.pick::<&str>(&WORDS), Span::call_site()))]);
        if rng.below(8) > 0 {
            tokens.extend([TokenTree::from(Punct::new('=', Spacing::Alone))]);
        }
        let longest = if rng.below(3) == 0 { 3 } else { 1 };
        tokens.extend(stream(rng, 2, longest));
        if rng.below(8) > 0 {
            tokens.extend([TokenTree::from(Punct::new(',', Spacing::Alone))]);
        }
    }
    tokens
}

/// A whole item with some of its tokens left out, doubled or replaced.
fn mangled(rng: &mut Rng, tokens: TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    for token in tokens {
        let token = match token {
            TokenTree::Group(group) => Group::new(group.delimiter(), mangled(rng, group.stream())).into(),
            other => other,
        };
        match rng.below(40) {
            0 => {}
            1 => out.extend([token.clone(), token]),
            2 => out.extend([tree(rng, 1)]),
            _ => out.extend([token]),
        }
    }
    out
}

#[test]
fn wild_tokens_are_faults_and_no_panics() {
    let rounds = std::env::var("LIFECYCLE_FUZZ_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4_000);
    let items: Vec<TokenStream> = ITEMS.iter().map(|item| item.parse().expect("tokens")).collect();
    let mut rng = Rng::new(2026);
    for round in 0..rounds {
        let args = if round % 2 == 0 { options(&mut rng) } else { stream(&mut rng, 3, 8) };
        let item = match round % 4 {
            0 => rng.pick(&items).clone(),
            3 => stream(&mut rng, 3, 12),
            _ => {
                let item = rng.pick(&items).clone();
                mangled(&mut rng, item)
            }
        };
        for attribute in ATTRIBUTES {
            let made = attribute(args.clone(), item.clone());
            if round % 4 == 0 && faults(made.clone()).is_empty() {
                let rust = syn::parse2::<syn::File>(made.clone());
                assert!(rust.is_ok(), "#[…({args})] {item}: {made}");
            }
        }
    }
}
