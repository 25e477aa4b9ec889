//! Which options of a task go together, and with which function.

use crate::callee::Host;
use crate::diag::Diag;
use crate::duration::show;
use crate::func::Func;
use crate::loops;
use crate::signature;

use super::args::{Args, OnShutdown};

pub(super) fn check(args: &Args, func: &Func, host: &Host<'_>, diag: &mut Diag) {
    signature::check(func, diag);
    signature::check_params(func, host.place, diag);
    check_body_kind(args, func, diag);
    check_ticks(args, diag);
    check_critical(args, diag);
    check_restarts(args, diag);
    check_monitor(args, diag);
    check_blocking(args, func, diag);
    loops::check(func, args.unstoppable, diag);
}

/// A blocking task is sync, any other is async.
fn check_body_kind(args: &Args, func: &Func, diag: &mut Diag) {
    if !args.supervision.is_blocking() {
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

fn check_restarts(args: &Args, diag: &mut Diag) {
    let it = &args.supervision;
    if args.is_periodic {
        let keys = [
            it.restart.as_ref().filter(|_| it.restarts()).map(|setting| &setting.key),
            it.backoff.as_ref().map(|setting| &setting.key),
            it.max_restarts.as_ref().map(|setting| &setting.key),
        ];
        for key in keys.into_iter().flatten() {
            let message = format!(
                "`{key}` has no meaning with `interval`, since a failed tick is followed by the next one; remove it"
            );
            diag.at(key, message);
        }
        return;
    }
    if it.restarts() || (it.has_restart && it.restart.is_none()) {
        return;
    }
    let backoff = it.backoff.as_ref().map(|setting| &setting.key);
    let intensity = it.max_restarts.as_ref().map(|setting| &setting.key);
    for key in backoff.into_iter().chain(intensity) {
        diag.at(key, format!("`{key}` needs `restart`; add `restart = \"on-failure\"`, or remove `{key}`"));
    }
}

fn check_monitor(args: &Args, diag: &mut Diag) {
    let it = &args.supervision;
    let actions = [&it.on_failure, &it.on_recovery].into_iter().flatten().map(|setting| &setting.key);
    if !args.is_periodic {
        for key in it.failure_threshold.iter().map(|setting| &setting.key).chain(actions) {
            diag.at(key, format!("`{key}` needs `interval`: it counts failed ticks; add one, or remove `{key}`"));
        }
    } else if !it.has_threshold {
        for key in actions {
            let message = format!("`{key}` needs `failure_threshold`: add `failure_threshold = 3`, or remove `{key}`");
            diag.at(key, message);
        }
    }
}

/// What cannot be done to a thread.
fn check_blocking(args: &Args, func: &Func, diag: &mut Diag) {
    let Some(blocking) = &args.supervision.blocking else { return };
    if args.is_periodic {
        diag.at(&blocking.key, "`blocking` excludes `interval`; remove one of them");
    }
    if let Some(local) = &args.local {
        let message = "`local` excludes `blocking`, which has a thread of its own already; remove one of them";
        diag.at(&local.key, message);
    }
    if let Some(timeout) = &args.timeout {
        let message = "`timeout` excludes `blocking`: a thread cannot be stopped; remove it, and call `Shutdown::checkpoint` often enough";
        diag.at(&timeout.key, message);
    }
    if let Some(on_shutdown) = args.on_shutdown.as_ref().filter(|setting| setting.value == OnShutdown::Cancel) {
        let message = "\"cancel\" excludes `blocking`: a thread cannot be dropped; remove it, and call `Shutdown::checkpoint` often enough";
        diag.at(&on_shutdown.at, message);
    }
    if let Some(asyncness) = &func.sig.asyncness {
        diag.at(asyncness, "`blocking` is for a sync `fn`; remove `async`, or `blocking`");
    }
}
