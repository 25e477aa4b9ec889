//! Durations as people write them: `"250ms"`, `"30s"`, `"1h30m"`, `"1.5s"`.

use std::fmt;
use std::time::Duration;

/// Why a text is not a duration. `Display` says what is wrong and what is legal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurationError {
    text: String,
    fault: Fault,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    Empty,
    NoNumber(String),
    NoUnit(String),
    Unit(String),
    Order(String),
    TooFine,
    TooLong,
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a duration: ", self.text)?;
        match &self.fault {
            Fault::Empty => write!(f, "it is empty")?,
            Fault::NoNumber(rest) => write!(f, "expected a number at `{rest}`")?,
            Fault::NoUnit(number) => write!(f, "`{number}` has no unit")?,
            Fault::Unit(unit) => write!(f, "there is no unit `{unit}`")?,
            Fault::Order(unit) => write!(f, "`{unit}` must come before the smaller units, once")?,
            Fault::TooFine => write!(f, "it is finer than a nanosecond")?,
            Fault::TooLong => write!(f, "it is longer than 100 years")?,
        }
        write!(f, "; write it like \"250ms\", \"30s\", \"1h30m\" (units: ns, us, ms, s, m, h, d)")
    }
}

impl std::error::Error for DurationError {}

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

/// Longer than any wait in a program; beyond it `Instant` arithmetic may overflow on some systems.
const LONGEST_NANOS: u128 = 100 * 365 * 86_400_000_000_000;

/// Reads a duration: one or more numbers with units, largest unit first, each unit at most once.
///
/// Numbers may have a fraction (`"1.5s"`). A bare number, a sign, a space between number and unit,
/// upper case, months and years are refused: each of them means different things to different people.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let fail = |fault| DurationError { text: text.to_owned(), fault };
    if text.trim().is_empty() {
        return Err(fail(Fault::Empty));
    }
    let mut rest = text;
    let mut total: u128 = 0;
    let mut smallest: Option<u128> = None;
    while !rest.is_empty() {
        let (number, after) = split_number(rest).ok_or_else(|| fail(Fault::NoNumber(rest.to_owned())))?;
        let unit_len = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_len);
        if unit.is_empty() {
            return Err(fail(Fault::NoUnit(number.to_owned())));
        }
        let nanos_per_unit = UNITS
            .iter()
            .find_map(|(name, nanos)| (*name == unit).then_some(*nanos))
            .ok_or_else(|| fail(Fault::Unit(unit.to_owned())))?;
        if smallest.is_some_and(|smallest| nanos_per_unit >= smallest) {
            return Err(fail(Fault::Order(unit.to_owned())));
        }
        smallest = Some(nanos_per_unit);
        total = total.saturating_add(scale(number, nanos_per_unit).map_err(&fail)?);
        rest = after;
    }
    if total > LONGEST_NANOS {
        return Err(fail(Fault::TooLong));
    }
    let seconds = u64::try_from(total / 1_000_000_000).unwrap_or(u64::MAX);
    let nanos = u32::try_from(total % 1_000_000_000).unwrap_or(0);
    Ok(Duration::new(seconds, nanos))
}

/// Splits off a leading `12` or `1.5`; `None` where there is no digit before or after a point.
fn split_number(text: &str) -> Option<(&str, &str)> {
    let digits = |s: &str| s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len());
    let whole = digits(text);
    if whole == 0 {
        return None;
    }
    let Some(after_point) = text[whole..].strip_prefix('.') else {
        return Some(text.split_at(whole));
    };
    let fraction = digits(after_point);
    (fraction > 0).then(|| text.split_at(whole + 1 + fraction))
}

fn scale(number: &str, nanos_per_unit: u128) -> Result<u128, Fault> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u128 = whole.parse().map_err(|_| Fault::TooLong)?;
    let mut nanos = whole.saturating_mul(nanos_per_unit);
    let mut place = nanos_per_unit;
    for digit in fraction.bytes().map(|byte| u128::from(byte - b'0')) {
        if place % 10 != 0 {
            if digit == 0 {
                continue;
            }
            return Err(Fault::TooFine);
        }
        place /= 10;
        nanos = nanos.saturating_add(digit * place);
    }
    Ok(nanos)
}

/// A duration as it would be written in an attribute, exact.
pub fn written(duration: Duration) -> String {
    let mut rest = duration.as_nanos();
    if rest == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, nanos) in UNITS.iter().filter(|(unit, _)| *unit != "µs") {
        if rest >= *nanos {
            text.push_str(&format!("{}{unit}", rest / nanos));
            rest %= nanos;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, nanos) in [
            ("250ms", 250_000_000),
            ("30s", 30_000_000_000),
            ("0s", 0),
            ("5m", 300_000_000_000),
            ("1h30m", 5_400_000_000_000),
            ("1.5s", 1_500_000_000),
            ("1.50s", 1_500_000_000),
            ("1d2h3m4s5ms6us7ns", 93_784_005_006_007),
            ("10µs", 10_000),
        ] {
            assert_eq!(parse(text).map(|d| d.as_nanos()), Ok(nanos), "{text}");
        }
    }

    #[test]
    fn refuses_what_could_mean_two_things() {
        for text in [
            "",
            " ",
            "30",
            "-1s",
            "1 s",
            "30S",
            "5M",
            "1y",
            "1s1s",
            "1ms1s",
            "s",
            "1.s",
            ".5s",
            "1.5ns",
            "99999999999d",
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.contains("write it like"), "{error}");
        }
    }

    #[test]
    fn writes_what_it_would_read() {
        for text in ["0s", "30s", "1h30m", "250ms", "1s500ms", "7ns"] {
            assert_eq!(written(parse(text).unwrap()), text);
        }
    }
}
