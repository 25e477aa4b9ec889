//! Which options of a resource go together, and with which type.

use syn::{Pat, Type};

use crate::diag::Diag;
use crate::signature::peel;
use crate::tokens::show;

use super::args::Args;
use super::close::Close;
use super::item::Item;

pub(super) fn check(args: &Args, item: &Item, diag: &mut Diag) {
    if !item.generics.params.is_empty() {
        let message =
            "it cannot be generic, since a resource is one type; wrap the one you mean: `struct Users(Store<User>);`";
        diag.at(&item.generics.params, message);
    }
    check_shared(args, diag);
}

/// `shared` closes through `&self` while others hold the resource.
fn check_shared(args: &Args, diag: &mut Diag) {
    let Some(shared) = args.shared.as_ref().filter(|setting| setting.value) else {
        return;
    };
    match args.close.as_ref().map(|setting| &setting.value) {
        None if args.has_close => {}
        None | Some(Close::Drop) => {
            diag.at(&shared.key, "`shared` needs `close`, which makes the holders let go; add one, or remove `shared`");
        }
        Some(Close::Closure(closure)) => {
            closure.inputs.iter().for_each(|pattern| check_pattern(pattern, diag));
        }
        Some(_) => {}
    }
}

fn check_pattern(pattern: &Pat, diag: &mut Diag) {
    let Pat::Type(typed) = pattern else { return };
    let ty = peel(&typed.ty);
    let is_shared =
        matches!(ty, Type::Reference(reference) if reference.mutability.is_none()) || matches!(ty, Type::Infer(_));
    if !is_shared {
        let written = show(ty);
        diag.at(
            &typed.ty,
            format!("with `shared` the closure gets a reference, not `{written}`; write `&` and the type, or no type"),
        );
    }
}
