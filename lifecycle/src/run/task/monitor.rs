//! A monitor: too many failed ticks in a row call its action, once; the next good one calls the other.

/// What a monitor has seen so far.
#[derive(Debug)]
pub(crate) struct Watch {
    threshold: Option<u32>,
    /// From the call of the one action to that of the other.
    episode: bool,
}

/// What is to be called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Call {
    Failure,
    Recovery,
}

impl Watch {
    pub(crate) fn new(threshold: Option<u32>) -> Self {
        Self { threshold, episode: false }
    }

    /// Whether there were too many failures, and no good run since.
    pub(super) fn is_alarmed(&self) -> bool {
        self.episode
    }

    /// What a run leads to, after so many failures in a row.
    pub(super) fn after(&mut self, failures_in_a_row: u64) -> Option<Call> {
        let too_many = failures_in_a_row >= u64::from(self.threshold?);
        match (self.episode, too_many, failures_in_a_row) {
            (false, true, _) => {
                self.episode = true;
                Some(Call::Failure)
            }
            (true, _, 0) => {
                self.episode = false;
                Some(Call::Recovery)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_calls_once_per_episode() {
        let mut watch = Watch::new(Some(3));
        let calls: Vec<_> = [1, 2, 3, 4, 5, 0, 0, 1, 0, 1, 2, 3, 0].map(|row| watch.after(row)).into();
        let expected = [(2, Call::Failure), (5, Call::Recovery), (11, Call::Failure), (12, Call::Recovery)];
        for (at, call) in calls.iter().enumerate() {
            let wanted = expected.iter().find(|(when, _)| *when == at).map(|(_, call)| *call);
            assert_eq!(*call, wanted, "at {at}");
        }
    }

    #[test]
    fn without_a_threshold_it_calls_nothing() {
        let mut watch = Watch::new(None);
        assert!((0..10).all(|failures| watch.after(failures).is_none()));
    }
}
