//! Tokens without a plan, and plans with some tokens wrong.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::testing::Rng;

const WORDS: [&str; 46] = [
    "name",
    "priority",
    "interval",
    "phases",
    "open",
    "close",
    "crate",
    "tags",
    "backoff",
    "unstoppable",
    "fn",
    "async",
    "unsafe",
    "const",
    "extern",
    "struct",
    "enum",
    "union",
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
    "loop",
    "while",
    "break",
    "continue",
    "return",
    "await",
    "if",
    "match",
    "let",
    "macro_rules",
    "r#loop",
    "default",
    "dyn",
    "_",
];

const TEXTS: [&str; 16] = [
    "", "5s", "0s", "1s..2s", "2s..1s", "5/1m", "skip", "announce", "a b", "a::b", "::", "fn", "\n", "r#x", "always",
    "µ",
];

const SYMBOLS: [char; 16] = ['=', ',', ':', '|', '&', '<', '>', '#', '-', ';', '?', '!', '.', '*', '+', '\''];

fn ident(word: &str) -> Ident {
    match word.strip_prefix("r#") {
        Some(word) => Ident::new_raw(word, Span::call_site()),
        None => Ident::new(word, Span::call_site()),
    }
}

fn tree(rng: &mut Rng, depth: usize) -> TokenTree {
    match rng.below(if depth == 0 { 8 } else { 10 }) {
        0..=2 => ident(rng.pick::<&str>(&WORDS)).into(),
        3 | 4 => {
            let spacing = if rng.below(4) == 0 { Spacing::Joint } else { Spacing::Alone };
            Punct::new(*rng.pick(&SYMBOLS), spacing).into()
        }
        5 | 6 => Literal::string(rng.pick::<&str>(&TEXTS)).into(),
        7 => Literal::i64_unsuffixed(i64::try_from(rng.below(5_000_000)).unwrap_or(0)).into(),
        _ => {
            let delimiters = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
            Group::new(*rng.pick(&delimiters), stream(rng, depth - 1, 6)).into()
        }
    }
}

pub(super) fn stream(rng: &mut Rng, depth: usize, longest: usize) -> TokenStream {
    (0..rng.below(longest)).map(|_| tree(rng, depth)).collect()
}

/// The tokens, with some of them left out, doubled or replaced.
pub(super) fn mangled(rng: &mut Rng, tokens: TokenStream) -> TokenStream {
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
