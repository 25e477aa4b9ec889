//! The budgets of the phases against the total.

use std::time::Duration;

use crate::duration::written;
use crate::{Fault, zero};

/// The total when none is given: Kubernetes' default `terminationGracePeriodSeconds`.
pub const DEFAULT_TOTAL: Duration = Duration::from_secs(30);

/// The phases, in the order in which they run.
pub const PHASES: [&str; 5] = ["announce", "stop_new_work", "complete_current", "cancel_tasks", "force_cleanup"];

/// What is wrong with the total.
pub fn total_fault(total: Duration) -> Option<Fault> {
    zero("timeout", total.is_zero(), "a shutdown needs time; leave it out for 30 s")
}

/// What is wrong with the share of *force_cleanup*.
pub fn force_cleanup_fault(share: Duration) -> Option<Fault> {
    zero("force_cleanup", share.is_zero(), "resources could not close; give it at least \"1s\"")
}

/// What the phases are given has to fit into the total, with something left for closing resources. `given` stands in the
/// order of [`PHASES`].
pub fn sum_fault(total: Option<Duration>, given: [Option<Duration>; 5]) -> Option<Fault> {
    let whose = if total.is_some() { "`timeout`" } else { "usual total" };
    let total = total.unwrap_or(DEFAULT_TOTAL);
    let remedy = "shorten a phase, or write a longer `timeout`";
    let mut sum = Duration::ZERO;
    let (mut over, mut last) = (None, None);
    for (phase, share) in PHASES.into_iter().zip(given) {
        let Some(share) = share else { continue };
        sum = sum.saturating_add(share);
        over = over.or((sum > total).then_some(phase));
        last = Some(phase);
    }
    if let Some(phase) = over {
        let (sum, total) = (written(sum), written(total));
        let text = format!("the phases add up to {sum}, more than the {whose} of {total}; {remedy}");
        return Some(Fault::value(phase, text));
    }
    let [.., force_cleanup] = given;
    let phase = last.filter(|_| force_cleanup.is_none() && sum == total)?;
    let total = written(total);
    let text = format!("the phases use up the whole {whose} of {total}, and resources could not close; {remedy}");
    Some(Fault::value(phase, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    #[test]
    fn the_phase_that_goes_beyond_the_total_is_at_fault() {
        let fault = sum_fault(Some(S * 10), [None, Some(S * 6), Some(S * 6), Some(S), None]).unwrap();
        assert_eq!(fault.option, "complete_current");
        assert!(fault.text.starts_with("the phases add up to 13s, more than the `timeout` of 10s"), "{}", fault.text);
        let fault = sum_fault(None, [None, None, Some(S * 31), None, None]).unwrap();
        assert!(fault.text.contains("more than the usual total of 30s"), "{}", fault.text);
    }

    #[test]
    fn something_is_left_for_closing() {
        let fault = sum_fault(Some(S * 10), [None, Some(S * 10), None, None, None]).unwrap();
        assert!(fault.text.starts_with("the phases use up the whole `timeout` of 10s"), "{}", fault.text);
        assert_eq!(sum_fault(Some(S * 10), [None, Some(S * 5), None, None, Some(S * 5)]), None);
        assert_eq!(sum_fault(None, [None; 5]), None);
        assert_eq!(sum_fault(Some(Duration::MAX), [Some(Duration::MAX), Some(S), None, None, Some(S)]), None);
    }
}
