//! Runs a hook, which reports its end.

use crate::decide::Ending;
use crate::words::outcome::Outcome;

use super::end::End;
use super::ending::text_of;
use super::poll::{Drove, make_and_drive};
use super::unit::{Start, Unit};

pub(crate) async fn run(unit: Unit, start: Start, mut end: End) {
    unit.pulse.run_begins();
    let (outcome, error) = match make_and_drive(&unit, || start(), None).await {
        Drove::Done(Ok(())) => (Outcome::Finished, None),
        Drove::Done(Err(error)) => (Outcome::Failed, Some(text_of(error))),
        Drove::Panicked(panic) => (Outcome::Panicked, Some(panic)),
        Drove::Cancelled | Drove::TimedOut(_) | Drove::WaitsForInput => (Outcome::Cancelled, None),
    };
    end.report(Ending { outcome, error });
}
