//! What a monitor calls, by name.
//!
//! A free function's parameters cannot be seen from here: they are inferred from the function, as an opener's are. A
//! method's can, since it stands in the same impl block.

use lifecycle_rules::near::nearest;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use crate::callee::{Callee, Host, Naming, marker};
use crate::consts::optional;
use crate::crate_path::{CratePath, moved, private};
use crate::diag::Diag;
use crate::func::Func;
use crate::setting::Setting;
use crate::signature;
use crate::tokens::{code, plain, site};

use super::supervision::Supervision;

/// The actions of one task.
#[derive(Default)]
pub(super) struct Actions {
    failure: Option<TokenStream>,
    recovery: Option<TokenStream>,
}

impl Actions {
    pub(super) fn new(of: &Supervision, task: &Ident, host: &Host<'_>, krate: &CratePath, diag: &mut Diag) -> Self {
        let mut action = |setting: &Option<Setting<Path>>| {
            let setting = setting.as_ref()?;
            match host.owner {
                Some(_) => method(setting, task, host, krate, diag),
                None => Some(free(setting, task)),
            }
        };
        Self { failure: action(&of.on_failure), recovery: action(&of.on_recovery) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.failure.is_none() && self.recovery.is_none()
    }

    pub(super) fn tokens(&self) -> TokenStream {
        let private = private();
        if self.is_empty() {
            return code!(#private::Actions::NONE);
        }
        let (failure, recovery) = (optional(self.failure.clone()), optional(self.recovery.clone()));
        code!(#private::Actions { failure: #failure, recovery: #recovery })
    }
}

/// Errors about the function are errors of the task, whose name is that of a type parameter.
fn free(setting: &Setting<Path>, task: &Ident) -> TokenStream {
    let span = site(setting.at.span());
    let (private, marker) = (moved(&private(), span), marker(task));
    let (import, path) = out_of_scope(&setting.value, task);
    quote_spanned! {span=>
        {
            #import
            #[allow(non_camel_case_types)]
            fn __lifecycle_action<#marker: ?::core::marker::Sized>(ask: #private::Ask<'_>) -> #private::Answer {
                #private::action::<#marker, _, _, _>(ask, #path)
            }
            #private::Code(__lifecycle_action::<()>)
        }
    }
}

/// A path that begins with a module or a type of the task's name would begin with that type parameter instead; it goes
/// by another name there.
fn out_of_scope(path: &Path, task: &Ident) -> (TokenStream, Path) {
    let mut path = path.clone();
    let is_long = path.leading_colon.is_none() && path.segments.len() > 1;
    match path.segments.first_mut().filter(|first| is_long && first.ident == *task) {
        Some(first) => {
            let alias = Ident::new("__LifecycleHead", first.ident.span());
            let head = std::mem::replace(&mut first.ident, alias.clone());
            (code!(use #head as #alias;), path)
        }
        None => (TokenStream::new(), path),
    }
}

fn method(
    setting: &Setting<Path>,
    task: &Ident,
    host: &Host<'_>,
    krate: &CratePath,
    diag: &mut Diag,
) -> Option<TokenStream> {
    let func = sibling(setting, host, diag)?;
    let before = diag.is_clean();
    signature::check(func, diag);
    signature::check_params(func, host.place, diag);
    signature::check_async(&func.sig, "add `async`", diag);
    if before && !diag.is_clean() {
        return None;
    }
    let callee = Callee::action(task, func, host, krate);
    let (items, function) = callee.code(Naming::Parameter);
    Some(code!({ #items #function }))
}

fn sibling<'a>(setting: &Setting<Path>, host: &Host<'a>, diag: &mut Diag) -> Option<&'a Func> {
    let key = &setting.key;
    let segments: Vec<String> = setting.value.segments.iter().map(|segment| plain(&segment.ident)).collect();
    let name = match segments.as_slice() {
        [name] => name,
        [this, name] if this == "Self" => name,
        _ => {
            let path = crate::tokens::show(setting.value.to_token_stream());
            diag.at(&setting.at, format!("`{key}`: a method's monitor calls a method of the same `impl` block, not `{path}`; write its name alone"));
            return None;
        }
    };
    let found = host.siblings.iter().find(|func| plain(func.ident()) == *name);
    if found.is_none() {
        let names: Vec<String> = host.siblings.iter().map(|func| plain(func.ident())).collect();
        let meant = nearest(name, names.iter().map(String::as_str));
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        diag.at(
            &setting.at,
            format!(
                "`{key}`: there is no method `{name}` in this `impl` block{meant}; write `async fn {name}(&self)` in it"
            ),
        );
    }
    found
}
