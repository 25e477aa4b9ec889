//! Circles of resources that need each other.

use super::{Message, Node, compare, same};

/// Resources that can be told apart in one check. A program with more in one connected part is checked by the
/// same rules when it starts.
const MOST: usize = 1024;

/// Resources in one circle that are found here; a longer one is found when the program starts.
const LONGEST: usize = 128;

/// Fails if the resource needs itself, over however many others. Only the member whose path comes first in
/// the alphabet fails, so that a circle is reported once.
#[track_caller]
pub(super) const fn check(root: &'static Node) {
    let mut search = Search { path: [None; LONGEST], next: [0; LONGEST], depth: 1, seen: Seen::new() };
    search.path[0] = Some(root);
    if search.returns_to(root) && search.root_is_first(root) {
        search.message(root).fail();
    }
}

/// A depth-first walk without recursion, so that the path is at hand when the circle closes.
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
            if let Some(needed) = needed {
                if same(needed.id, root.id) {
                    return true;
                }
                if self.seen.is_new(needed.id) && self.depth < LONGEST {
                    self.path[self.depth] = Some(needed);
                    self.next[self.depth] = 0;
                    self.depth += 1;
                }
            }
        }
        false
    }

    const fn root_is_first(&self, root: &Node) -> bool {
        let mut at = 1;
        while at < self.depth {
            if let Some(node) = self.path[at] {
                if matches!(compare(node.id, root.id), std::cmp::Ordering::Less) {
                    return false;
                }
            }
            at += 1;
        }
        true
    }

    const fn message(&self, root: &Node) -> Message {
        let mut message = Message::new().text("resources need each other in a circle: ");
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

/// A hash set of texts with open addressing.
struct Seen {
    ids: [Option<&'static str>; MOST],
    count: usize,
}

impl Seen {
    const fn new() -> Self {
        Self { ids: [None; MOST], count: 0 }
    }

    /// Whether this text comes for the first time. A full set takes nothing more: `false`.
    const fn is_new(&mut self, id: &'static str) -> bool {
        let mut at = fnv1a(id) % MOST;
        while let Some(kept) = self.ids[at] {
            if same(kept, id) {
                return false;
            }
            at = (at + 1) % MOST;
        }
        if self.count == MOST / 2 {
            return false;
        }
        self.count += 1;
        self.ids[at] = Some(id);
        true
    }
}

/// The FNV-1a hash (Fowler, Noll, Vo) of a text.
const fn fnv1a(text: &str) -> usize {
    let (text, mut hash, mut at) = (text.as_bytes(), 0xcbf2_9ce4_8422_2325_u64, 0);
    while at < text.len() {
        hash = (hash ^ text[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    (hash % MOST as u64) as usize
}
