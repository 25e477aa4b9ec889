//! `#[component]`: tasks and hooks that are methods of a resource.

mod block;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Meta};

use crate::attrs::{conditions, last_segment_is, shared};
use crate::callee::{Host, Registered};
use crate::crate_path::CratePath;
use crate::diag::Diag;
use crate::func::Func;
use crate::options::{Key, Options, Vocabulary};
use crate::signature::Place;
use crate::tokens::{code, plain};
use crate::{hook, task};

use self::block::{Block, Member};

const VOCABULARY: Vocabulary =
    Vocabulary { attribute: "#[component]", keys: &[Key { name: "crate", example: "::lifecycle" }] };

/// A function that makes a registration of a method.
type Register = fn(TokenStream, &Func, &Host<'_>, &mut Diag) -> Option<Registered>;

/// What a method can be, by its attribute.
const SORTS: [(&str, &str, Register); 2] =
    [("cooperative_task", "task", task::registration), ("shutdown_hook", "hook", hook::registration)];

/// The attribute on an impl block.
pub(crate) fn attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut block = match syn::parse2::<Block>(item.clone()) {
        Ok(block) => block,
        Err(error) => return not_a_block(args, &item, error),
    };
    let mut diag = Diag::new(format!("component `{}`", crate::tokens::show(&block.self_ty)));
    diag.under(&conditions(&block.attrs));
    let krate = options(args, &mut diag);
    block.check(&mut diag);
    let usable = diag.is_clean();
    let mut registrations = diag.into_tokens();
    let owner = block.self_ty.to_token_stream();
    let shared = shared(&block.attrs);
    let functions = block.members.iter().filter_map(|member| match member {
        Member::Func(func) => Some(Func::clone(func)),
        Member::Other(_) => None,
    });
    let siblings: Vec<Func> = functions.collect();
    let siblings = siblings.as_slice();
    let host =
        Host { place: Place::Component, owner: Some(&owner), krate, shared: &shared, siblings, ..Host::default() };
    for member in &mut block.members {
        if let Member::Func(func) = member {
            // In a block with a fault of its own, no registration could name the type.
            let registration = method(func, &host);
            registrations.extend(registration.into_tokens(usable));
        }
    }
    code!(#block #registrations)
}

fn options(args: TokenStream, diag: &mut Diag) -> CratePath {
    Options::parse(args, &VOCABULARY, diag).crate_path(CratePath::default(), diag)
}

fn not_a_block(args: TokenStream, item: &TokenStream, error: syn::Error) -> TokenStream {
    let mut diag = Diag::new("component");
    options(args, &mut diag);
    match crate::func::keyword(item) {
        Some(keyword) if keyword != "impl" => {
            diag.at(&keyword, format!("it stands on a `{keyword}`; put it on an `impl` block"));
        }
        _ => diag.syntax(error),
    }
    let faults = diag.into_tokens();
    code!(#item #faults)
}

/// What became of a method.
struct Outcome {
    registrations: TokenStream,
    faults: TokenStream,
}

impl Outcome {
    fn into_tokens(self, usable: bool) -> TokenStream {
        let (registrations, faults) = (self.registrations, self.faults);
        if usable { code!(#registrations #faults) } else { faults }
    }
}

/// Takes our attributes off the method and does what they say. A fault here keeps no other method from
/// being registered.
fn method(func: &mut Func, host: &Host<'_>) -> Outcome {
    let mut outcome = Outcome { registrations: TokenStream::new(), faults: TokenStream::new() };
    let (ours, others) = func.attrs.drain(..).partition(|attr| sort(attr).is_some());
    func.attrs = others;
    let ours: Vec<Attribute> = ours;
    for (at, attr) in ours.iter().enumerate() {
        let Some((_, word, register)) = sort(attr) else {
            continue;
        };
        let mut diag = Diag::new(format!("{word} `{}`", plain(func.ident())));
        diag.under(&conditions(host.shared));
        diag.under(&conditions(&func.attrs));
        if at > 0 {
            diag.at(attr, "a method is one task or one hook; remove this attribute, or write a second method");
        } else if let Some(args) = arguments(attr, &mut diag) {
            if let Some(registered) = register(args, func, &host.by(attr), &mut diag) {
                func.mark(registered.marks.as_ref());
                outcome.registrations.extend(registered.tokens);
            }
        }
        let is_faulty = !diag.is_clean();
        outcome.faults.extend(diag.into_tokens());
        if is_faulty && at == 0 {
            func.attrs.push(syn::parse_quote!(#[allow(dead_code)]));
        }
    }
    outcome
}

fn sort(attr: &Attribute) -> Option<(&'static str, &'static str, Register)> {
    SORTS.into_iter().find(|(name, _, _)| last_segment_is(attr, name))
}

fn arguments(attr: &Attribute, diag: &mut Diag) -> Option<TokenStream> {
    match &attr.meta {
        Meta::Path(_) => Some(TokenStream::new()),
        Meta::List(list) => Some(list.tokens.clone()),
        Meta::NameValue(pair) => {
            let name = crate::tokens::show(&pair.path);
            diag.at(pair, format!("options stand in parentheses; write `#[{name}(…)]`"));
            None
        }
    }
}
