//! Random parts of a time, so that what is due together does not come together.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Random parts of durations, by xorshift64* (Vigna 2016), seeded by the standard library's hasher keys.
#[derive(Debug)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn new() -> Self {
        Self { state: RandomState::new().hash_one(0) | 1 }
    }

    /// A random part of it: at least nothing, less than all.
    pub(crate) fn part_of(&mut self, most: Duration) -> Duration {
        if most.is_zero() {
            return Duration::ZERO;
        }
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let fraction = (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64;
        most.mul_f64(fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_below_the_whole_and_move() {
        let whole = Duration::from_secs(1);
        let mut random = Random::new();
        let drawn: Vec<_> = (0..100).map(|_| random.part_of(whole)).collect();
        assert!(drawn.iter().all(|part| *part < whole));
        assert!(drawn.iter().any(|part| *part > whole / 2) && drawn.iter().any(|part| *part < whole / 2));
        assert!(random.part_of(Duration::ZERO).is_zero());
    }
}
