//! `#[lifecycle::main]`.

use proc_macro2::TokenStream;

use crate::attrs::{conditions, last_segment_is};
use crate::callee::{Callee, Host, Sort};
use crate::diag::Diag;
use crate::func::{self, Func};
use crate::loops;
use crate::signature;
use crate::tokens::{code, plain};

use super::budget;
use super::main_args::{Args, Flavor, OnShutdown};

/// A main function without faults.
pub(super) struct Main {
    pub(super) args: Args,
    pub(super) callee: Callee,
    pub(super) func: Func,
}

/// The attribute on `main`, async or not.
pub(crate) fn attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::new("main");
    let args = Args::read(args, &mut diag);
    check_args(&args, &mut diag);
    let Some(func) = func::read(&item, "`async fn main` or `fn main`", &mut diag) else {
        let faults = diag.into_tokens();
        return code!(#item #faults);
    };
    diag.under(&conditions(&func.attrs));
    check_func(&func, &mut diag);
    check_sync(&args, &func, &mut diag);
    loops::check(&func, args.unstoppable, &mut diag);
    let callee = Callee::new(Sort::Main, &func, &Host::default(), &args.krate);
    if diag.is_clean() { Main { args, callee, func }.expand() } else { fallback(&func, diag) }
}

fn check_args(args: &Args, diag: &mut Diag) {
    budget::check(args, diag);
    let single = args.flavor.as_ref().is_some_and(|flavor| flavor.value == Flavor::CurrentThread);
    if let (true, Some(workers)) = (single, &args.worker_threads) {
        let message =
            "`worker_threads` has no meaning with flavor \"current_thread\", which has no workers; remove one of them";
        diag.at(&workers.key, message);
    }
}

fn check_func(func: &Func, diag: &mut Diag) {
    signature::check(func, diag);
    signature::check_no_self(func, "write `main` outside of any impl block", diag);
    for attr in func.attrs.iter().filter(|attr| last_segment_is(attr, "main")) {
        diag.at(attr, "`#[lifecycle::main]` builds the runtime already; remove the other one");
    }
    if plain(func.ident()) != "main" {
        let message = format!("`{}` must be named `main`: it is where the program begins", plain(func.ident()));
        diag.at(func.ident(), message);
    }
}

/// A sync `main` has the process's main thread for itself. A thread cannot be dropped.
fn check_sync(args: &Args, func: &Func, diag: &mut Diag) {
    let cancels = args.on_shutdown.as_ref().filter(|setting| setting.value == OnShutdown::Cancel);
    if let (None, Some(on_shutdown)) = (&func.sig.asyncness, cancels) {
        let message = "\"cancel\" needs an `async fn main`: a thread cannot be dropped; remove it, and look at a `Shutdown` in the body";
        diag.at(&on_shutdown.at, message);
    }
}

/// Keeps the function under its name. The compiler wants a sync `main`, so an async one goes inside: its
/// body is still checked, and the compiler does not complain about what we would have mended.
fn fallback(func: &Func, diag: Diag) -> TokenStream {
    if func.sig.asyncness.is_none() || plain(func.ident()) != "main" {
        return func::fallback(&code!(#func), diag);
    }
    let attrs = func.attrs.iter().filter(|attr| !last_segment_is(attr, "main"));
    let (vis, bare, faults) = (&func.vis, func.bare(), diag.into_tokens());
    code! {
        #(#attrs)*
        #vis fn main() {
            #[allow(dead_code)]
            #bare
        }
        #faults
    }
}
