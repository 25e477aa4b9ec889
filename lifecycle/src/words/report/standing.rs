//! Where a component is and since when, in words.

use std::fmt;
use std::time::Duration;

use super::super::counted::counted;
use super::super::duration::show;
use super::LastSeen;

/// Who is inside one poll for so long blocks its thread: what waits, waits at an `.await`.
const BLOCKS: Duration = Duration::from_millis(10);

const UNHEARD: &str = ", woken to stop, not polled since (no thread came to it)";

impl fmt::Display for LastSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.awaits.is_empty() || self.has_own_thread() {
            write!(f, "{} · ", self.place)?;
        }
        self.stands(f)?;
        if self.has_own_thread() {
            return Ok(());
        }
        write!(f, ", polled {}", counted(self.polls, "time", "times"))?;
        if let Some(ago) = self.last_polled {
            write!(f, " (last {} ago)", show(ago))?;
        }
        match self.polls_since_asked {
            _ if self.woken_not_polled => f.write_str(UNHEARD),
            Some(0) => f.write_str(", not once since it was asked to stop"),
            Some(polls) => write!(f, ", {polls} of them since it was asked to stop"),
            None => Ok(()),
        }
    }
}

impl LastSeen {
    fn has_own_thread(&self) -> bool {
        self.on_own_thread && self.in_poll
    }

    /// Where it is, and for how long it has been there.
    fn stands(&self, f: &mut impl fmt::Write) -> fmt::Result {
        if self.has_own_thread() {
            return write!(f, "has not returned{}, on a thread of its own", long(self.in_poll_for));
        }
        match (self.in_poll, self.awaits.is_empty()) {
            (true, false) => {
                write!(f, "inside one poll{}{}, since ", long(self.in_poll_for), self.blocks_in_words())?;
                self.way(f)
            }
            (true, true) => write!(f, "inside a poll{}{}", long(self.in_poll_for), self.blocks_in_words()),
            (false, false) => {
                f.write_str("waiting at ")?;
                self.way(f)?;
                f.write_str(&long(self.waiting))
            }
            (false, true) => f.write_str("waiting at an .await"),
        }
    }

    /// The `.await`s that lead to where it is.
    fn way(&self, f: &mut impl fmt::Write) -> fmt::Result {
        for (at, place) in self.awaits.iter().enumerate() {
            write!(f, "{}{place}", if at == 0 { "" } else { " > " })?;
        }
        for (at, place) in self.branches.iter().enumerate() {
            write!(f, "{}{place}", if at == 0 { " > " } else { " | " })?;
        }
        f.write_str(if self.more_branches { " | …" } else { "" })
    }

    /// Whether it blocks its thread. Where no time is known, it was looked at because it had not ended in its time.
    pub(crate) fn blocks(&self) -> bool {
        self.in_poll && self.in_poll_for.is_none_or(|time| time >= BLOCKS)
    }

    fn blocks_in_words(&self) -> &'static str {
        if self.blocks() { " (it blocks its thread)" } else { "" }
    }

    /// What a line of SIGUSR1 says after what the component is doing; nothing if there is nothing to say.
    pub(crate) fn in_a_line(&self, f: &mut impl fmt::Write) -> fmt::Result {
        if self.awaits.is_empty() && !self.in_poll && !self.woken_not_polled {
            return Ok(());
        }
        if !self.awaits.is_empty() || self.in_poll {
            f.write_str(", ")?;
            self.stands(f)?;
        }
        if self.woken_not_polled {
            return f.write_str(UNHEARD);
        }
        // Polled since it came there: it is busy with something inside of what it awaits.
        match (self.last_polled, self.waiting) {
            (Some(polled), Some(waiting)) if polled < waiting => write!(f, ", last polled {} ago", show(polled)),
            _ => Ok(()),
        }
    }

    /// The same in a few words, for a list of names.
    pub(crate) fn in_brief(&self) -> String {
        match self.awaits.last() {
            _ if self.in_poll && self.on_own_thread => format!("has not returned{}", long(self.in_poll_for)),
            _ if self.in_poll => format!("inside a poll{}", long(self.in_poll_for)),
            _ if self.woken_not_polled => "woken, not yet polled".to_owned(),
            Some(_) if !self.branches.is_empty() => {
                let places: Vec<String> = self.branches.iter().map(ToString::to_string).collect();
                let more = if self.more_branches { " | …" } else { "" };
                format!("at {}{more}{}", places.join(" | "), long(self.waiting))
            }
            Some(place) => format!("at {place}{}", long(self.waiting)),
            None => String::new(),
        }
    }
}

/// Less than the clock can tell is not told.
fn long(time: Option<Duration>) -> String {
    time.filter(|time| !time.is_zero()).map_or_else(String::new, |time| format!(" for {}", show(time)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::place::{AwaitPlace, Place};

    const SECOND: Duration = Duration::from_secs(1);

    fn waits() -> LastSeen {
        LastSeen {
            place: Place::new("a.rs", 1, 1),
            in_poll: false,
            in_poll_for: None,
            waiting: Some(3 * SECOND),
            last_polled: Some(2 * SECOND),
            woken_not_polled: false,
            on_own_thread: false,
            polls: 4,
            polls_since_asked: Some(1),
            awaits: vec![AwaitPlace::new("a.rs", 2, 1, "outer()"), AwaitPlace::new("b.rs", 3, 1, "inner()")],
            branches: Vec::new(),
            more_branches: false,
        }
    }

    fn runs() -> LastSeen {
        LastSeen { in_poll: true, in_poll_for: Some(SECOND), waiting: None, last_polled: None, ..waits() }
    }

    fn line(seen: &LastSeen) -> String {
        let mut text = String::new();
        seen.in_a_line(&mut text).expect("a string takes all");
        text
    }

    #[test]
    fn who_waits_is_told_with_the_time_since_it_came_there() {
        let seen = waits();
        let place = "waiting at a.rs:2 · outer() > b.rs:3 · inner() for 3s";
        assert_eq!(
            seen.to_string(),
            format!("{place}, polled 4 times (last 2s ago), 1 of them since it was asked to stop")
        );
        assert_eq!(line(&seen), format!(", {place}, last polled 2s ago"));
        assert_eq!(seen.in_brief(), "at b.rs:3 · inner() for 3s");
    }

    #[test]
    fn who_was_not_polled_since_it_came_there_is_told_without_its_last_poll() {
        let seen = LastSeen { last_polled: Some(3 * SECOND), ..waits() };
        assert_eq!(line(&seen), ", waiting at a.rs:2 · outer() > b.rs:3 · inner() for 3s");
    }

    #[test]
    fn whose_wake_nobody_heard_is_told_as_that() {
        let seen = LastSeen { woken_not_polled: true, polls_since_asked: Some(0), ..waits() };
        let woken = "woken to stop, not polled since (no thread came to it)";
        assert!(seen.to_string().ends_with(&format!("polled 4 times (last 2s ago), {woken}")), "{seen}");
        assert!(line(&seen).ends_with(&format!(" for 3s, {woken}")), "{}", line(&seen));
        assert_eq!(seen.in_brief(), "woken, not yet polled");
    }

    #[test]
    fn who_is_inside_a_poll_blocks_once_that_has_taken_long_enough() {
        let seen = runs();
        assert!(
            seen.to_string().starts_with("inside one poll for 1s (it blocks its thread), since a.rs:2 · outer()"),
            "{seen}"
        );
        assert_eq!(seen.in_brief(), "inside a poll for 1s");
        let busy = LastSeen { in_poll_for: Some(SECOND / 1000), ..runs() };
        assert!(busy.to_string().starts_with("inside one poll for 1ms, since a.rs:2"), "{busy}");
        let unknown = LastSeen { in_poll_for: None, awaits: Vec::new(), ..runs() };
        assert!(unknown.to_string().starts_with("a.rs:1 · inside a poll (it blocks its thread), polled"), "{unknown}");
    }

    #[test]
    fn one_on_a_thread_of_its_own_has_not_returned() {
        let seen = LastSeen { on_own_thread: true, ..runs() };
        assert_eq!(seen.to_string(), "a.rs:1 · has not returned for 1s, on a thread of its own");
        assert_eq!(line(&seen), ", has not returned for 1s, on a thread of its own");
    }

    #[test]
    fn of_one_without_marks_the_last_poll_is_told() {
        let seen = LastSeen { awaits: Vec::new(), waiting: None, polls_since_asked: None, ..waits() };
        assert_eq!(seen.to_string(), "a.rs:1 · waiting at an .await, polled 4 times (last 2s ago)");
        assert_eq!(line(&seen), "");
    }

    #[test]
    fn its_data_has_the_units_in_the_names() {
        let json = serde_json::to_value(waits()).expect("plain data");
        assert_eq!(
            (&json["waiting_seconds"], &json["last_polled_seconds"], &json["in_poll_seconds"]),
            (&3.0.into(), &2.0.into(), &serde_json::Value::Null)
        );
    }
}
