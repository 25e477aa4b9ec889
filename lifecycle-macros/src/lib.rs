//! The attributes of the `lifecycle` crate; their documentation stands there.
//!
//! Each attribute goes the same way: tokens → options with their places → a model → checks → code. All
//! that can fail happens before the last step; after a fault the item is still emitted, without its
//! registration, so that an editor keeps it.

mod attrs;
mod awaits;
#[cfg(test)]
mod both_fronts;
mod callee;
mod component;
mod consts;
mod crate_path;
mod diag;
mod entry;
mod func;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod golden;
mod hook;
mod loops;
mod names;
mod options;
mod resource;
mod setting;
mod signature;
mod task;
#[cfg(test)]
mod testing;
mod tokens;
mod traced;
mod values;

use proc_macro::TokenStream;

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn cooperative_task(args: TokenStream, item: TokenStream) -> TokenStream {
    task::attribute(args.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn resource(args: TokenStream, item: TokenStream) -> TokenStream {
    resource::attribute(args.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn component(args: TokenStream, item: TokenStream) -> TokenStream {
    component::attribute(args.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn shutdown_hook(args: TokenStream, item: TokenStream) -> TokenStream {
    hook::attribute(args.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::main_fn::attribute(args.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::test_fn::attribute(args.into(), item.into()).into()
}

/// See `lifecycle::traced`.
#[proc_macro_attribute]
pub fn traced(args: TokenStream, item: TokenStream) -> TokenStream {
    traced::attribute(args.into(), item.into()).into()
}
