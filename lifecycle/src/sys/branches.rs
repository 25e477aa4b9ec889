//! Where the async blocks of one task stand that run side by side: a place for each.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use super::site::Site;

/// How many blocks of one task are told apart. Of more it is known that they are there.
pub(crate) const MOST: usize = 4;

/// Where the blocks of one task stand. Written by the thread that polls the task, read by any.
#[derive(Debug, Default)]
pub(crate) struct Branches {
    marks: [AtomicPtr<Site>; MOST],
    /// Which places are taken, a bit each.
    taken: AtomicU32,
    /// Blocks for which there was no place.
    others: AtomicU32,
    /// Marks since this was last asked.
    moved: AtomicU32,
}

impl Branches {
    /// Where the blocks stand that have come to an `.await`.
    pub(crate) fn sites(&self) -> [Option<&'static Site>; MOST] {
        self.marks.each_ref().map(|mark| {
            // SAFETY: a mark is null or was made by `mark` from a `&'static Site`, which is never written to. Relaxed order
            // does: what a `'static` constant points to was there before the program began.
            unsafe { mark.load(Ordering::Relaxed).as_ref() }
        })
    }

    /// Whether there are more blocks than places.
    pub(crate) fn has_others(&self) -> bool {
        self.others.load(Ordering::Relaxed) > 0
    }

    /// Whether a mark was left since this was last asked.
    pub(crate) fn has_moved(&self) -> bool {
        let moved = self.moved.load(Ordering::Relaxed) > 0;
        if moved {
            self.moved.store(0, Ordering::Relaxed);
        }
        moved
    }

    pub(crate) fn clear(&self) {
        self.marks.iter().for_each(|mark| mark.store(ptr::null_mut(), Ordering::Relaxed));
        self.taken.store(0, Ordering::Relaxed);
        self.others.store(0, Ordering::Relaxed);
    }

    /// A place, or `None` if all are taken.
    pub(super) fn take(&self) -> Option<usize> {
        let taken = self.taken.load(Ordering::Relaxed);
        match (0..MOST).find(|at| taken & 1 << at == 0) {
            Some(at) => {
                self.taken.store(taken | 1 << at, Ordering::Relaxed);
                Some(at)
            }
            None => {
                self.others.store(self.others.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
                None
            }
        }
    }

    pub(super) fn mark(&self, at: usize, site: &'static Site) {
        self.marks[at].store(ptr::from_ref(site).cast_mut(), Ordering::Relaxed);
        self.moved.store(1, Ordering::Relaxed);
    }

    /// The block of that place has ended; `None`: one that had none.
    pub(super) fn leave(&self, at: Option<usize>) {
        match at {
            Some(at) => {
                self.marks[at].store(ptr::null_mut(), Ordering::Relaxed);
                self.taken.store(self.taken.load(Ordering::Relaxed) & !(1 << at), Ordering::Relaxed);
            }
            None => self.others.store(self.others.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed),
        }
    }
}
