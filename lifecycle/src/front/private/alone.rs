//! Whether the method of `close = "…"` takes nothing but the resource.
//!
//! An expansion that called one with more parameters would get the compiler's words about a call that is not in the source. So
//! it asks before it calls. Where the answer is an error, the resource that would be closed has no type, and the
//! compiler keeps silent about the call.

/// A function, found by its path, that takes the parameters `P`: one at most. (None has what is no method, and so is
/// told of as that.)
#[diagnostic::on_unimplemented(
    message = "resource `{T}`: `close` names a method that cannot be called with `self` alone; let it be a safe `fn` that takes nothing else, or write `close = |it| it.method(…)`",
    label = "not a safe `fn` of `self` alone"
)]
pub trait TakesSelfAlone<T, P> {}

#[diagnostic::do_not_recommend]
impl<T, F: FnOnce() -> R, R> TakesSelfAlone<T, ()> for F {}

#[diagnostic::do_not_recommend]
impl<T, F: FnOnce(A) -> R, R, A> TakesSelfAlone<T, (A,)> for F {}

/// Asks.
pub const fn takes_self_alone<T, F: TakesSelfAlone<T, P>, P>(_: &F) -> bool {
    true
}

/// What is closed once it has been asked: the resource itself.
pub trait Asked<const ASKED: bool> {
    type This;
}

impl<T> Asked<true> for T {
    type This = T;
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pool(u32);

    impl Pool {
        fn close(self) -> u32 {
            self.0
        }

        fn look(&self) -> u32 {
            self.0
        }
    }

    fn nothing() {}

    /// What takes one parameter is let through, and what takes none: that is told of elsewhere.
    #[test]
    fn a_method_of_self_alone_is_what_can_be_called() {
        assert!(takes_self_alone::<Pool, _, _>(&Pool::close));
        assert!(takes_self_alone::<Pool, _, (&Pool,)>(&Pool::look));
        assert!(takes_self_alone::<Pool, _, _>(&nothing));
        let closed: <Pool as Asked<true>>::This = Pool(7);
        assert_eq!((closed.look(), closed.close()), (7, 7));
    }
}
