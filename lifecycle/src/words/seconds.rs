//! Durations as they stand in JSON: seconds, to the microsecond.

use std::time::Duration;

use serde::Serializer;

/// Seconds, to the millisecond: for an event, whose reader is a person.
pub(crate) fn rounded(duration: Duration) -> f64 {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    millis as f64 / 1e3
}

pub(crate) fn seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    serializer.serialize_f64(micros as f64 / 1e6)
}

pub(crate) fn optional_seconds<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => seconds(duration, serializer),
        None => serializer.serialize_none(),
    }
}
