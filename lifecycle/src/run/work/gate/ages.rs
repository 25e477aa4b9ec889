//! Since when: the generations in which passes were given out, and when each of them was over.
//!
//! One of them is the present one. Every look ends it, if it has an entry, and goes on to one that is empty. An entry in
//! an ended generation was made before that end: this is its least age. Its true age is greater by at most the time for
//! which the generation was present, mostly the time between two looks.
//!
//! There are only so many generations, and one is occupied as long as an entry is in it. When half of them are,
//! each new one lasts for a fraction of the greatest age, so that those that are left suffice for very long.

use std::time::Duration;

/// How many generations there are. A word for each of them fills eight cache lines.
pub(super) const GENERATIONS: usize = 128;

/// So many are occupied, one a look, before they have to be spared.
const FREELY: usize = GENERATIONS / 2;

/// How much of the greatest age a generation lasts at least once they have to be spared. An eighth takes a day of
/// work that never ends to use up the other half of the generations, and ages are then an eighth too low at most.
const FRACTION: u32 = 8;

/// Which generations have entries.
pub(super) type Occupied = [bool; GENERATIONS];

#[derive(Debug)]
pub(super) struct Ages {
    present: usize,
    /// When the present one was opened.
    began: Duration,
    /// When each generation was over the last time.
    ended: [Duration; GENERATIONS],
}

impl Ages {
    pub(super) fn new() -> Ages {
        Ages { present: 0, began: Duration::ZERO, ended: [Duration::ZERO; GENERATIONS] }
    }

    pub(super) fn present(&self) -> usize {
        self.present
    }

    /// The generation to go on to, if that is to be done now.
    pub(super) fn next(&mut self, now: Duration, occupied: &Occupied) -> Option<usize> {
        if !occupied[self.present] {
            self.began = now;
            return None;
        }
        let taken = occupied.iter().filter(|&&taken| taken).count();
        if taken >= FREELY && now.saturating_sub(self.began) < self.greatest_age(now, occupied) / FRACTION {
            return None;
        }
        let others = (1..GENERATIONS).map(|step| (self.present + step) % GENERATIONS);
        others.into_iter().find(|&generation| !occupied[generation])
    }

    /// `now`: by then no entry could be made any more in the one that was present.
    pub(super) fn go_on(&mut self, next: usize, now: Duration) {
        self.ended[self.present] = now;
        self.present = next;
        self.began = now;
    }

    /// The least age of the entries of that generation. Of the present one nothing is known.
    pub(super) fn at_least(&self, generation: usize, now: Duration) -> Duration {
        if generation == self.present { Duration::ZERO } else { now.saturating_sub(self.ended[generation]) }
    }

    fn greatest_age(&self, now: Duration, occupied: &Occupied) -> Duration {
        let taken = (0..GENERATIONS).filter(|&generation| occupied[generation]);
        taken.map(|generation| self.at_least(generation, now)).max().unwrap_or_default()
    }
}
