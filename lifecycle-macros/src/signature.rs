//! Rules that every annotated function obeys: the framework calls it, once or often, with what it was
//! built to hand in.

use syn::{FnArg, Receiver, ReceiverKind, Safety, Signature, Type};

use crate::attrs::conditions;
use crate::diag::Diag;
use crate::func::{Body, Func};
use crate::tokens::show;

/// Where the function stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Outside of any impl block, as far as we can see.
    Free,
    /// In an impl block under `#[component]`.
    Component,
}

/// How many parameters a function may have; one of them is the resource whose method it is.
const MOST_PARAMETERS: usize = 12;

/// What a fault's remedy may offer as parameters.
const INJECTABLE: &str = "`Res<T>`, `Shutdown`, `Requests`, `Tasks` or `Groups`";

/// The rules about qualifiers, generics and body.
pub(crate) fn check(func: &Func, diag: &mut Diag) {
    let sig = &func.sig;
    if let Some(token) = &sig.constness {
        diag.at(token, "it cannot be a `const fn`; remove `const`");
    }
    if let Safety::Unsafe(token) = &sig.safety {
        diag.at(
            token,
            "it cannot be an `unsafe fn`, since the generated call cannot vouch for it; put `unsafe` blocks into a safe one",
        );
    }
    if let Some(abi) = &sig.abi {
        diag.at(abi, "it cannot be an `extern` fn; remove the ABI");
    }
    if let Some(variadic) = &sig.variadic {
        diag.at(variadic, "it cannot take a variable number of parameters; name each of them");
    }
    if !sig.generics.params.is_empty() {
        diag.at(
            &sig.generics.params,
            "it cannot be generic, since there is no caller to choose the types; write one function per type, which calls a generic one",
        );
    }
    if let Body::Missing(_) = &func.body {
        diag.at(&sig.ident, "it has no body; add `{ … }`");
    }
    if func.never_returns() {
        diag.at(&sig.output, "it returns `!`, so it could never stop; return `()` or `Result<(), E>`");
    }
}

/// The function has to be async.
pub(crate) fn check_async(sig: &Signature, remedy: &str, diag: &mut Diag) {
    if sig.asyncness.is_none() {
        diag.at(sig.fn_token, format!("it is not async; {remedy}"));
    }
}

/// What can be handed in: owned values of named types.
pub(crate) fn check_params(func: &Func, place: Place, diag: &mut Diag) {
    let mut has_self = false;
    for input in &func.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                has_self = true;
                check_receiver(receiver, place, diag);
            }
            FnArg::Typed(param) => check_type(&param.ty, diag),
        }
    }
    check_count(func, diag);
    if place == Place::Component && !has_self {
        diag.at(func.ident(), "it has no `&self`; add it, or move the function out of the impl block");
    }
}

/// Those that may not be compiled are not counted: whether they are is not known here.
fn check_count(func: &Func, diag: &mut Diag) {
    let is_counted = |input: &&FnArg| match input {
        FnArg::Receiver(_) => true,
        FnArg::Typed(param) => conditions(&param.attrs).is_empty(),
    };
    if let Some(extra) = func.sig.inputs.iter().filter(is_counted).nth(MOST_PARAMETERS) {
        let message =
            format!("it has more than {MOST_PARAMETERS} parameters; let one resource hold what belongs together");
        diag.at(extra, message);
    }
}

fn check_receiver(receiver: &Receiver, place: Place, diag: &mut Diag) {
    if place == Place::Free {
        diag.at(receiver, "a method needs to know its resource; put `#[lifecycle::component]` on the impl block");
        return;
    }
    let shared = match &receiver.kind {
        ReceiverKind::Reference(_, _, mutable) => mutable.is_none(),
        ReceiverKind::Typed(_, ty) => {
            matches!(peel(ty), Type::Reference(ty) if ty.mutability.is_none())
        }
        _ => false,
    };
    if !shared {
        diag.at(
            receiver,
            "it can only have `&self`, since others hold the resource as well; keep what changes in a mutex, an atomic or a channel",
        );
    }
}

fn check_type(ty: &Type, diag: &mut Diag) {
    match peel(ty) {
        Type::Reference(reference) => {
            let (written, owned) = (show(ty), show(&reference.elem));
            let remedy = if owned.starts_with("Res<") || matches!(owned.as_str(), "Shutdown" | "Requests" | "Tasks") {
                format!("write `{owned}`")
            } else {
                format!("take {INJECTABLE}")
            };
            diag.at(ty, format!("parameters are handed over by value, not as `{written}`; {remedy}"));
        }
        Type::ImplTrait(_) => {
            let written = show(ty);
            diag.at(ty, format!("`{written}` names no type that could be handed in; take {INJECTABLE}"));
        }
        _ => {}
    }
}

/// The same for entry points, which are no methods.
pub(crate) fn check_no_self(func: &Func, remedy: &str, diag: &mut Diag) {
    if let Some(FnArg::Receiver(receiver)) = func.sig.inputs.first() {
        diag.at(receiver, format!("it cannot have `self`; {remedy}"));
    }
    func.params().for_each(|param| check_type(&param.ty, diag));
    check_count(func, diag);
}

/// Without the invisible group that a `macro_rules!` fragment is wrapped in, and without parentheses.
pub(crate) fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        other => other,
    }
}
