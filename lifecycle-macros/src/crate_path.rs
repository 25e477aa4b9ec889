//! Where the runtime crate is found: `::lifecycle`, or what `crate = …` says.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, Lit, Path};

use crate::tokens::{code, respan, site};
use crate::values::{Fault, peel};

/// The path of the runtime crate.
#[derive(Clone)]
pub(crate) struct CratePath(TokenStream);

impl Default for CratePath {
    fn default() -> Self {
        Self(code!(::lifecycle))
    }
}

impl CratePath {
    /// Reads the value of `crate = path` or `crate = "path"`.
    pub(crate) fn read(value: &Expr) -> Result<Self, Fault> {
        match peel(value) {
            Expr::Path(path) if path.qself.is_none() && is_plain(&path.path) => {
                let path = &path.path;
                Ok(Self(quote!(#path)))
            }
            Expr::Lit(lit) => match &lit.lit {
                Lit::Str(text) => text
                    .parse_with(Path::parse_mod_style)
                    .map(|path| Self(respan(quote!(#path), text.span())))
                    .map_err(|_| Fault::Text(format!("`{}` is not a path", text.value()))),
                _ => Err(Fault::Kind),
            },
            _ => Err(Fault::Kind),
        }
    }

    /// Brings the crate into the scope of generated code, under a name of its own. A path that leads
    /// nowhere is one error here, instead of one wherever the crate is used.
    pub(crate) fn import(&self) -> TokenStream {
        let path = &self.0;
        let alias = Ident::new("__lifecycle", site(path.span()));
        code!(use #path as #alias;)
    }
}

/// What the crate offers to users, after [`CratePath::import`].
pub(crate) fn root() -> TokenStream {
    code!(__lifecycle)
}

/// What it offers to expansions, after [`CratePath::import`].
pub(crate) fn private() -> TokenStream {
    code!(__lifecycle::__private)
}

/// A path of generated code, moved to `span`: an error about the whole call then stands there too.
pub(crate) fn moved(private: &TokenStream, span: Span) -> TokenStream {
    respan(private.clone(), span)
}

fn is_plain(path: &Path) -> bool {
    path.segments.iter().all(|segment| segment.arguments.is_none())
}
