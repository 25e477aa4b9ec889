//! Bytes that can be made again on the other side, so that every one of them can be checked.

/// A stream of bytes that a seed determines: splitmix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    state: u64,
    word: [u8; 8],
    used: usize,
}

impl Pattern {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed, word: [0; 8], used: 8 }
    }

    /// The next bytes, as many as fit.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) {
        for byte in buffer {
            if self.used == 8 {
                self.word = self.next_word().to_le_bytes();
                self.used = 0;
            }
            *byte = self.word[self.used];
            self.used += 1;
        }
    }

    fn next_word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let word = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }
}

/// A checksum of a stream of bytes, however it is cut into pieces: FNV-1a, 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checksum(u64);

impl Checksum {
    pub(crate) fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }

    pub(crate) fn get(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_bytes_however_they_are_drawn() {
        let (mut whole, mut parts) = ([0; 1000], [0; 1000]);
        Pattern::new(7).fill(&mut whole);
        let mut pattern = Pattern::new(7);
        for part in parts.chunks_mut(13) {
            pattern.fill(part);
        }
        assert_eq!(whole, parts);
        let mut other = [0; 1000];
        Pattern::new(8).fill(&mut other);
        assert_ne!(whole, other);
    }

    #[test]
    fn a_checksum_is_that_of_the_whole_and_knows_the_order() {
        let sum = |parts: &[&[u8]]| {
            let mut sum = Checksum::new();
            parts.iter().for_each(|part| sum.add(part));
            sum
        };
        assert_eq!(sum(&[b"foo", b"bar"]), sum(&[b"foobar"]));
        assert_ne!(sum(&[b"foobar"]), sum(&[b"foobra"]));
        // A published value of FNV-1a.
        assert_eq!(sum(&[b"foobar"]).get(), 0x8594_4171_F739_67E8);
    }
}
