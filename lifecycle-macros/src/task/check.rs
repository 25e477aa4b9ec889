//! Which options of a task go together, and with which function.

use crate::callee::Host;
use crate::diag::Diag;
use crate::duration::show;
use crate::func::Func;
use crate::loops;
use crate::signature;

use super::args::Args;

pub(super) fn check(args: &Args, func: &Func, host: &Host<'_>, diag: &mut Diag) {
    signature::check(func, diag);
    signature::check_params(func, host.place, diag);
    check_body_kind(args, func, diag);
    check_ticks(args, diag);
    check_critical(args, diag);
    check_later(args, func, diag);
    loops::check(func, args.unstoppable, diag);
}

/// A blocking task is sync, any other is async.
fn check_body_kind(args: &Args, func: &Func, diag: &mut Diag) {
    if args.later.blocking.is_none() {
        let remedy = "add `async`, and `.await` what takes time in it";
        signature::check_async(&func.sig, remedy, diag);
    }
}

fn check_ticks(args: &Args, diag: &mut Diag) {
    if !args.is_periodic {
        let jitter = args.jitter.as_ref().map(|setting| &setting.key);
        let missed = args.missed.as_ref().map(|setting| &setting.key);
        for key in jitter.into_iter().chain(missed) {
            diag.at(key, format!("`{key}` needs `interval`; add one, or remove `{key}`"));
        }
        return;
    }
    if let (Some(jitter), Some(interval)) = (&args.jitter, &args.interval) {
        if jitter.value >= interval.value {
            let (jitter_text, interval) = (show(jitter.value), show(interval.value));
            let message = format!(
                "`jitter` of {jitter_text} would put ticks in each other's place; make it shorter than the `interval` of {interval}"
            );
            diag.at(&jitter.at, message);
        }
    }
}

/// A failed tick is followed by the next one, so it is no reason to stop the program.
fn check_critical(args: &Args, diag: &mut Diag) {
    if let (true, Some(critical)) = (args.is_periodic, &args.critical) {
        if critical.value {
            let message = "`critical` has no meaning with `interval`, since a failed tick never begins shutdown; remove it, or call `Shutdown::request` where it should";
            diag.at(&critical.key, message);
        }
    }
}

fn check_later(args: &Args, func: &Func, diag: &mut Diag) {
    let later = &args.later;
    let blocking_fault = later.blocking.is_some() && (args.is_periodic || func.sig.asyncness.is_some());
    if let Some(key) = &later.blocking {
        if args.is_periodic {
            diag.at(key, "`blocking` excludes `interval`; remove one of them");
        }
        if let Some(asyncness) = &func.sig.asyncness {
            diag.at(asyncness, "`blocking` is for a sync `fn`; remove `async`, or `blocking`");
        }
    }
    if !args.is_periodic {
        for key in &later.monitor {
            diag.at(key, format!("`{key}` needs `interval`: it counts failed ticks; add one, or remove `{key}`"));
        }
    }
    later.refuse(!blocking_fault, args.is_periodic, diag);
}
