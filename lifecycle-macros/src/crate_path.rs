//! Where the runtime crate is found: `::lifecycle`, or what `crate = …` says.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ItemUse, Path};

use crate::setting::{Fault, peel, text_of};
use crate::tokens::{code, respan, show, site};

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
        let (path, tokens) = match peel(value) {
            Expr::Path(path) if path.qself.is_none() => (&path.path, quote!(#path)),
            Expr::Lit(_) => {
                let text = text_of(value)?;
                let path = text.parse_with(Path::parse_mod_style).map_err(|_| not_a_crate(&text.value()))?;
                return importable(&path, respan(quote!(#path), text.span()));
            }
            _ => return Err(Fault::Kind),
        };
        importable(path, tokens)
    }

    /// Brings what the crate offers to expansions into the scope of generated code, under a name of its own. A path that
    /// leads nowhere is one error here, instead of one wherever the crate is used.
    pub(crate) fn import(&self) -> TokenStream {
        let path = &self.0;
        let span = site(path.span());
        quote_spanned!(span=> use #path::__private as __lifecycle;)
    }

    /// What the crate offers to expansions, by a path that means the same in every module; `None` if this one does not.
    pub(crate) fn anywhere(&self) -> Option<TokenStream> {
        let path = &self.0;
        let first = path.clone().into_iter().next()?.to_string();
        [":", "crate", "$crate"].contains(&&*first).then(|| code!(#path::__private))
    }
}

/// What the crate offers to expansions, after [`CratePath::import`]. One name and no path: an expansion says it often.
pub(crate) fn private() -> TokenStream {
    code!(__lifecycle)
}

/// A path of generated code, moved to `span`: an error about the whole call then stands there too.
pub(crate) fn moved(private: &TokenStream, span: Span) -> TokenStream {
    respan(private.clone(), span)
}

/// What can stand in a `use`: no generics, and `self`, `Self` and the like only where they mean something.
fn importable(path: &Path, tokens: TokenStream) -> Result<CratePath, Fault> {
    let is_plain = path.segments.iter().all(|segment| segment.arguments.is_none());
    let is_importable = syn::parse2::<ItemUse>(quote!(use #path as it;)).is_ok();
    if is_plain && is_importable { Ok(CratePath(tokens)) } else { Err(not_a_crate(&show(path))) }
}

fn not_a_crate(text: &str) -> Fault {
    Fault::Text(format!("`{text}` is not the path of a crate; write it like `::lifecycle`"))
}
