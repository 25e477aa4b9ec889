//! Cycles of resources that need each other.

use super::{Message, Node};

/// Resources that can be told apart in one check. A program with more in one connected part is checked by the
/// same rules when it starts.
const MOST: usize = 1024;

/// Resources in one cycle that are found here; a longer one is found when the program starts.
const LONGEST: usize = 128;

/// Fails if the resource needs itself, over however many others that come after it by name. So a cycle is
/// reported once, by its first member, and a check looks at a small part of the program: with one check per
/// resource, the whole of it each time would take the compiler seconds.
#[track_caller]
pub(super) const fn check(root: &'static Node) {
    if !may_be_first(root) {
        return;
    }
    let mut search = Search { path: [None; LONGEST], next: [0; LONGEST], depth: 1, seen: Seen::new() };
    search.path[0] = Some(root);
    if search.returns_to(root) {
        search.message(root).fail();
    }
}

/// Whether the resource needs itself, or one that comes after it: only then can it be the first of a cycle.
const fn may_be_first(root: &'static Node) -> bool {
    let mut at = 0;
    while at < root.needs.len() {
        if let Some(needed) = root.needs[at].get() {
            if needed.is(root) || root.is_before(needed) {
                return true;
            }
        }
        at += 1;
    }
    false
}

/// A depth-first walk without recursion, so that the path is at hand when the cycle closes.
struct Search {
    path: [Option<&'static Node>; LONGEST],
    /// Of each resource on the path, which of its needs comes next.
    next: [usize; LONGEST],
    depth: usize,
    seen: Seen,
}

impl Search {
    const fn returns_to(&mut self, root: &'static Node) -> bool {
        while self.depth > 0 {
            let last = self.depth - 1;
            let Some(node) = self.path[last] else { return false };
            if self.next[last] == node.needs.len() {
                self.depth -= 1;
                continue;
            }
            let needed = node.needs[self.next[last]].get();
            self.next[last] += 1;
            let Some(needed) = needed else { continue };
            if needed.is(root) {
                return true;
            }
            if root.is_before(needed) && self.depth < LONGEST && self.seen.is_new(needed.hash) {
                self.path[self.depth] = Some(needed);
                self.next[self.depth] = 0;
                self.depth += 1;
            }
        }
        false
    }

    const fn message(&self, root: &Node) -> Message {
        let mut message = Message::new().text("resources need each other in a cycle: ");
        let mut at = 0;
        while at < self.depth {
            if let Some(node) = self.path[at] {
                message = message.text(node.name).text(" -> ");
            }
            at += 1;
        }
        message.text(root.name).text("; one of them must open without the next")
    }
}

/// A set of hashes with open addressing. Two resources of one hash would be taken for one; what is overlooked for
/// that is found when the program starts.
struct Seen {
    hashes: [u64; MOST],
    count: usize,
}

impl Seen {
    const fn new() -> Self {
        Self { hashes: [0; MOST], count: 0 }
    }

    /// Whether this hash comes for the first time. A full set takes nothing more: `false`.
    const fn is_new(&mut self, hash: u64) -> bool {
        let mut at = hash as usize % MOST;
        while self.hashes[at] != 0 {
            if self.hashes[at] == hash {
                return false;
            }
            at = (at + 1) % MOST;
        }
        if self.count == MOST / 2 {
            return false;
        }
        self.count += 1;
        self.hashes[at] = hash;
        true
    }
}
