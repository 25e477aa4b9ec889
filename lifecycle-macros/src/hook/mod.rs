//! `#[shutdown_hook]`.

mod args;
mod expand;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use crate::attrs::conditions;
use crate::callee::{Callee, Host, Registered, Sort};
use crate::diag::Diag;
use crate::func::{self, Func};
use crate::loops;
use crate::names::Name;
use crate::signature;
use crate::tokens::code;

use self::args::Args;

/// A hook without faults: all that its registration is made of.
struct Hook {
    name: Name,
    phase: &'static str,
    args: Args,
    callee: Callee,
}

/// The attribute on a free function.
pub(crate) fn attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::new(format!("hook `{}`", func::name_of(&item)));
    let Some(func) = func::read(&item, "an `async fn`", &mut diag) else {
        Args::read(args, &Host::default(), &mut diag);
        let faults = diag.into_tokens();
        return code!(#item #faults);
    };
    diag.under(&conditions(&func.attrs));
    match registration(args, &func, &Host::default(), &mut diag) {
        Some(registered) => {
            let (item, registration) = (registered.marked(item), registered.tokens);
            code!(#item #registration)
        }
        None => func::fallback(&item, diag),
    }
}

/// What registers the function as a hook; `None` after a fault.
pub(crate) fn registration(args: TokenStream, func: &Func, host: &Host<'_>, diag: &mut Diag) -> Option<Registered> {
    let mut args = Args::read(args, host, diag);
    signature::check(func, diag);
    signature::check_async(&func.sig, "add `async`, and `.await` what takes time in it", diag);
    signature::check_params(func, host.place, diag);
    loops::check(func, args.unstoppable, diag);
    let name = Name::of_fn(args.name.take(), func.ident(), diag);
    let callee = Callee::new(Sort::Hook, func, host, &args.krate);
    let phase = args.phase?;
    let marks = args.traced.then(|| args.krate.clone());
    let hook = diag.is_clean().then(|| Hook { name, phase, args, callee })?;
    Some(Registered { tokens: hook.expand(), marks })
}
