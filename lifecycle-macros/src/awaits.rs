//! Marks at the `.await`s of a body, so that a task that hangs can be asked where.
//!
//! The tokens stay as they are, with their places; between an expression and its `.await` goes one method call. A
//! method needs no beginning of the expression, so the body need not be parsed, and one that does not parse yet is
//! marked all the same.

#[cfg(test)]
mod tests;

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use crate::crate_path::{CratePath, private};
use crate::tokens::{code, site};

/// Macros that wait for several futures, with an `.await` inside that cannot be seen.
const WAITING: [&str; 5] = ["select", "select_biased", "join", "try_join", "race"];

/// Longest text of an awaited expression that is kept, in characters.
const LONGEST: usize = 80;

/// Which function a body belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Role {
    /// It is polled by the runner itself.
    Component,
    /// Some other function awaits it.
    Helper,
}

/// The function with marks in its body, which is its last group in braces.
pub(crate) fn marked(function: TokenStream, role: Role, krate: &CratePath) -> TokenStream {
    let mut tokens: Vec<TokenTree> = function.into_iter().collect();
    if let Some(TokenTree::Group(group)) = tokens.last_mut() {
        if group.delimiter() == Delimiter::Brace {
            *group = body(group, role, krate);
        }
    }
    tokens.into_iter().collect()
}

/// The body with marks.
pub(crate) fn body(group: &Group, role: Role, krate: &CratePath) -> Group {
    let mut marks = Marks::default();
    let inner = marks.stream(group.stream());
    if !marks.found && role == Role::Component {
        return group.clone();
    }
    let (import, private) = (krate.import(), private());
    let frame = match role {
        Role::Component => TokenStream::new(),
        Role::Helper => code!(let _frame = #private::frame();),
    };
    let marked = if marks.found { code!(use #private::Marked as _;) } else { TokenStream::new() };
    let mut body = Group::new(group.delimiter(), code!(#import #marked #frame #inner));
    body.set_span(group.span());
    body
}

#[derive(Default)]
struct Marks {
    found: bool,
    /// What is being looked at belongs to an async block, and whether that has marks of its own.
    block: Option<bool>,
    /// What is being looked at is a list of items, where a macro makes items and waits for nothing.
    among_items: bool,
}

impl Marks {
    fn stream(&mut self, tokens: TokenStream) -> TokenStream {
        let mut out: Vec<TokenTree> = Vec::new();
        // What has been read, as the user wrote it.
        let mut read: Vec<TokenTree> = Vec::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let written = token.clone();
            match token {
                TokenTree::Ident(word) if word == "await" && is_after_dot(&read) => {
                    let operand = &read[..read.len() - 1];
                    self.mark(&mut out, word, &text(&operand[operand_start(operand)..]));
                }
                TokenTree::Group(group) => {
                    let waits = macro_path(&read).filter(|_| !self.among_items);
                    let goes_on =
                        matches!(tokens.peek(), Some(TokenTree::Punct(next)) if matches!(next.as_char(), '.' | '?'));
                    let before = std::mem::replace(&mut self.among_items, holds_items(&read, &group));
                    out.push(self.group(&group, scope(&read, &group)).into());
                    self.among_items = before;
                    // What follows a block in a statement would no longer belong to it.
                    if let Some(path) = waits.filter(|_| !goes_on) {
                        // Of a path nothing is changed, and after it come `!` and the group.
                        let start = out.len() - path.len() - 2;
                        self.wrap(&mut out, start, &text(path));
                    }
                }
                token => out.push(token),
            }
            read.push(written);
        }
        out.into_iter().collect()
    }

    fn group(&mut self, group: &Group, scope: Scope) -> Group {
        let inside = match scope {
            Scope::Same => self.block,
            Scope::Block => Some(false),
            Scope::Function => None,
        };
        let before = std::mem::replace(&mut self.block, inside);
        let mut tokens = self.stream(group.stream());
        let inside = std::mem::replace(&mut self.block, before);
        match (scope, inside) {
            (Scope::Block, Some(true)) => {
                let (private, block) = (private(), block_name(group.span()));
                tokens = code!(let #block = #private::branch(); #tokens);
            }
            (Scope::Same, _) => self.block = inside,
            _ => {}
        }
        let mut inner = Group::new(group.delimiter(), tokens);
        inner.set_span(group.span());
        inner
    }

    /// The name of the async block that a mark is for, if it is for one.
    fn marked_block(&mut self, span: Span) -> Option<Ident> {
        self.found = true;
        *self.block.as_mut()? = true;
        Some(block_name(span))
    }

    /// `expression.await` becomes `expression.__lifecycle_at(…).await`.
    fn mark(&mut self, out: &mut Vec<TokenTree>, word: Ident, text: &str) {
        let Some(dot) = out.pop() else { return };
        let place = place(word.span(), text);
        let method = |name| Ident::new(name, site(word.span()));
        out.extend(match self.marked_block(word.span()) {
            None => {
                let method = method("__lifecycle_at");
                quote_spanned!(site(word.span())=> .#method(#place))
            }
            Some(block) => {
                let method = method("__lifecycle_in");
                quote_spanned!(site(word.span())=> .#method(#place, &#block))
            }
        });
        out.extend([dot, word.into()]);
    }

    /// `select! { … }` becomes `{ mark(…); select! { … } }`.
    fn wrap(&mut self, out: &mut Vec<TokenTree>, start: usize, path: &str) {
        let span = out[start].span();
        let call: TokenStream = out.drain(start..).collect();
        let (private, place) = (private(), place(span, &format!("{path}!")));
        let mark = match self.marked_block(span) {
            None => code!(#private::mark(#place);),
            Some(block) => code!(#block.mark(#place);),
        };
        out.push(Group::new(Delimiter::Brace, code!(#mark #call)).into());
    }
}

/// What the body of an async block calls itself. Whatever the user names his own variables, they are not this one.
fn block_name(span: Span) -> Ident {
    Ident::new("lifecycle_block", site(span))
}

/// What a group is to what stands around it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scope {
    /// A part of the same body.
    Same,
    /// The body of an async block or closure, which may run beside what stands around it.
    Block,
    /// The body of a function, to which nothing around it is known.
    Function,
}

fn scope(read: &[TokenTree], group: &Group) -> Scope {
    if group.delimiter() != Delimiter::Brace {
        return Scope::Same;
    }
    let is_word = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(ident) if ident == word);
    let mut words = without_parameters(read).unwrap_or(read);
    if let Some((last, before)) = words.split_last() {
        words = if is_word(last, "move") { before } else { words };
    }
    if words.last().is_some_and(|token| is_word(token, "async")) {
        return Scope::Block;
    }
    let mut item = read.iter().rev().take_while(|token| !ends_item(token));
    if item.any(|token| is_word(token, "fn")) { Scope::Function } else { Scope::Same }
}

/// What stands before the `|…|` of a closure, if that is what was read last.
fn without_parameters(read: &[TokenTree]) -> Option<&[TokenTree]> {
    let is_bar = |token: &TokenTree| matches!(token, TokenTree::Punct(bar) if bar.as_char() == '|');
    let (last, before) = read.split_last()?;
    if !is_bar(last) {
        return None;
    }
    let open = before.iter().rposition(is_bar)?;
    Some(&before[..open])
}

fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

/// A constant that says where an `.await` stands. The calls of `line!` and its like are taken for the user's own: only
/// then do they speak of this place and not of the attribute.
fn place(span: Span, text: &str) -> TokenStream {
    let private = private();
    let values = quote_spanned!(span=> ::core::file!(), ::core::line!(), ::core::column!());
    code!(const { &#private::Site::new(#values, #text) })
}

fn is_after_dot(out: &[TokenTree]) -> bool {
    let is_dot = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(dot)) if dot.as_char() == '.');
    is_dot(out.last()) && !is_dot(out.len().checked_sub(2).and_then(|at| out.get(at)))
}

/// Whether the group is the body of a module, an impl block, a trait or an `extern` block: of a function in between it
/// may be the body of that, which then has no marks at its macros.
fn holds_items(out: &[TokenTree], group: &Group) -> bool {
    let is_keyword = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if ["mod", "impl", "trait", "extern"].iter().any(|keyword| word == keyword));
    group.delimiter() == Delimiter::Brace && out.iter().rev().take_while(|token| !ends_item(token)).any(is_keyword)
}

/// The path of such a macro, if its `!` was the last token.
fn macro_path(read: &[TokenTree]) -> Option<&[TokenTree]> {
    let (bang, before) = read.split_last()?;
    let name = before.last()?;
    let is_bang = matches!(bang, TokenTree::Punct(punct) if punct.as_char() == '!');
    let waits = matches!(name, TokenTree::Ident(name) if WAITING.iter().any(|word| name == word));
    if !is_bang || !waits {
        return None;
    }
    let mut start = before.len() - 1;
    while start >= 2 && is_colon(&before[start - 1]) && is_colon(&before[start - 2]) {
        start -= 2;
        if start > 0 && matches!(&before[start - 1], TokenTree::Ident(_)) {
            start -= 1;
        }
    }
    Some(&before[start..])
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}

/// Words that end an expression to their left.
const BEFORE: [&str; 12] =
    ["return", "match", "if", "while", "in", "let", "mut", "ref", "else", "break", "yield", "loop"];

/// Where the operand of a postfix begins: back over names, calls, indices, `.`, `?`, `::` and turbofishes.
fn operand_start(out: &[TokenTree]) -> usize {
    let mut start = out.len();
    // Whether what stands at `start` needs something to its left: after a name nothing may come but `.` or `::`.
    let mut is_joined = true;
    while start > 0 {
        let token = &out[start - 1];
        let next_joined = match token {
            TokenTree::Ident(word) if BEFORE.iter().any(|before| word == before) => break,
            TokenTree::Ident(word) if word == "move" => true,
            TokenTree::Ident(_) | TokenTree::Literal(_) if is_joined => false,
            TokenTree::Group(group) if is_joined => is_called(out, start - 1, group),
            TokenTree::Punct(punct) if matches!(punct.as_char(), '.' | '?') => true,
            TokenTree::Punct(punct) if punct.as_char() == '!' && start < out.len() && is_group(&out[start]) => true,
            TokenTree::Punct(_) if start >= 2 && is_colon(token) && is_colon(&out[start - 2]) => {
                start -= 1;
                true
            }
            TokenTree::Punct(punct) if punct.as_char() == '>' => match turbofish(out, start - 1) {
                Some(begin) => {
                    start = begin + 1;
                    true
                }
                None => break,
            },
            _ => break,
        };
        start -= 1;
        is_joined = next_joined;
    }
    start
}

fn is_group(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(_))
}

/// Whether a group belongs to what stands before it: a call or an index to its callee, a block to its `async`.
fn is_called(out: &[TokenTree], at: usize, group: &Group) -> bool {
    let before = at.checked_sub(1).map(|before| &out[before]);
    match (group.delimiter(), before) {
        (Delimiter::Brace, Some(TokenTree::Ident(word))) => word == "async" || word == "move",
        (Delimiter::Parenthesis | Delimiter::Bracket, Some(TokenTree::Ident(word))) => {
            !BEFORE.iter().any(|before| word == before)
        }
        (Delimiter::Parenthesis | Delimiter::Bracket, Some(TokenTree::Group(group))) => {
            group.delimiter() != Delimiter::Brace
        }
        (Delimiter::Parenthesis | Delimiter::Bracket, Some(TokenTree::Punct(punct))) => {
            matches!(punct.as_char(), '?' | '>' | '!')
        }
        _ => false,
    }
}

/// Where `::<…>` begins that ends at `end`; `None` if that is no turbofish.
fn turbofish(out: &[TokenTree], end: usize) -> Option<usize> {
    let mut open = 0_usize;
    for at in (0..=end).rev() {
        if let TokenTree::Punct(punct) = &out[at] {
            match punct.as_char() {
                '>' => open += 1,
                '<' => open -= 1,
                ';' | '=' => return None,
                _ => {}
            }
        }
        if open == 0 {
            let colons = at >= 2 && is_colon(&out[at - 1]) && is_colon(&out[at - 2]);
            return colons.then(|| at - 2);
        }
    }
    None
}

/// The expression as a person would write it, cut to a length that fits a line.
///
/// How tokens are spaced when they print themselves depends on who prints them, so it is done here.
fn text(tokens: &[TokenTree]) -> String {
    let mut out = String::new();
    print(&mut out, tokens.iter().cloned());
    match out.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &out[..end]),
        None => out,
    }
}

fn print(out: &mut String, tokens: impl IntoIterator<Item = TokenTree>) {
    let mut before: Option<TokenTree> = None;
    for token in tokens {
        if before.as_ref().is_some_and(|before| is_spaced(before, &token)) {
            out.push(' ');
        }
        match &token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace if group.stream().is_empty() => ("{", "}"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                print(out, group.stream());
                out.push_str(close);
            }
            other => out.push_str(&other.to_string()),
        }
        before = Some(token);
    }
}

/// Whether a space stands between two tokens: not where they make one operator, a path, a call, an index or a
/// reference, and else yes.
fn is_spaced(before: &TokenTree, token: &TokenTree) -> bool {
    let is =
        |token: &TokenTree, chars: &str| matches!(token, TokenTree::Punct(punct) if chars.contains(punct.as_char()));
    match (before, token) {
        (TokenTree::Punct(punct), TokenTree::Punct(_)) if punct.spacing() == Spacing::Joint => false,
        (_, TokenTree::Punct(_)) if is(token, ".?,;:!<>") => false,
        (_, TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => true,
        (TokenTree::Punct(_), _) if is(before, ",;=+-/%|^") => true,
        (TokenTree::Punct(_), _) if is(before, ".:&!?'<>#") => false,
        (TokenTree::Ident(_) | TokenTree::Group(_), TokenTree::Group(_)) => false,
        _ => true,
    }
}
