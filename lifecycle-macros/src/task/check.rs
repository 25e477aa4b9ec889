//! Which function can be a task. The rules for options stand in `lifecycle-rules`, since the builder keeps them too.

use crate::callee::Host;
use crate::diag::Diag;
use crate::func::Func;
use crate::loops;
use crate::signature;

use super::args::Args;

pub(super) fn check(args: &Args, func: &Func, host: &Host<'_>, diag: &mut Diag) {
    signature::check(func, diag);
    signature::check_params(func, host.place, diag);
    check_body_kind(args, func, diag);
    loops::check(func, args.unstoppable, diag);
}

/// A blocking task is sync, any other is async.
fn check_body_kind(args: &Args, func: &Func, diag: &mut Diag) {
    if !args.supervision.is_blocking() {
        let remedy = "add `async`, and `.await` what takes time in it";
        signature::check_async(&func.sig, remedy, diag);
    } else if let Some(asyncness) = &func.sig.asyncness {
        diag.at(asyncness, "`blocking` is for a sync `fn`; remove `async`, or `blocking`");
    }
}
