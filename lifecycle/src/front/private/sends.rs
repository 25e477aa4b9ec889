//! What an attribute asks of a component's future: that it may go on in another thread after an `.await`.
//!
//! The compiler reports a missing `Send` from inside the future, in words of its own: it names the value and the `.await`, but
//! not the component. So the question is asked once more, by a trait with two implementations that differ in `K`. Where
//! neither applies, the compiler has none to look into, and tells of the trait itself, whose message names the component.
//! It has to stand outside of the future's own body: there the compiler does not know yet what the future holds.

use std::marker::PhantomData;

/// Something of type `F` that may be sent.
pub struct Sends<F: ?Sized>(PhantomData<fn(&F)>);

impl<F: ?Sized> Sends<F> {
    const ASKED: Self = Self(PhantomData);
    /// It is asked elsewhere.
    pub const ELSEWHERE: Self = Self(PhantomData);
}

/// Asks; the type is inferred from the value.
pub fn sends<F: ?Sized>(_: &F, _: Sends<F>) {}

/// It may.
#[derive(Debug)]
pub enum Sent {}

/// Nothing is implemented by this.
#[derive(Debug)]
pub enum Kept {}

/// Implemented for nothing.
pub trait Never {}

macro_rules! sends {
    ($name:ident: $message:literal) => {
        #[diagnostic::on_unimplemented(
                                    message = $message,
                                    label = "its future is not `Send`",
                                    note = "the compiler's own error beside this one shows the value and the `.await`"
                                )]
        pub trait $name<C: ?Sized, K> {
            const SENDS: Sends<Self>;
        }

        #[diagnostic::do_not_recommend]
        impl<C: ?Sized, F: Send> $name<C, Sent> for F {
            const SENDS: Sends<F> = Sends::ASKED;
        }

        #[diagnostic::do_not_recommend]
        impl<C: ?Sized, F: Never> $name<C, Kept> for F {
            const SENDS: Sends<F> = Sends::ASKED;
        }
    };
}

sends!(
    TaskSends: "task `{C}`: a value that cannot change threads lives across an `.await` in it; drop it before, use `Arc` for `Rc` and `tokio::sync` for a lock, or write `local = true`, which gives the task a thread of its own"
);
sends!(
    HookSends: "hook `{C}`: a value that cannot change threads lives across an `.await` in it; drop it before, or use `Arc` for `Rc` and `tokio::sync` for a lock"
);
sends!(
    MainSends: "main: a value that cannot change threads lives across an `.await` in it; drop it before, or use `Arc` for `Rc` and `tokio::sync` for a lock"
);
sends!(
    ActionSends: "task `{C}`: a value that cannot change threads lives across an `.await` in what its monitor calls; drop it before, or use `Arc` for `Rc` and `tokio::sync` for a lock"
);
sends!(
    OpenSends: "resource `{C}`: a value that cannot change threads lives across an `.await` in `open`; drop it before, or use `Arc` for `Rc` and `tokio::sync` for a lock"
);
sends!(
    CloseSends: "resource `{C}`: a value that cannot change threads lives across an `.await` in `close`; drop it before, or use `Arc` for `Rc` and `tokio::sync` for a lock"
);

#[cfg(test)]
mod tests {
    use super::*;

    struct Job;

    /// One that may be sent passes each of the questions; `tests/ui` has those that may not.
    #[test]
    fn a_future_that_may_be_sent_is_let_through_whatever_it_belongs_to() {
        let future = async { std::future::ready(7).await };
        fn pass<F: Send>(future: &F) {
            sends(future, <F as TaskSends<Job, Sent>>::SENDS);
            sends(future, <F as HookSends<Job, Sent>>::SENDS);
            sends(future, <F as MainSends<Job, Sent>>::SENDS);
            sends(future, <F as ActionSends<Job, Sent>>::SENDS);
            sends(future, <F as OpenSends<Job, Sent>>::SENDS);
            sends(future, <F as CloseSends<Job, Sent>>::SENDS);
        }
        pass(&future);
        sends(&std::rc::Rc::new(7), Sends::ELSEWHERE);
    }
}
