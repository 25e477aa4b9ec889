//! What is counted of a component's runs. It is written and read as a whole: a count and the error that belongs to it
//! are never told apart from each other.

use crate::decide::Moment;

/// A component's runs so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Runs that began.
    pub(crate) runs: u64,
    /// Of these, those that failed.
    pub(crate) failures: u64,
    /// How many of the last runs failed, one after the other.
    pub(crate) failures_in_a_row: u64,
    /// How many of these failed with the last error.
    pub(crate) failures_alike: u64,
    pub(crate) restarts: u64,
    /// When it comes back, if it is away.
    pub(crate) next_try: Option<Moment>,
    /// A monitor has had too many failures in a row, and none of its runs went well since.
    pub(crate) is_alarmed: bool,
    /// The last error, of a run or of what a monitor calls.
    pub(crate) error: Option<String>,
}

impl Counts {
    /// A run is over, with this error if it failed.
    pub(crate) fn run_ended(&mut self, failure: Option<&str>) {
        match failure {
            Some(error) => {
                self.failures += 1;
                self.failures_in_a_row += 1;
                let is_alike = self.error.as_deref() == Some(error);
                self.failures_alike = if is_alike { self.failures_alike + 1 } else { 1 };
                self.error = Some(error.to_owned());
            }
            None => (self.failures_in_a_row, self.failures_alike) = (0, 0),
        }
    }

    /// The next run is put off until then.
    pub(crate) fn backs_off(&mut self, next_try: Moment) {
        self.restarts += 1;
        self.next_try = Some(next_try);
    }
}
