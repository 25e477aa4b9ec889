//! `close = …`: what ends the resource's life.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ExprClosure, Pat, ReturnType, Stmt, Type};

use crate::crate_path::{moved, private};
use crate::setting::{Fault, peel, text_of};
use crate::signature;
use crate::tokens::{code, replace_self, respan, site};

use super::open::{Named, named};

/// How the resource is closed.
pub(super) enum Close {
    /// It is dropped, as without the option.
    Drop,
    /// By a method, written as a call: so it is found through `Deref` and by any receiver.
    Method(Ident, Span),
    /// By a function that takes the resource or a reference to it.
    Function(TokenStream, Span),
    /// By a closure over the resource.
    Closure(Box<ExprClosure>),
}

pub(super) fn read(value: &Expr) -> Result<Close, Fault> {
    if let Ok(text) = text_of(value) {
        return match named(text)? {
            Named::Own(ident) if ident == "drop" => {
                Err(Fault::Text("`drop` cannot be called by name; write `close = drop`, or leave it out".to_owned()))
            }
            Named::Own(ident) => Ok(Close::Method(ident, text.span())),
            Named::Path(path) => Ok(Close::Function(path, text.span())),
        };
    }
    match peel(value) {
        Expr::Path(path) if path.path.is_ident("drop") => Ok(Close::Drop),
        Expr::Path(_) => Ok(Close::Function(value.to_token_stream(), value.span())),
        Expr::Closure(closure) => one_parameter(closure),
        _ => Err(Fault::Kind),
    }
}

fn one_parameter(closure: &ExprClosure) -> Result<Close, Fault> {
    match closure.inputs.len() {
        1 => Ok(Close::Closure(Box::new(closure.clone()))),
        count => Err(Fault::Text(format!(
            "the closure has {count} parameters; write one, for the resource: `|it| it.close()`"
        ))),
    }
}

impl Close {
    /// Where errors about closing belong.
    pub(super) fn span(&self) -> Span {
        match self {
            Close::Drop => Span::mixed_site(),
            Close::Method(_, span) | Close::Function(_, span) => site(*span),
            Close::Closure(closure) => site(closure.body.span()),
        }
    }

    /// Statements that bind what the call needs, and the call itself. `this` is the resource as `ty`, or with
    /// `shared` a reference to it.
    pub(super) fn call(&self, owner: &Ident, ty: &TokenStream, shared: bool) -> (TokenStream, TokenStream) {
        let span = self.span();
        match self {
            Close::Drop => (TokenStream::new(), code!(())),
            Close::Method(name, _) => (receiver(ty, name, shared, span), quote_spanned!(span=> this.#name())),
            Close::Function(function, _) => {
                let function = replace_self(function.clone(), &quote!(#owner));
                by_function(owner, &function, shared, span)
            }
            Close::Closure(closure) => {
                let (bind, body) = by_closure(closure, shared);
                let owner = quote!(#owner);
                (replace_self(bind, &owner), replace_self(body, &owner))
            }
        }
    }
}

/// Whether the method needs `&mut self` cannot be seen from here. With `shared` there is a closure that is never called
/// and tells by its kind; an error about it keeps the compiler from telling of the borrow as well.
fn receiver(ty: &TokenStream, name: &Ident, shared: bool, span: Span) -> TokenStream {
    if !shared {
        return quote_spanned!(span=> let mut this = this;);
    }
    let (private, ty) = (moved(&private(), span), respan(ty.clone(), span));
    quote_spanned! {span=>
        let _ = |mut this: #ty| #private::by_reference::<#ty, _>(|| this.#name());
    }
}

/// With `shared` there is only a reference to give; else the function's parameter decides. Where neither fits, the
/// last of the traits has the message.
fn by_function(owner: &Ident, function: &TokenStream, shared: bool, span: Span) -> (TokenStream, TokenStream) {
    let private = moved(&private(), span);
    if shared {
        let bind = quote_spanned! {span=>

            use #private::{PathByRef as _, PathUnknown as _};
            let kind = (&&&#private::ClosePath::<#owner, _>::new(#function)).kind();
        };
        return (bind, quote_spanned!(span=> kind.call_shared(this, #function)));
    }
    let bind = quote_spanned! {span=>

        use #private::{PathByMut as _, PathByRef as _, PathByValue as _, PathUnknown as _};
        let mut this = #private::Option::Some(this);
        let kind = (&&&&#private::ClosePath::<#owner, _>::new(#function)).kind();
    };
    (bind, quote_spanned!(span=> kind.call(&mut this, #function)))
}

fn by_closure(closure: &ExprClosure, shared: bool) -> (TokenStream, TokenStream) {
    let bind = closure.inputs.first().map(|pattern| bind(pattern, shared));
    (bind.unwrap_or_default(), body(closure))
}

/// `|it|` gets the resource itself, `|it: &T|` and `|it: &mut T|` a reference to it.
fn bind(pattern: &Pat, shared: bool) -> TokenStream {
    let span = site(pattern.span());
    let this = quote_spanned!(span=> this);
    match pattern {
        _ if shared => quote_spanned!(span=> let #pattern = #this;),
        Pat::Ident(name) if name.by_ref.is_none() && name.mutability.is_none() && name.subpat.is_none() => {
            quote_spanned!(span=> let mut #name = #this;)
        }
        Pat::Type(typed) => {
            let borrow = match signature::peel(&typed.ty) {
                Type::Reference(reference) if reference.mutability.is_some() => {
                    quote_spanned!(span=> &mut)
                }
                Type::Reference(_) => quote_spanned!(span=> &),
                _ => return quote_spanned!(span=> let #typed = #this;),
            };
            quote_spanned!(span=> let mut this = this; let #typed = #borrow #this;)
        }
        other => quote_spanned!(span=> let #other = #this;),
    }
}

/// The body stands where its future is awaited, so that it may borrow from the resource. Where it can
/// leave early it stays in a closure of its own, since `?` and `return` would leave more than it.
fn body(closure: &ExprClosure) -> TokenStream {
    let stays =
        closure.asyncness.is_some() || !matches!(closure.output, ReturnType::Default) || leaves_early(&closure.body);
    if !stays {
        return unbraced(&closure.body).to_token_stream();
    }
    let mut without_parameters = closure.clone();
    without_parameters.inputs.clear();
    quote_spanned!(site(closure.body.span())=> (#without_parameters)())
}

/// `{ it.close() }` → `it.close()`: lints would find the braces needless where the body goes.
fn unbraced(body: &Expr) -> &Expr {
    match body {
        Expr::Block(block) if block.attrs.is_empty() && block.label.is_none() => match block.block.stmts.as_slice() {
            [Stmt::Expr(only, None)] => only,
            _ => body,
        },
        _ => body,
    }
}

fn leaves_early(body: &Expr) -> bool {
    let mut search = Leaves(false);
    search.visit_expr(body);
    search.0
}

struct Leaves(bool);

impl<'a> Visit<'a> for Leaves {
    fn visit_expr_return(&mut self, _: &'a syn::ExprReturn) {
        self.0 = true;
    }

    fn visit_expr_try(&mut self, _: &'a syn::ExprTry) {
        self.0 = true;
    }

    fn visit_expr_closure(&mut self, _: &'a ExprClosure) {}

    fn visit_expr_async(&mut self, _: &'a syn::ExprAsync) {}

    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_expr(&mut self, expr: &'a Expr) {
        if !self.0 {
            visit::visit_expr(self, expr);
        }
    }
}
