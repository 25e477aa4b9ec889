//! A future that stays on the thread that made it, in a type that may change threads.
//!
//! The loop of all tasks is compiled once, for futures that are `Send`. One that is not is made, polled and dropped by a
//! loop that never leaves its thread, and only the type has to say otherwise.

use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread::{ThreadId, current};

/// A boxed future that is reached on the thread alone that made this.
pub(crate) struct Here<T> {
    future: ManuallyDrop<Pin<Box<dyn Future<Output = T>>>>,
    thread: ThreadId,
}

// SAFETY: the field `future` is private to this file. `poll` and `drop` reach it only after they have compared the thread,
// and a thread's id is never used again while the process lives; so the future is touched on the thread alone that called
// `new`. On another one `poll` panics before it, and `drop` leaves it alone for ever, which is safe. `T` goes out of
// `poll` on that same thread.
unsafe impl<T> Send for Here<T> {}

impl<T> Here<T> {
    pub(crate) fn new(future: impl Future<Output = T> + 'static) -> Self {
        Self { future: ManuallyDrop::new(Box::pin(future)), thread: current().id() }
    }

    fn is_here(&self) -> bool {
        current().id() == self.thread
    }
}

impl<T> Future for Here<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        assert!(self.is_here(), "a local future is polled on another thread");
        self.future.as_mut().poll(context)
    }
}

impl<T> Drop for Here<T> {
    fn drop(&mut self) {
        if self.is_here() {
            // SAFETY: the value is there: this is the only place that drops it, and nothing uses it after `drop`.
            unsafe { ManuallyDrop::drop(&mut self.future) }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::task::Waker;

    use super::*;

    struct Counts(Rc<Cell<u32>>);

    impl Drop for Counts {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }

    #[test]
    fn it_is_polled_and_dropped_here() {
        let dropped = Rc::new(Cell::new(0));
        let counts = Counts(dropped.clone());
        let mut here = Box::pin(Here::new(async move { counts.0.get() }));
        assert_eq!(here.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(0));
        drop(here);
        assert_eq!(dropped.get(), 1);
    }

    #[test]
    fn on_another_thread_it_is_neither_polled_nor_dropped() {
        let dropped = Rc::new(Cell::new(0));
        let counts = Counts(dropped.clone());
        let mut here = Box::pin(Here::new(async move { drop(counts) }));
        let panics = std::thread::spawn(move || {
            let _ = here.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        });
        assert!(panics.join().is_err());
        assert_eq!((dropped.get(), Rc::strong_count(&dropped)), (0, 2));
    }
}
