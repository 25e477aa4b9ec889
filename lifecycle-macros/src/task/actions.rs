//! What a monitor calls, by name.
//!
//! A free function's parameters cannot be seen from here: they are inferred from the function, as an opener's are. A
//! method's can, since it stands in the same impl block.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use crate::callee::{Callee, Host};
use crate::crate_path::{CratePath, private};
use crate::diag::Diag;
use crate::func::Func;
use crate::signature;
use crate::suggest::nearest;
use crate::tokens::{code, plain, site};
use crate::values::{Setting, optional};

use super::supervision::Supervision;

/// The actions of one task.
#[derive(Default)]
pub(super) struct Actions {
    failure: Option<TokenStream>,
    recovery: Option<TokenStream>,
}

impl Actions {
    pub(super) fn new(of: &Supervision, host: &Host<'_>, krate: &CratePath, diag: &mut Diag) -> Self {
        let mut action = |setting: &Option<Setting<Path>>| {
            let setting = setting.as_ref()?;
            match host.owner {
                Some(_) => method(setting, host, krate, diag),
                None => Some(free(setting)),
            }
        };
        Self { failure: action(&of.on_failure), recovery: action(&of.on_recovery) }
    }

    pub(super) fn tokens(&self) -> TokenStream {
        let private = private();
        if self.failure.is_none() && self.recovery.is_none() {
            return code!(#private::Actions::NONE);
        }
        let (failure, recovery) = (optional(self.failure.clone()), optional(self.recovery.clone()));
        code!(#private::Actions { failure: #failure, recovery: #recovery })
    }
}

fn free(setting: &Setting<Path>) -> TokenStream {
    let (private, path) = (private(), &setting.value);
    let span = site(setting.at.span());
    let (run, needs) = (
        quote_spanned!(span=> #private::run_action(#path, context)),
        quote_spanned!(span=> #private::needs_of_action(#path)),
    );
    code!(#private::Action { run: |context| #run, needs: || #needs })
}

fn method(setting: &Setting<Path>, host: &Host<'_>, krate: &CratePath, diag: &mut Diag) -> Option<TokenStream> {
    let func = sibling(setting, host, diag)?;
    let before = diag.is_clean();
    signature::check(func, diag);
    signature::check_params(func, host.place, diag);
    signature::check_async(&func.sig, "add `async`", diag);
    if before && !diag.is_clean() {
        return None;
    }
    let private = private();
    let callee = Callee::new(func, host, krate);
    let (run, needs) = (callee.run(), callee.needs());
    Some(code! {
        #private::Action {
            run: {
                #run
                __lifecycle_run
            },
            needs: || #private::needs_of(#needs),
        }
    })
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
