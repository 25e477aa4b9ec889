//! `#[resource]`.

mod alone;
mod args;
mod check;
mod close;
mod expand;
mod item;
mod missing;
mod open;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use crate::attrs::conditions;
use crate::diag::Diag;
use crate::names::{Name, snake_case};
use crate::tokens::{code, plain};

use self::args::Args;
use self::item::Item;

/// A resource without faults: all that its registration is made of.
struct Resource {
    name: Name,
    args: Args,
    item: Item,
}

/// The attribute on a struct or an enum.
pub(crate) fn attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::new(format!("resource `{}`", crate::func::name_of(&item)));
    let mut args = Args::read(args, &mut diag);
    let Some(parsed) = Item::read(&item, &mut diag) else {
        let faults = diag.into_tokens();
        return code!(#item #faults);
    };
    diag.under(&conditions(&parsed.shared));
    check::check(&args, &parsed, &mut diag);
    let name = Name::new(args.name.take(), snake_case(&plain(&parsed.ident)), &parsed.ident, &mut diag);
    let resource = Resource { name, args, item: parsed };
    let code = if diag.is_clean() { resource.expand() } else { resource.fallback(diag) };
    code!(#item #code)
}
