//! The wiring as the compiler sees it: checks that run while the program is compiled, one resource at a time.
//!
//! `#[resource]` leaves a [`Node`] for each resource and a constant that calls [`check_resource`] at the user's
//! token. No list of all resources is needed: a node refers to those that its `open` asks for.

mod circle;
mod message;

use crate::sys::link;

use self::message::Message;

/// A reference to a resource that may be part of a circle.
pub type Link = link::Link<Node>;

/// A resource, as the compiler sees it.
#[derive(Debug)]
pub struct Node {
    /// The resource's name.
    pub name: &'static str,
    /// The type's path, by which nodes are told apart.
    pub id: &'static str,
    /// Its priority.
    pub priority: i32,
    /// What its `open` asks for.
    pub needs: &'static [Link],
}

/// Fails to compile, with a message that names the resources, if this resource is part of a circle or would
/// close before something that uses it.
#[track_caller]
pub const fn check_resource(link: Link) {
    let Some(node) = link.get() else { return };
    circle::check(node);
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

/// Whether two texts are equal, for constants.
const fn same(a: &str, b: &str) -> bool {
    matches!(compare(a, b), std::cmp::Ordering::Equal)
}

/// The order of two texts by their bytes, for constants.
const fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return if a[at] < b[at] { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater };
        }
        at += 1;
    }
    if a.len() == b.len() {
        std::cmp::Ordering::Equal
    } else if a.len() < b.len() {
        std::cmp::Ordering::Less
    } else {
        std::cmp::Ordering::Greater
    }
}

#[cfg(test)]
mod tests;
