//! Durations as reports show them. How they are read stands with the rules that both fronts share.

use std::time::Duration;

pub(crate) use lifecycle_rules::duration::parse;

/// Shows a duration as a person reads it in a table: three significant figures at most.
pub(crate) fn show(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    match nanos {
        0 => "0s".to_owned(),
        1..1_000 => format!("{nanos}ns"),
        1_000..1_000_000 => format!("{}us", nanos / 1_000),
        1_000_000..1_000_000_000 => format!("{}ms", nanos / 1_000_000),
        1_000_000_000..60_000_000_000 => seconds_with_tenths(duration),
        _ => minutes_and_more(duration.as_secs()),
    }
}

fn seconds_with_tenths(duration: Duration) -> String {
    match duration.subsec_millis() / 100 {
        0 => format!("{}s", duration.as_secs()),
        tenths => format!("{}.{tenths}s", duration.as_secs()),
    }
}

fn minutes_and_more(seconds: u64) -> String {
    let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_three_figures() {
        for (text, shown) in
            [("0s", "0s"), ("999ns", "999ns"), ("1500us", "1ms"), ("1.25s", "1.2s"), ("90s", "1m30s"), ("25h", "1d1h")]
        {
            assert_eq!(show(parse(text).unwrap()), shown);
        }
    }
}
