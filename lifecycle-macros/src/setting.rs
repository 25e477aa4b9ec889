//! An option's value as it stands in the tokens.

use proc_macro2::Ident;
use syn::{Expr, Lit, LitStr};

/// An option's value, with the tokens that it stands on.
pub(crate) struct Setting<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
    pub(crate) at: Expr,
}

/// Why a value is no good.
pub(crate) enum Fault {
    /// It is not even of the right kind.
    Kind,
    /// It is of the right kind, and this is wrong with it.
    Text(String),
}

/// Without the invisible group that a `macro_rules!` fragment is wrapped in.
pub(crate) fn peel(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => peel(&group.expr),
        other => other,
    }
}

/// The string literal that `value` is.
pub(crate) fn text_of(value: &Expr) -> Result<&LitStr, Fault> {
    match peel(value) {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Str(text) if text.suffix().is_empty() => Ok(text),
            _ => Err(Fault::Kind),
        },
        _ => Err(Fault::Kind),
    }
}
