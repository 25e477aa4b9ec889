//! Async blocks that run side by side within one function: each has a place of its own for the `.await` at which it stands,
//! from the poll in which it begins until it ends.
//!
//! A block inside a body, such as a branch of `join!` or a future that is handed to a function, may go on after another
//! `.await` of the body was marked, and may end while the body waits on. Its marks would stand in the way of the body's own,
//! and stay when it is over.

use super::site::Site;
use super::trail::{Walker, current};

/// What a block is to the task that polls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// It is polled by none of ours.
    Nowhere,
    /// It is the first that the task comes to, so it stands for the body: a child is often a block.
    Root,
    /// It has this place, or none, since there were too many.
    Beside(Option<usize>),
}

/// An async block that has begun, until it is dropped.
#[derive(Debug)]
pub struct Branch {
    at: At,
}

/// Begins an async block: the first thing in it.
#[must_use]
pub fn branch() -> Branch {
    let begin =
        |walker: &Walker| if walker.trail.is_empty() { At::Root } else { At::Beside(walker.branches_or_new().take()) };
    Branch { at: current(begin).unwrap_or(At::Nowhere) }
}

impl Branch {
    /// Marks an `.await` of the block.
    #[inline]
    pub fn mark(&self, site: &'static Site) {
        current(|walker| match (self.at, walker.branches()) {
            (At::Root, _) => walker.trail.mark(site),
            (At::Beside(Some(at)), Some(branches)) => branches.mark(at, site),
            _ => {}
        });
    }
}

impl Drop for Branch {
    fn drop(&mut self) {
        current(|walker| match (self.at, walker.branches()) {
            (At::Root, _) => walker.trail.leave_root(),
            (At::Beside(at), Some(branches)) => branches.leave(at),
            _ => {}
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::branches::{Branches, MOST};
    use crate::sys::trail::{frame, mark};

    static SITES: [Site; 4] = [
        Site::new("a.rs", 1, 1, "one"),
        Site::new("a.rs", 2, 1, "two"),
        Site::new("a.rs", 3, 1, "three"),
        Site::new("a.rs", 4, 1, "four"),
    ];

    /// The lines of the body's marks, and those of the blocks.
    fn lines(walker: &Walker) -> (Vec<u32>, Vec<u32>) {
        let line = |site: &'static Site| site.line;
        let branches = walker.branches().map(Branches::sites).unwrap_or_default();
        (
            walker.trail.sites().into_iter().flatten().map(line).collect(),
            branches.into_iter().flatten().map(line).collect(),
        )
    }

    #[test]
    fn each_block_has_a_place_until_it_ends_and_the_body_keeps_its_own() {
        let walker = Walker::new("walker".into());
        walker.within(|| {
            mark(&SITES[0]);
            let (one, two) = (branch(), branch());
            assert_eq!(lines(&walker), (vec![1], vec![]));
            one.mark(&SITES[1]);
            two.mark(&SITES[2]);
            assert_eq!(lines(&walker), (vec![1], vec![2, 3]));
            drop(one);
            assert_eq!(lines(&walker), (vec![1], vec![3]));
            let three = branch();
            three.mark(&SITES[3]);
            assert_eq!(lines(&walker), (vec![1], vec![4, 3]));
            drop((two, three));
            assert_eq!(lines(&walker), (vec![1], vec![]));
        });
    }

    #[test]
    fn the_first_block_of_a_task_is_its_body() {
        let walker = Walker::new("walker".into());
        walker.within(|| {
            let body = branch();
            body.mark(&SITES[0]);
            let inner = branch();
            inner.mark(&SITES[1]);
            assert_eq!(lines(&walker), (vec![1], vec![2]));
            drop(inner);
            let called = frame();
            mark(&SITES[2]);
            assert_eq!(lines(&walker), (vec![1, 3], vec![]));
            drop(called);
            drop(body);
            assert_eq!(lines(&walker), (vec![], vec![]));
        });
    }

    #[test]
    fn more_than_there_are_places_for_are_known_to_be_there() {
        let walker = Walker::new("walker".into());
        walker.within(|| {
            mark(&SITES[0]);
            let blocks: Vec<Branch> = (0..MOST + 2).map(|_| branch()).collect();
            blocks.iter().for_each(|block| block.mark(&SITES[1]));
            let branches = walker.branches().unwrap();
            assert_eq!((lines(&walker).1.len(), branches.has_others()), (MOST, true));
            drop(blocks);
            assert_eq!((lines(&walker).1.len(), branches.has_others()), (0, false));
        });
    }

    #[test]
    fn they_move_with_each_mark_and_not_when_one_ends() {
        let walker = Walker::new("walker".into());
        walker.within(|| {
            mark(&SITES[0]);
            let one = branch();
            let moved = || walker.branches().is_some_and(Branches::has_moved);
            assert!(!moved());
            one.mark(&SITES[1]);
            assert_eq!((moved(), moved()), (true, false));
            drop(one);
            assert!(!moved());
        });
    }

    #[test]
    fn outside_of_a_task_a_block_is_nowhere_and_what_is_dropped_there_is_cleared_with_the_body() {
        drop(branch());
        let walker = Walker::new("walker".into());
        let block = walker.within(|| {
            mark(&SITES[0]);
            let block = branch();
            block.mark(&SITES[1]);
            block
        });
        drop(block);
        walker.clear();
        assert_eq!(lines(&walker), (vec![], vec![]));
        walker.within(|| {
            mark(&SITES[0]);
            let all: Vec<Branch> = (0..MOST).map(|_| branch()).collect();
            assert!(!walker.branches().unwrap().has_others(), "a place is still taken by what is gone");
            drop(all);
        });
    }
}
