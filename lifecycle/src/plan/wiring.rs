//! The wiring as the compiler sees it: checks that run while the program is compiled, one resource at a time.
//!
//! `#[resource]` leaves a [`Node`] for each resource and a constant that calls [`check_resource`] at the user's
//! token. No list of all resources is needed: a node refers to those that its `open` asks for.

mod cycle;
mod message;

use std::cmp::Ordering;

use crate::sys::link;

use self::message::Message;

/// A reference to a resource that may be part of a cycle.
pub type Link = link::Link<Node>;

/// A resource, as the compiler sees it.
#[derive(Debug)]
pub struct Node {
    /// The resource's name.
    name: &'static str,
    /// The type's path, by which nodes are told apart.
    id: &'static str,
    /// Of the path, so that two of them are compared in one step where they differ.
    hash: u64,
    /// The name's beginning as a number, which orders names in one step where they differ there.
    rank: u64,
    /// Its priority.
    priority: i32,
    /// What its `open` asks for.
    needs: &'static [Link],
}

impl Node {
    /// A node. What its comparisons need is worked out here, once for all checks.
    pub const fn new(name: &'static str, id: &'static str, priority: i32, needs: &'static [Link]) -> Self {
        Self { name, id, hash: hash(id), rank: rank(name), priority, needs }
    }

    /// The resource's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its priority.
    pub const fn priority(&self) -> i32 {
        self.priority
    }

    /// Whether this is the other one.
    const fn is(&self, other: &Self) -> bool {
        self.hash == other.hash && same(self.id, other.id)
    }

    /// Whether it stands before the other one, by name and then by path.
    const fn is_before(&self, other: &Self) -> bool {
        if self.rank != other.rank {
            return self.rank < other.rank;
        }
        match compare(self.name, other.name) {
            Ordering::Less => true,
            Ordering::Equal => matches!(compare(self.id, other.id), Ordering::Less),
            Ordering::Greater => false,
        }
    }
}

/// Fails to compile, with a message that names the resources, if this resource is part of a cycle or would
/// close before something that uses it.
#[track_caller]
pub const fn check_resource(link: Link) {
    let Some(node) = link.get() else { return };
    cycle::check(node);
    check_priority(node);
}

#[track_caller]
const fn check_priority(node: &'static Node) {
    let mut at = 0;
    while at < node.needs.len() {
        if let Some(needed) = node.needs[at].get() {
            if needed.priority > node.priority {
                Message::new()
                    .text("resource `")
                    .text(needed.name)
                    .text("` has priority ")
                    .number(needed.priority)
                    .text(", so it would close before `")
                    .text(node.name)
                    .text("` (priority ")
                    .number(node.priority)
                    .text("), which uses it; give `")
                    .text(needed.name)
                    .text("` at most ")
                    .number(node.priority)
                    .text(", or `")
                    .text(node.name)
                    .text("` at least ")
                    .number(needed.priority)
                    .fail();
            }
        }
        at += 1;
    }
}

/// The first eight bytes of a text as a number; a shorter text counts as followed by zeros.
const fn rank(text: &str) -> u64 {
    if let Some(first) = text.as_bytes().first_chunk() {
        return u64::from_be_bytes(*first);
    }
    let (text, mut rank, mut at) = (text.as_bytes(), 0, 0);
    while at < text.len() {
        rank |= (text[at] as u64) << (56 - 8 * at);
        at += 1;
    }
    rank
}

/// A hash of a text in the manner of FNV-1a (Fowler, Noll, Vo), but of eight bytes in a step as long as there are eight:
/// the compiler works it out for each resource, and is slow at that.
const fn hash(text: &str) -> u64 {
    const PRIME: u64 = 0x0100_0000_01b3;
    let (mut rest, mut hash) = (text.as_bytes(), 0xcbf2_9ce4_8422_2325);
    while let Some((chunk, after)) = rest.split_first_chunk() {
        hash = (hash ^ u64::from_le_bytes(*chunk)).wrapping_mul(PRIME);
        // What has gone to the upper half has to come back to the lower one, where the next bytes meet it.
        hash ^= hash >> 32;
        rest = after;
    }
    while let Some((byte, after)) = rest.split_first() {
        hash = (hash ^ *byte as u64).wrapping_mul(PRIME);
        rest = after;
    }
    hash
}

/// Whether two texts are equal, for constants.
const fn same(a: &str, b: &str) -> bool {
    matches!(compare(a, b), Ordering::Equal)
}

/// The order of two texts by their bytes, for constants.
const fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return if a[at] < b[at] { Ordering::Less } else { Ordering::Greater };
        }
        at += 1;
    }
    if a.len() == b.len() {
        Ordering::Equal
    } else if a.len() < b.len() {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

#[cfg(test)]
mod tests;
