//! The budgets of the phases against the total.

use std::time::Duration;

use lifecycle_rules::budget::{PHASES, sum_fault};

use crate::diag::Diag;
use crate::setting::Setting;

use super::main_args::{Args, Phases};

impl Phases {
    /// In the order in which they run.
    fn in_order(&self) -> [&Option<Setting<Duration>>; 5] {
        [&self.announce, &self.stop_new_work, &self.complete_current, &self.cancel_tasks, &self.force_cleanup]
    }
}

/// What the phases are given has to fit into the total, with something left for closing resources.
pub(super) fn check(args: &Args, diag: &mut Diag) {
    if !args.budgets_are_known {
        return;
    }
    let settings = args.phases.in_order();
    let given = settings.map(|setting| setting.as_ref().map(|setting| setting.value));
    let Some(fault) = sum_fault(args.timeout.as_ref().map(|setting| setting.value), given) else { return };
    let at = PHASES.iter().position(|phase| *phase == fault.option);
    if let Some(setting) = at.and_then(|at| settings[at].as_ref()) {
        diag.at(&setting.at, fault.text);
    }
}
