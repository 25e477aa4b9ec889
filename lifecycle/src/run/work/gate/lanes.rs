//! The shards of one App, by name.

use std::iter;
use std::ptr;
use std::sync::OnceLock;

use super::shards::Shards;

/// How many lanes a block holds. A program has a handful of names, so there is rarely a second block.
const BLOCK: usize = 16;

/// A name and its shards.
pub(super) struct Lane {
    pub(super) name: &'static str,
    pub(super) shards: Shards,
}

/// Lanes that stay where they are, so that they can be found without a lock. They are filled from the front.
pub(super) struct Lanes {
    first: Block,
}

struct Block {
    lanes: [OnceLock<Lane>; BLOCK],
    next: OnceLock<Box<Block>>,
}

impl Block {
    const fn new() -> Block {
        Block { lanes: [const { OnceLock::new() }; BLOCK], next: OnceLock::new() }
    }

    fn next(&self) -> Option<&Block> {
        self.next.get().map(Box::as_ref)
    }
}

impl Lanes {
    pub(super) const fn new() -> Lanes {
        Lanes { first: Block::new() }
    }

    /// The lane of that name, if it was used before.
    #[inline]
    pub(super) fn find(&self, name: &'static str) -> Option<&Lane> {
        // Mostly it is the same literal, and comparing addresses is quicker than comparing texts.
        let same = self.iter().take(BLOCK).find(|lane| ptr::eq(lane.name, name));
        same.or_else(|| self.iter().find(|lane| lane.name == name))
    }

    /// In the order in which they were made.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Lane> {
        let blocks = iter::successors(Some(&self.first), |block| block.next());
        blocks.flat_map(|block| &block.lanes).map_while(OnceLock::get)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.lanes[0].get().is_none()
    }

    /// Adds a lane at the end. By one thread at a time.
    pub(super) fn add(&self, name: &'static str, shards: Shards) -> &Lane {
        let mut block = &self.first;
        loop {
            if let Some(free) = block.lanes.iter().find(|slot| slot.get().is_none()) {
                return free.get_or_init(|| Lane { name, shards });
            }
            block = block.next.get_or_init(|| Box::new(Block::new()));
        }
    }
}
