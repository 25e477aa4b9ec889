//! Loops that shutdown could not interrupt: nothing in them waits, and nothing leaves them.
//!
//! The body is parsed for this alone, and only if it has a loop in it. What does not parse is left to the
//! compiler. Where a loop's fate cannot be seen, as in a macro that is not known, it is taken to be well.

mod fate;
#[cfg(test)]
mod tests;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprAsync, ExprAwait, ExprIf, ExprLoop, ExprWhile, Label, Lit};

use crate::diag::Diag;
use crate::func::{Body, Func};
use crate::setting::peel;

use self::fate::can_end;

const MESSAGE: &str = "this loop has no `.await`, so shutdown cannot interrupt it; `.await` something in it (`tokio::task::yield_now()` will do), leave it with `break`, or write `unstoppable = true` if it is meant";

/// Puts down each such loop of an async body, unless the user says that it is meant.
pub(crate) fn check(func: &Func, unstoppable: bool, diag: &mut Diag) {
    let Body::Block(block) = &func.body else { return };
    // That it never returns is a fault already, and the same one.
    if unstoppable || func.sig.asyncness.is_none() || func.never_returns() || !mentions_loop(block.stream()) {
        return;
    }
    if let Ok(block) = syn::parse2(quote!(#block)) {
        Search { diag, found: false }.visit_block(&block);
    }
}

fn mentions_loop(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "loop" || ident == "while",
        TokenTree::Group(group) => mentions_loop(group.stream()),
        _ => false,
    })
}

/// Looks into everything that runs as a part of the body.
struct Search<'d> {
    diag: &'d mut Diag,
    /// Whether a loop was put down. The loops around it are not at fault as well: what mends it, mends them.
    found: bool,
}

impl Search<'_> {
    fn endless(&mut self, token: impl ToTokens, label: Option<&Label>, body: &Block) {
        let before = std::mem::replace(&mut self.found, false);
        self.visit_block(body);
        if !self.found && !can_end(label, body) {
            self.diag.at(token, MESSAGE);
            self.found = true;
        }
        self.found |= before;
    }
}

impl<'a> Visit<'a> for Search<'_> {
    fn visit_expr_loop(&mut self, it: &'a ExprLoop) {
        self.endless(it.loop_token, it.label.as_ref(), &it.body);
    }

    fn visit_expr_while(&mut self, it: &'a ExprWhile) {
        if is_literally(&it.cond, true) {
            self.endless(it.while_token, it.label.as_ref(), &it.body);
        } else {
            visit::visit_expr_while(self, it);
        }
    }

    /// What never runs is written by macros, to tell the compiler about types.
    fn visit_expr_if(&mut self, it: &'a ExprIf) {
        if !is_literally(&it.cond, false) {
            visit::visit_expr_if(self, it);
        }
    }

    /// An async block that is awaited in place runs as a part of the body.
    fn visit_expr_await(&mut self, it: &'a ExprAwait) {
        match peel(&it.base) {
            Expr::Async(block) => self.visit_block(&block.block),
            base => self.visit_expr(base),
        }
    }

    fn visit_expr_async(&mut self, _: &'a ExprAsync) {}

    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}

    fn visit_item(&mut self, _: &'a syn::Item) {}
}

fn is_literally(condition: &Expr, value: bool) -> bool {
    match peel(condition) {
        Expr::Paren(inner) => is_literally(&inner.expr, value),
        Expr::Lit(lit) => matches!(&lit.lit, Lit::Bool(lit) if lit.value == value),
        _ => false,
    }
}
