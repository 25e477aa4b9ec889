//! `#[cooperative_task]`.

mod actions;
mod args;
mod check;
mod expand;
mod supervision;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use crate::attrs::conditions;
use crate::callee::{Callee, Host, Registered, Sort};
use crate::diag::Diag;
use crate::func::{self, Func};
use crate::names::Name;
use crate::tokens::code;

use self::actions::Actions;
use self::args::Args;

/// A task without faults: all that its registration is made of.
struct Task {
    name: Name,
    args: Args,
    callee: Callee,
    actions: Actions,
}

/// The attribute on a free function.
pub(crate) fn attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::new(format!("task `{}`", func::name_of(&item)));
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

/// What registers the function as a task; `None` after a fault.
pub(crate) fn registration(args: TokenStream, func: &Func, host: &Host<'_>, diag: &mut Diag) -> Option<Registered> {
    let mut args = Args::read(args, host, diag);
    check::check(&args, func, host, diag);
    let name = Name::of_fn(args.name.take(), func.ident(), diag);
    let callee = Callee::new(Sort::Task, func, host, &args.krate).local(args.local.is_some());
    let actions = Actions::new(&args.supervision, func.ident(), host, &args.krate, diag);
    let marks = args.traced.then(|| args.krate.clone());
    let task = diag.is_clean().then(|| Task { name, args, callee, actions })?;
    Some(Registered { tokens: task.expand(), marks })
}
