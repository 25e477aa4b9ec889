//! A shared value that the compiler knows to be `Send` and `Sync` without looking into its type.
//!
//! Resources hold handles to other resources. Whether an `Arc<T>` is `Send` is asked of `T`, and so of all that `T`
//! holds, to the last one: for every future that holds a handle the compiler would walk the whole wiring below it,
//! and in a chain of more than forty it would give up. Here the question is asked once, where a value comes in.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

/// An `Arc<T>` of a `T` that is `Send + Sync`, which only [`Shared::new`] makes.
pub(crate) struct Shared<T: 'static> {
    value: Arc<T>,
    /// Invariant: a `Shared` is never taken for one of a subtype's supertype, which was not asked for.
    exactly: PhantomData<fn(T) -> T>,
}

// SAFETY: the fields are private to this file, and `new` and `clone` alone make a value. `new` asks for `T: Send + Sync`,
// and `clone` needs a value that is there already; so wherever there is a `Shared<T>`, `Arc<T>` is `Send`. It is
// invariant in `T`, so no `Shared` of another type is taken for one of this.
unsafe impl<T> Send for Shared<T> {}

// SAFETY: as above: wherever there is a `Shared<T>`, `T` is `Send + Sync`, and so `Arc<T>` is `Sync`.
unsafe impl<T> Sync for Shared<T> {}

impl<T: Send + Sync> Shared<T> {
    pub(crate) fn new(value: Arc<T>) -> Self {
        Self { value, exactly: PhantomData }
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), exactly: PhantomData }
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Last;

    macro_rules! chain {
        ($last:ident) => {};
        ($last:ident $next:ident $($rest:ident)*) => {
            #[allow(dead_code, reason = "only its type counts")]
            struct $next(Shared<$last>);
            chain!($next $($rest)*);
        };
    }

    chain! {
        Last
        A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 B0 B1 B2 B3 B4 B5 B6 B7 B8 B9 C0 C1 C2 C3 C4 C5 C6 C7 C8 C9
        D0 D1 D2 D3 D4 D5 D6 D7 D8 D9 E0 E1 E2 E3 E4 E5 E6 E7 E8 E9 F0 F1 F2 F3 F4 F5 F6 F7 F8 F9
    }

    /// With an `Arc` in its place the compiler gives up at forty-three.
    #[test]
    fn a_long_chain_is_send_and_sync_in_one_step() {
        fn is_send_and_sync<T: Send + Sync>() {}
        is_send_and_sync::<F9>();
    }
}
