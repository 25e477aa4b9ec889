//! Whether a loop can wait, or end.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    Block, Expr, ExprBlock, ExprBreak, ExprCall, ExprContinue, ExprForLoop, ExprLoop, ExprWhile, Label, Lifetime,
};

/// Macros that neither wait nor leave, whatever they are given; what their arguments do counts.
const HARMLESS: [&str; 30] = [
    "cfg",
    "column",
    "concat",
    "dbg",
    "debug",
    "env",
    "eprint",
    "eprintln",
    "error",
    "event",
    "file",
    "format",
    "format_args",
    "include_bytes",
    "include_str",
    "info",
    "line",
    "log",
    "matches",
    "module_path",
    "option_env",
    "print",
    "println",
    "stringify",
    "trace",
    "vec",
    "warn",
    "write",
    "writeln",
    "thread_local",
];

/// Functions that never return, by the last part of their path.
const FINAL: [&str; 5] = ["exit", "_exit", "abort", "resume_unwind", "panic_any"];

/// Whether the loop with this body waits somewhere, or may be left.
pub(super) fn can_end(label: Option<&Label>, body: &Block) -> bool {
    let own = label.map(|label| &label.name);
    let mut fate = Fate { can_end: false, own, depth: 0, labels: Vec::new() };
    fate.visit_block(body);
    fate.can_end
}

struct Fate<'a> {
    can_end: bool,
    /// The label of the loop that is asked about.
    own: Option<&'a Lifetime>,
    /// How many loops deep inside of the one that is asked about.
    depth: usize,
    /// Labels inside of it: a break to one of these stays in the loop.
    labels: Vec<&'a Lifetime>,
}

impl<'a> Fate<'a> {
    fn inside(&mut self, label: Option<&'a Label>, depth: usize, visit: impl FnOnce(&mut Self)) {
        let known = self.labels.len();
        self.labels.extend(label.map(|label| &label.name));
        self.depth += depth;
        visit(self);
        self.depth -= depth;
        self.labels.truncate(known);
    }

    fn leaves(&self, label: &Lifetime) -> bool {
        !self.labels.contains(&label)
    }
}

impl<'a> Visit<'a> for Fate<'a> {
    fn visit_expr(&mut self, it: &'a Expr) {
        match it {
            Expr::Await(_) | Expr::Return(_) | Expr::Try(_) | Expr::Yield(_) => self.can_end = true,
            // What cannot be read may do anything.
            Expr::Verbatim(_) => self.can_end = true,
            _ if self.can_end => {}
            _ => visit::visit_expr(self, it),
        }
    }

    fn visit_expr_break(&mut self, it: &'a ExprBreak) {
        self.can_end |= it.label.as_ref().map_or(self.depth == 0, |label| self.leaves(label));
        visit::visit_expr_break(self, it);
    }

    fn visit_expr_continue(&mut self, it: &'a ExprContinue) {
        let label = it.label.as_ref().filter(|label| Some(*label) != self.own);
        self.can_end |= label.is_some_and(|label| self.leaves(label));
    }

    fn visit_expr_call(&mut self, it: &'a ExprCall) {
        if let Expr::Path(path) = &*it.func {
            let last = path.path.segments.last();
            self.can_end |= last.is_some_and(|last| FINAL.iter().any(|name| last.ident == name));
        }
        visit::visit_expr_call(self, it);
    }

    fn visit_expr_loop(&mut self, it: &'a ExprLoop) {
        self.inside(it.label.as_ref(), 1, |this| visit::visit_expr_loop(this, it));
    }

    fn visit_expr_while(&mut self, it: &'a ExprWhile) {
        self.inside(it.label.as_ref(), 1, |this| visit::visit_expr_while(this, it));
    }

    fn visit_expr_for_loop(&mut self, it: &'a ExprForLoop) {
        self.inside(it.label.as_ref(), 1, |this| visit::visit_expr_for_loop(this, it));
    }

    fn visit_expr_block(&mut self, it: &'a ExprBlock) {
        self.inside(it.label.as_ref(), 0, |this| visit::visit_expr_block(this, it));
    }

    fn visit_macro(&mut self, it: &'a syn::Macro) {
        let name = it.path.segments.last();
        let is_harmless = name.is_some_and(|last| HARMLESS.iter().any(|name| last.ident == name));
        self.can_end |= !is_harmless || mentions_a_way_out(it.tokens.clone());
    }

    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}

    fn visit_expr_async(&mut self, _: &'a syn::ExprAsync) {}

    fn visit_item(&mut self, _: &'a syn::Item) {}
}

fn mentions_a_way_out(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ["await", "return", "break", "continue"].iter().any(|word| ident == word),
        TokenTree::Punct(punct) => punct.as_char() == '?',
        TokenTree::Group(group) => mentions_a_way_out(group.stream()),
        TokenTree::Literal(_) => false,
    })
}
