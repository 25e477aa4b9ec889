//! Lists of options that are good, or nearly so.

use proc_macro2::TokenStream;

use crate::testing::Rng;

use super::wild::{mangled, stream};

const TIMES: [&str; 12] = [
    "\"5s\"",
    "\"250ms\"",
    "\"1h30m\"",
    "\"0s\"",
    "\"\"",
    "\"1.5s\"",
    "\"5\"",
    "5s",
    "5",
    "\"1s1s\"",
    "\"99999999999d\"",
    "\"5µs\"",
];
const WHOLE: [&str; 9] = ["5", "0", "-1", "3000000000", "5u8", "5i32", "\"5\"", "--5", "1.5"];
const FLAGS: [&str; 4] = ["true", "false", "\"true\"", "1"];
const NAMES: [&str; 8] = ["\"flush\"", "\"http server\"", "\"\"", "\"a\\nb\"", "\"Ü_X1\"", "b\"x\"", "'x'", "r#\"x\"#"];
const LABELS: [&str; 7] =
    ["[\"a\", \"b\"]", "[]", "[\"a\", \"a\"]", "[\"\", 5]", "\"a\"", "[\"a\" \"b\"]", "[[\"a\"]]"];
const PATHS: [&str; 7] = ["::lifecycle", "a::b", "\"a::b\"", "a::<u8>::b", "<u8>::x", "\"a b\"", "crate"];
const FUNCTIONS: [&str; 14] = [
    "\"connect\"",
    "\"a::b\"",
    "Self::connect",
    "|| Self::default()",
    "|it| it.close()",
    "|it: &mut Self| { it.close()?; Ok(()) }",
    "async |it| it.close().await",
    "|a, b| a",
    "move |(a, b): (u8, u8)| -> u8 { return a }",
    "drop",
    "\"drop\"",
    "\"fn\"",
    "\"r#fn\"",
    "5",
];
const PHASES: [&str; 7] = [
    "\"announce\"",
    "\"stop_new_work\"",
    "\"complete_current\"",
    "\"cancel_tasks\"",
    "\"force_cleanup\"",
    "\"anounce\"",
    "Phase::Announce",
];
const MISSED: [&str; 4] = ["\"skip\"", "\"delay\"", "\"burst\"", "\"skipp\""];
const ON_SHUTDOWN: [&str; 3] = ["\"finish\"", "\"cancel\"", "\"\""];
const RESTART: [&str; 4] = ["\"never\"", "\"on-failure\"", "\"always\"", "\"Always\""];
const BACKOFF: [&str; 5] = ["\"1s..2s\"", "\"2s..1s\"", "\"0s..1s\"", "\"1s\"", "\"..\""];
const INTENSITY: [&str; 5] = ["\"5/1m\"", "\"5\"", "\"/\"", "\"-1/1m\"", "\"5/0s\""];
const FLAVOR: [&str; 3] = ["\"multi_thread\"", "\"current_thread\"", "\"x\""];

/// Every key of every attribute, with values that it may take, and some that it may not.
const KEYS: [(&str, &[&str]); 32] = [
    ("name", &NAMES),
    ("priority", &WHOLE),
    ("interval", &TIMES),
    ("initial_delay", &TIMES),
    ("jitter", &TIMES),
    ("missed", &MISSED),
    ("timeout", &TIMES),
    ("on_shutdown", &ON_SHUTDOWN),
    ("stop_timeout", &TIMES),
    ("restart", &RESTART),
    ("backoff", &BACKOFF),
    ("max_restarts", &INTENSITY),
    ("critical", &FLAGS),
    ("failure_threshold", &WHOLE),
    ("on_failure", &NAMES),
    ("on_recovery", &NAMES),
    ("blocking", &FLAGS),
    ("instances", &WHOLE),
    ("tags", &LABELS),
    ("unstoppable", &FLAGS),
    ("traced", &FLAGS),
    ("crate", &PATHS),
    ("open", &FUNCTIONS),
    ("close", &FUNCTIONS),
    ("shared", &FLAGS),
    ("open_timeout", &TIMES),
    ("close_timeout", &TIMES),
    ("phase", &PHASES),
    ("announce", &TIMES),
    ("worker_threads", &WHOLE),
    ("flavor", &FLAVOR),
    ("expected", &LABELS),
];

/// A list of these keys, or of any.
pub(super) fn options(rng: &mut Rng, keys: Option<&[&str]>) -> TokenStream {
    let mut text = String::new();
    let first = rng.below(keys.map_or(1, <[&str]>::len));
    for at in 0..rng.below(6) {
        let (name, values) = match keys {
            // One after the other rather than at random, or most lists would have a key twice.
            Some(keys) if rng.below(30) > 0 => known(keys[(first + at) % keys.len()]),
            _ => *rng.pick(&KEYS),
        };
        let value = values[if rng.below(4) > 0 { 0 } else { rng.below(values.len()) }];
        text.push_str(&format!("{name} = {value},"));
        if keys.is_some_and(|keys| keys.len() == 1) {
            break;
        }
    }
    if rng.below(10) == 0 {
        text.push_str(&phases(rng));
    }
    let tokens: TokenStream = text.parse().expect("the tables hold tokens");
    match rng.below(8) {
        0 => mangled(rng, tokens),
        1 => tokens.into_iter().chain(stream(rng, 2, 3)).collect(),
        _ => tokens,
    }
}

fn known(wanted: &str) -> (&'static str, &'static [&'static str]) {
    KEYS.into_iter().find(|(name, _)| *name == wanted).unwrap_or(KEYS[0])
}

fn phases(rng: &mut Rng) -> String {
    let names = ["announce", "stop_new_work", "complete_current", "cancel_tasks", "force_cleanup", "cancel"];
    let budgets: Vec<String> =
        (0..rng.below(5)).map(|_| format!("{} = {}", rng.pick::<&str>(&names), rng.pick::<&str>(&TIMES))).collect();
    format!("phases({})", budgets.join(", "))
}
