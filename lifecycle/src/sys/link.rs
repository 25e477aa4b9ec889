//! References between resources that the compiler can follow, cycles included.
//!
//! A resource's node is a static; other resources refer to it through an associated constant, since only that
//! can be named by a type. A constant that holds `&'static N` is checked to its depth when it is evaluated,
//! which evaluates the static, which evaluates the constants of what it needs: a cycle of resources would be
//! a cycle of evaluations, and the compiler would report that instead of ours. A union is not looked into.

use std::fmt;
use std::mem::MaybeUninit;

/// A reference to a node `N`, or none.
pub struct Link<N: 'static> {
    node: MaybeUninit<&'static N>,
    is_some: bool,
}

impl<N> Clone for Link<N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Copy for Link<N> {}

impl<N> fmt::Debug for Link<N> {
    /// Nodes may refer to each other in a cycle, so they are not looked into here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_some { "Link(_)" } else { "Link::NONE" })
    }
}

impl<N> Link<N> {
    /// Nothing that the compiler could follow.
    pub const NONE: Self = Self { node: MaybeUninit::uninit(), is_some: false };

    /// A reference to this node, which is not looked at now.
    pub const fn to(node: &'static N) -> Self {
        Self { node: MaybeUninit::new(node), is_some: true }
    }

    /// The node.
    pub const fn get(self) -> Option<&'static N> {
        if self.is_some {
            // SAFETY: both fields are private and set together, by `NONE` and `to` alone; `is_some` is true
            // only where `to` has written a reference.
            Some(unsafe { self.node.assume_init() })
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_its_node_and_shows_nothing_of_it() {
        static NODE: u32 = 7;
        let link = Link::to(&NODE);
        assert!(std::ptr::eq(link.get().expect("a node"), &raw const NODE));
        assert_eq!(Clone::clone(&link).get(), Some(&7));
        assert_eq!((format!("{link:?}"), format!("{:?}", Link::<u32>::NONE)), ("Link(_)".into(), "Link::NONE".into()));
        assert_eq!(Link::<u32>::NONE.get(), None);
    }
}
