//! Where a task stands: the last `.await` of each annotated function that it is in, written as it goes, read by any thread.
//!
//! An `.await` leaves its mark by two relaxed stores to the trail of the task that is being polled on this thread. The
//! places are constants of the program, so a mark is a pointer that is good for ever. Which task that is, others ask too:
//! a thread that it starts is called after it.

use std::cell::Cell;
use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, OnceLock};

use super::branches::Branches;
use super::site::Site;

/// How many functions a trail tells apart. Of deeper ones the innermost takes the last place.
pub(crate) const DEEPEST: usize = 3;

/// What stands in the low bits of the first mark, which alignment leaves free: how many annotated functions stand one
/// inside the other.
const DEPTH: usize = 7;

/// The bit of each mark that says that it was there at the last look for new ones.
const SEEN: usize = 8;

const _: () = assert!(DEPTH | SEEN == align_of::<Site>() - 1);

/// The marks of one task: 24 bytes on a 64-bit machine.
#[derive(Default)]
pub(crate) struct Trail {
    marks: [AtomicPtr<Site>; DEEPEST],
}

impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sites().into_iter().flatten()).finish()
    }
}

/// A task as the thread that polls it knows it: where it goes, and what it is called.
#[derive(Debug)]
pub(crate) struct Walker {
    pub(crate) trail: Trail,
    /// Only of a task that has come to an async block inside its body.
    branches: OnceLock<Box<Branches>>,
    name: Arc<str>,
}

thread_local! {
    /// The task that is being polled on this thread; null: none.
    static CURRENT: Cell<*const Walker> = const { Cell::new(ptr::null()) };
}

impl Walker {
    pub(crate) fn new(name: Arc<str>) -> Self {
        Self { trail: Trail::default(), branches: OnceLock::new(), name }
    }

    pub(crate) fn branches(&self) -> Option<&Branches> {
        self.branches.get().map(|branches| &**branches)
    }

    pub(super) fn branches_or_new(&self) -> &Branches {
        self.branches.get_or_init(Box::default)
    }

    /// The way is over.
    pub(crate) fn clear(&self) {
        self.trail.clear_all();
        if let Some(branches) = self.branches() {
            branches.clear();
        }
    }

    /// Runs the function with this one as the task that is being polled.
    #[inline]
    pub(crate) fn within<T>(&self, run: impl FnOnce() -> T) -> T {
        struct Back(*const Walker);
        impl Drop for Back {
            #[inline]
            fn drop(&mut self) {
                let _ = CURRENT.try_with(|current| current.set(self.0));
            }
        }
        let before = CURRENT.try_with(|current| current.replace(self)).unwrap_or(ptr::null());
        let _back = Back(before);
        run()
    }
}

impl Trail {
    /// The marks from the outermost function to the innermost.
    pub(crate) fn sites(&self) -> [Option<&'static Site>; DEEPEST] {
        let site = |mark: &AtomicPtr<Site>| {
            let pointer = mark.load(Ordering::Relaxed).map_addr(|address| address & !(DEPTH | SEEN));
            // SAFETY: a mark is null or was made by `store` from a `&'static Site`, whose alignment leaves the bits of
            // `DEPTH` and `SEEN` at zero; they are masked off here. A `Site` is never written to, and relaxed order does:
            // what a `'static` constant points to was there before the program began.
            unsafe { pointer.as_ref() }
        };
        [site(&self.marks[0]), site(&self.marks[1]), site(&self.marks[2])]
    }

    /// Whether a mark was left since this was last asked. One that was left anew at the same place counts.
    #[inline]
    pub(crate) fn has_moved(&self) -> bool {
        let is_new = |mark: &AtomicPtr<Site>| {
            let pointer = mark.load(Ordering::Relaxed);
            let is_new = pointer.addr() & SEEN == 0 && pointer.addr() > DEPTH;
            if is_new {
                mark.store(pointer.map_addr(|address| address | SEEN), Ordering::Relaxed);
            }
            is_new
        };
        let [first, second, third] = self.marks.each_ref().map(is_new);
        first || second || third
    }

    /// Whether no annotated function, and no async block, has begun.
    pub(super) fn is_empty(&self) -> bool {
        self.marks[0].load(Ordering::Relaxed).is_null()
    }

    /// The async block that stands for the body has ended.
    pub(super) fn leave_root(&self) {
        if self.depth() == 0 {
            self.clear(0);
        }
    }

    fn clear_all(&self) {
        (0..DEEPEST).for_each(|at| self.clear(at));
    }

    #[inline]
    fn depth(&self) -> usize {
        self.marks[0].load(Ordering::Relaxed).addr() & DEPTH
    }

    #[inline]
    fn store(&self, at: usize, site: &'static Site, depth: usize) {
        let pointer = ptr::from_ref(site).cast_mut();
        let pointer = if at == 0 { pointer.map_addr(|address| address | depth) } else { pointer };
        self.marks[at].store(pointer, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn mark(&self, site: &'static Site) {
        match self.depth() {
            0 => {
                self.store(0, site, 0);
                self.clear(1);
            }
            1 => {
                self.store(1, site, 1);
                self.clear(2);
            }
            depth => self.store(2, site, depth),
        }
    }

    #[inline]
    fn clear(&self, at: usize) {
        self.marks[at].store(ptr::null_mut(), Ordering::Relaxed);
    }

    fn set_depth(&self, depth: usize) {
        let first = self.marks[0].load(Ordering::Relaxed);
        let first = first.map_addr(|address| (address & !DEPTH) | depth.min(DEPTH));
        self.marks[0].store(first, Ordering::Relaxed);
        (depth + 1..DEEPEST).for_each(|at| self.clear(at));
    }
}

/// Marks an `.await` on the trail of the task that is being polled on this thread. Outside of any it does nothing.
#[inline]
pub fn mark(site: &'static Site) {
    current(|walker| walker.trail.mark(site));
}

/// What the task is called that is being polled on this thread.
pub(crate) fn current_name() -> Option<Arc<str>> {
    current(|walker| walker.name.clone())
}

#[inline]
pub(super) fn current<T>(of: impl FnOnce(&Walker) -> T) -> Option<T> {
    let pointer = CURRENT.try_with(Cell::get).unwrap_or(ptr::null());
    // SAFETY: the pointer is null, or `within` has set it from a `&Walker` that it holds until it has put back what
    // stood there before, by a destructor and so after a panic too. It is thread-local, so the code that reads it here runs
    // inside of that call, and the reference made of it does not leave this function.
    unsafe { pointer.as_ref() }.map(of)
}

/// One annotated function that is being run inside another: its marks stand behind those of the one that called it.
#[derive(Debug)]
pub struct Frame {
    counts: bool,
}

/// Begins a function, until the frame is dropped.
#[must_use]
pub fn frame() -> Frame {
    let counts = current(|Walker { trail, .. }| {
        let depth = trail.depth();
        trail.set_depth(depth + 1);
        depth < DEPTH
    });
    Frame { counts: counts.unwrap_or(false) }
}

impl Drop for Frame {
    fn drop(&mut self) {
        // One less, and not what it was before: of two functions that run side by side either may end first.
        if self.counts {
            current(|Walker { trail, .. }| trail.set_depth(trail.depth().saturating_sub(1)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SITES: [Site; 5] = [
        Site::new("a.rs", 1, 1, "one"),
        Site::new("a.rs", 2, 1, "two"),
        Site::new("a.rs", 3, 1, "three"),
        Site::new("a.rs", 4, 1, "four"),
        Site::new("a.rs", 5, 1, "five"),
    ];

    fn walker() -> Walker {
        Walker::new("walker".into())
    }

    fn lines(walker: &Walker) -> Vec<u32> {
        walker.trail.sites().iter().flatten().map(|site| site.line).collect()
    }

    #[test]
    fn it_takes_no_more_than_24_bytes() {
        assert!(size_of::<Trail>() <= 24);
    }

    #[test]
    fn the_last_mark_of_each_function_stands() {
        let walker = walker();
        walker.within(|| {
            mark(&SITES[0]);
            mark(&SITES[1]);
            assert_eq!(lines(&walker), [2]);
            let inner = frame();
            assert_eq!(lines(&walker), [2]);
            mark(&SITES[2]);
            assert_eq!(lines(&walker), [2, 3]);
            let innermost = (frame(), frame());
            mark(&SITES[3]);
            assert_eq!(lines(&walker), [2, 3, 4]);
            drop(innermost);
            assert_eq!(lines(&walker), [2, 3]);
            mark(&SITES[4]);
            assert_eq!(lines(&walker), [2, 5]);
            drop(inner);
            assert_eq!(lines(&walker), [2]);
        });
    }

    #[test]
    fn it_has_moved_with_each_mark_the_same_one_too_and_not_without() {
        let walker = walker();
        let moved = || walker.trail.has_moved();
        walker.within(|| {
            assert!(!moved());
            mark(&SITES[0]);
            assert_eq!((moved(), moved()), (true, false));
            mark(&SITES[0]);
            assert_eq!((moved(), moved()), (true, false));
            let inner = frame();
            assert!(!moved());
            mark(&SITES[1]);
            assert_eq!((moved(), moved()), (true, false));
            drop(inner);
            assert_eq!((moved(), lines(&walker)), (false, vec![1]));
            walker.trail.clear_all();
            assert_eq!((moved(), lines(&walker)), (false, vec![]));
        });
    }

    #[test]
    fn outside_of_a_task_nothing_is_marked_and_a_task_within_another_has_its_own() {
        mark(&SITES[0]);
        drop(frame());
        let (outer, inner) = (walker(), walker());
        outer.within(|| {
            mark(&SITES[0]);
            inner.within(|| mark(&SITES[1]));
            mark(&SITES[2]);
        });
        assert_eq!((lines(&outer), lines(&inner)), (vec![3], vec![2]));
    }

    #[test]
    fn a_panic_leaves_no_trail_behind_on_the_thread() {
        let walker = walker();
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            walker.within(|| std::panic::resume_unwind(Box::new("oh")));
        }));
        assert!(caught.is_err());
        mark(&SITES[0]);
        assert_eq!(lines(&walker), Vec::<u32>::new());
    }
}
