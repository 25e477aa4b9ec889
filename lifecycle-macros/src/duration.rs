//! Durations in attributes: `"250ms"`, `"30s"`, `"1h30m"`, `"1.5s"`.
//!
//! The runtime crate reads the same grammar in environment variables and files. A macro crate cannot
//! depend on it, so the grammar stands here again; a test holds the two together.

use std::time::Duration;

/// Units from the largest to the smallest, in nanoseconds.
const UNITS: [(&str, u128); 8] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

/// 100 years: beyond it, clock arithmetic may overflow on some systems.
const LONGEST_NANOS: u128 = 100 * 365 * 86_400_000_000_000;

/// Reads a duration; the error says what is wrong and what is legal.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    nanos(text).map_or_else(
        |fault| {
            Err(format!(
                "`{text}` is not a duration: {fault}; write it like \"250ms\", \"30s\", \"1h30m\" (units: ns, us, ms, s, m, h, d)"
            ))
        },
        |nanos| Ok(from_nanos(nanos)),
    )
}

fn from_nanos(nanos: u128) -> Duration {
    let seconds = u64::try_from(nanos / 1_000_000_000).unwrap_or(u64::MAX);
    let rest = u32::try_from(nanos % 1_000_000_000).unwrap_or(0);
    Duration::new(seconds, rest)
}

fn nanos(text: &str) -> Result<u128, String> {
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    let (mut rest, mut total, mut smallest) = (text, 0_u128, u128::MAX);
    while !rest.is_empty() {
        let (number, after) = split_number(rest).ok_or_else(|| format!("expected a number at `{rest}`"))?;
        let (unit, after) = split_where(after, |c| !c.is_alphabetic());
        let worth = worth(unit, number)?;
        if worth >= smallest {
            return Err(format!("`{unit}` must come before the smaller units, once"));
        }
        smallest = worth;
        total = total.saturating_add(scale(number, worth)?);
        rest = after;
    }
    if total > LONGEST_NANOS {
        return Err(too_long());
    }
    Ok(total)
}

/// How many nanoseconds a unit is.
fn worth(unit: &str, number: &str) -> Result<u128, String> {
    if unit.is_empty() {
        return Err(format!("`{number}` has no unit"));
    }
    let found = UNITS.iter().find(|(name, _)| *name == unit);
    found.map_or_else(|| Err(format!("there is no unit `{unit}`")), |(_, nanos)| Ok(*nanos))
}

/// Splits off a leading `12` or `1.5`; `None` where a digit is missing before or after the point.
fn split_number(text: &str) -> Option<(&str, &str)> {
    let not_digit = |c: char| !c.is_ascii_digit();
    let (whole, after) = split_where(text, not_digit);
    if whole.is_empty() {
        return None;
    }
    let Some(fraction) = after.strip_prefix('.') else {
        return Some((whole, after));
    };
    let (digits, _) = split_where(fraction, not_digit);
    (!digits.is_empty()).then(|| text.split_at(whole.len() + 1 + digits.len()))
}

fn split_where(text: &str, stop: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(stop).unwrap_or(text.len()))
}

fn scale(number: &str, worth: u128) -> Result<u128, String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u128 = whole.parse().map_err(|_| too_long())?;
    let (mut nanos, mut place) = (whole.saturating_mul(worth), worth);
    for digit in fraction.bytes().map(|byte| u128::from(byte - b'0')) {
        if place % 10 == 0 {
            place /= 10;
            nanos = nanos.saturating_add(digit * place);
        } else if digit != 0 {
            return Err("it is finer than a nanosecond".to_owned());
        }
    }
    Ok(nanos)
}

fn too_long() -> String {
    "it is longer than 100 years".to_owned()
}

/// A duration as it would be written in an attribute, exact.
pub(crate) fn show(duration: Duration) -> String {
    let mut rest = duration.as_nanos();
    if rest == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, worth) in UNITS.iter().filter(|(unit, _)| *unit != "µs") {
        if rest >= *worth {
            text.push_str(&format!("{}{unit}", rest / worth));
            rest %= worth;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Rng;

    fn same(text: &str) {
        let theirs = crate::runtime_duration::parse(text).map_err(|error| error.to_string());
        assert_eq!(parse(text), theirs, "{text:?}");
    }

    #[test]
    fn reads_as_the_runtime_does() {
        for text in [
            "250ms",
            "30s",
            "0s",
            "5m",
            "1h30m",
            "1.5s",
            "1.50s",
            "1d2h3m4s5ms6us7ns",
            "10µs",
            "",
            " ",
            "30",
            "-1s",
            "1 s",
            "30S",
            "1y",
            "1s1s",
            "1ms1s",
            "s",
            "1.s",
            ".5s",
            "1.5ns",
            "1.0ns",
            "99999999999d",
            "1us1µs",
        ] {
            same(text);
        }
    }

    #[test]
    fn reads_as_the_runtime_does_whatever_the_text() {
        let parts = [
            "1",
            "30",
            "0.5",
            "1.5",
            ".",
            "9999999999999999999999999999999999999999",
            "s",
            "ms",
            "us",
            "µs",
            "ns",
            "m",
            "h",
            "d",
            " ",
            "-",
            "é",
            "36500",
            "0.0000000001",
        ];
        let mut rng = Rng::new(7);
        for _ in 0..20_000 {
            let text: String = (0..rng.below(7)).map(|_| *rng.pick(&parts)).collect();
            same(&text);
        }
    }

    #[test]
    fn shows_what_it_would_read() {
        for text in ["0s", "30s", "1h30m", "250ms", "1s500ms", "7ns"] {
            assert_eq!(show(parse(text).unwrap()), text);
        }
    }
}
