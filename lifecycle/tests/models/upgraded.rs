//! An upgraded connection is broken off while its handler reads and writes.

use std::future::poll_fn;
use std::task::Poll;

use shuttle::future::{block_on, spawn};
use shuttle::sync::Arc;

use super::cut::Cut;
use super::{check, fails};

#[test]
fn a_reader_and_a_writer_hear_that_it_is_broken_off() {
    check(|| {
        let cut = Arc::new(Cut::default());
        let waits = |register: fn(&Cut, &std::task::Waker) -> bool| {
            let cut = cut.clone();
            spawn(poll_fn(move |context| {
                if cut.is_cut() || register(&cut, context.waker()) { Poll::Ready(()) } else { Poll::Pending }
            }))
        };
        let (reads, writes) = (waits(Cut::wait_to_read), waits(Cut::wait_to_write));
        cut.cut();
        block_on(reads).expect("no panic");
        block_on(writes).expect("no panic");
    });
}

/// Proof that the model can see a lost wake-up: a reader that looks only before it registers is not woken by a cut in
/// between.
#[test]
fn a_reader_that_does_not_look_again_is_found_out() {
    fn model() {
        let cut = Arc::new(Cut::default());
        let link = cut.clone();
        let reads = spawn(poll_fn(move |context| {
            if link.is_cut() {
                return Poll::Ready(());
            }
            let _was_cut = link.wait_to_read(context.waker());
            Poll::Pending
        }));
        cut.cut();
        block_on(reads).expect("no panic");
    }
    assert!(fails(model));
}
