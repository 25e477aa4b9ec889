//! Panics that come again and again: each is told once, and then counted.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, OnceLock};

use crate::sys::locks::lock;

/// Different panics that are counted. What comes after them is told each time.
const MOST: usize = 256;

/// How often a panic has come so far, this time included. `key`: what makes it the same as another.
pub(crate) fn count(key: impl Hash) -> u64 {
    static SEEN: OnceLock<Mutex<HashMap<u64, u64>>> = OnceLock::new();
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    let key = hasher.finish();
    let mut seen = lock(SEEN.get_or_init(Mutex::default));
    if seen.len() >= MOST && !seen.contains_key(&key) {
        return 1;
    }
    let times = seen.entry(key).or_default();
    *times += 1;
    *times
}

/// Whether it is told: the first time, and then ever more seldom.
pub(crate) fn is_told(times: u64) -> bool {
    10_u64.checked_pow(times.max(1).ilog10()) == Some(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_counted_and_told_at_the_first_the_tenth_and_the_hundredth_time() {
        let told: Vec<u64> = (0..1_000).map(|_| count("the_same_is_counted")).filter(|times| is_told(*times)).collect();
        assert_eq!(told, [1, 10, 100, 1_000]);
        assert_eq!(count("another"), 1);
    }
}
