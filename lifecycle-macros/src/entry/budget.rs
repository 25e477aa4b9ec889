//! The budgets of the phases against the total.

use std::time::Duration;

use crate::diag::Diag;
use crate::duration::show;

use super::main_args::{Args, Phases};

/// The total when `timeout` is not given; the runtime crate has the same.
const USUAL_TOTAL: Duration = Duration::from_secs(30);

impl Phases {
    /// In the order in which they run.
    fn given(&self) -> impl Iterator<Item = &crate::setting::Setting<Duration>> {
        let all =
            [&self.announce, &self.stop_new_work, &self.complete_current, &self.cancel_tasks, &self.force_cleanup];
        all.into_iter().flatten()
    }
}

/// What the phases are given has to fit into the total, with something left for closing resources.
pub(super) fn check(args: &Args, diag: &mut Diag) {
    if !args.budgets_are_known {
        return;
    }
    let total = args.timeout.as_ref().map_or(USUAL_TOTAL, |setting| setting.value);
    let mut sum = Duration::ZERO;
    let mut over = None;
    for budget in args.phases.given() {
        sum = sum.saturating_add(budget.value);
        over = over.or((sum > total).then_some(budget));
    }
    let whose = if args.timeout.is_some() { "`timeout`" } else { "usual total" };
    let remedy = "shorten a phase, or write a longer `timeout`";
    if let Some(budget) = over {
        let message = format!("the phases add up to {}, more than the {whose} of {}; {remedy}", show(sum), show(total));
        diag.at(&budget.at, message);
    } else if args.phases.force_cleanup.is_none() && sum == total {
        if let Some(last) = args.phases.given().last() {
            let message = format!(
                "the phases use up the whole {whose} of {}, and resources could not close; {remedy}",
                show(total)
            );
            diag.at(&last.at, message);
        }
    }
}
