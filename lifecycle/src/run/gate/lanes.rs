//! All gates of one App, by name.

use std::iter;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use tokio::sync::Notify;

use super::{Gate, Pass, lock};

/// How many lanes a block holds. A program has a handful of names, so there is rarely a second block.
const BLOCK: usize = 16;

/// A gate and its name.
struct Lane {
    name: &'static str,
    gate: Gate,
}

/// Lanes that stay where they are, so that they can be found without a lock. They are filled from the front.
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

/// The gates of one App: one for each name, made at its first use, and all closed at once.
pub(crate) struct Gates {
    first: Block,
    /// Held while a lane is made, while all are closed, and while idle is looked for.
    fixed: Mutex<()>,
    closed: AtomicBool,
    emptied: Arc<Notify>,
}

impl Gates {
    pub(crate) fn new() -> Gates {
        Gates {
            first: Block::new(),
            fixed: Mutex::new(()),
            closed: AtomicBool::new(false),
            emptied: Arc::new(Notify::new()),
        }
    }

    /// The gate of that name, made now if there is none.
    #[inline]
    pub(crate) fn lane(&self, name: &'static str) -> &Gate {
        // Mostly it is the very same literal, and its address tells that sooner than its text.
        for slot in &self.first.lanes {
            match slot.get() {
                Some(lane) if ptr::eq(lane.name, name) => return &lane.gate,
                Some(_) => {}
                None => break,
            }
        }
        self.lane_by_text(name)
    }

    /// Lets one in under that name and counts it, unless the gates are closed.
    #[inline]
    pub(crate) fn try_enter(&self, name: &'static str) -> Option<Pass> {
        self.lane(name).try_enter()
    }

    /// Lets one in under that name and counts it, closed or not.
    #[inline]
    pub(crate) fn enter(&self, name: &'static str) -> Pass {
        self.lane(name).enter()
    }

    /// Lets nobody new in from now on, under any name.
    pub(crate) fn close(&self) {
        let fixed = lock(&self.fixed);
        self.lanes().for_each(|lane| lane.gate.close());
        self.closed.store(true, Ordering::Release);
        drop(fixed);
        self.emptied.notify_waiters();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// How many passes are out under all names together.
    pub(crate) fn total(&self) -> usize {
        self.lanes().map(|lane| lane.gate.count()).sum()
    }

    /// How many were turned away under all names together.
    pub(crate) fn refused(&self) -> usize {
        self.lanes().map(|lane| lane.gate.refused()).sum()
    }

    /// Every name used so far and how many passes are out under it, in the order of their first use.
    pub(crate) fn counts(&self) -> Vec<(&'static str, usize)> {
        self.lanes().map(|lane| (lane.name, lane.gate.count())).collect()
    }

    /// Waits until no pass is out. To be called after [`close`](Gates::close): before that the last pass to go
    /// tells nobody.
    ///
    /// Cancel safe: it holds nothing but its place among the waiters.
    pub(crate) async fn idle(&self) {
        loop {
            // Registered first and then looked: a pass that goes after the look wakes this.
            let emptied = self.emptied.notified();
            if self.is_idle() {
                return;
            }
            emptied.await;
        }
    }

    /// Whether there was a moment at which no pass was out.
    ///
    /// The shards are read one after the other. A closed one never rises again through `try_enter`, but work
    /// that is handed on by `enter` could move from a shard not yet read to one that was: then somebody has
    /// come in late meanwhile, and the reading is done again.
    fn is_idle(&self) -> bool {
        let _no_new_lanes = lock(&self.fixed);
        loop {
            let before = self.late();
            if self.total() > 0 {
                return false;
            }
            if self.late() == before {
                return true;
            }
        }
    }

    /// How many came in after the closing. It only grows (and may wrap).
    fn late(&self) -> usize {
        let late = self.lanes().map(|lane| lane.gate.late.load(Ordering::Acquire));
        late.fold(0, usize::wrapping_add)
    }

    fn blocks(&self) -> impl Iterator<Item = &Block> {
        iter::successors(Some(&self.first), |block| block.next())
    }

    fn lanes(&self) -> impl Iterator<Item = &Lane> {
        self.blocks().flat_map(|block| &block.lanes).map_while(OnceLock::get)
    }

    /// Out of line: for the first use of a name, and for one that stands in the program more than once.
    #[cold]
    fn lane_by_text(&self, name: &'static str) -> &Gate {
        let find = || self.lanes().find(|lane| lane.name == name);
        if let Some(lane) = find() {
            return &lane.gate;
        }
        let _only_one_makes_it = lock(&self.fixed);
        // Somebody may have been quicker.
        let lane = find().unwrap_or_else(|| self.make(name));
        &lane.gate
    }

    /// Under the lock.
    fn make(&self, name: &'static str) -> &Lane {
        let gate = Gate::open(&self.emptied);
        if self.is_closed() {
            gate.close();
        }
        let mut block = &self.first;
        loop {
            if let Some(free) = block.lanes.iter().find(|slot| slot.get().is_none()) {
                return free.get_or_init(|| Lane { name, gate });
            }
            block = block.next.get_or_init(|| Box::new(Block::new()));
        }
    }
}
