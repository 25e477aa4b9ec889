//! A server says how far it is, and each of its connections hears it.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use shuttle::future::{block_on, spawn, yield_now};
use shuttle::thread;

use super::watch::{Receiver, Sender};
use super::{check, fails};

/// The stages are numbers here; this is the cut, after which there is none.
const CUT: u8 = 3;

/// A connection in its task: polled for its data as well as for stages, until the cut.
async fn connection(mut stages: Receiver<u8>) {
    let mut data = 2;
    loop {
        let stage = poll_fn(|context| {
            let polled = stages.poll_changed(context);
            if polled.is_pending() && data > 0 {
                data -= 1;
                context.waker().wake_by_ref();
            }
            polled
        });
        if stage.await.expect("the server waits for its connections") == CUT {
            return;
        }
    }
}

#[test]
fn each_connection_hears_of_the_cut() {
    check(|| {
        let mut server = Sender::new(0);
        let first = [spawn(connection(server.subscribe())), spawn(connection(server.subscribe()))];
        server.send(1);
        // From the accept queue.
        let late = spawn(connection(server.subscribe()));
        server.send(2);
        server.send(CUT);
        for connection in first.into_iter().chain([late]) {
            block_on(connection).expect("no panic");
        }
    });
}

#[test]
fn connections_that_end_leave_the_others_registered() {
    check(|| {
        let mut server = Sender::new(0);
        let stays = spawn(connection(server.subscribe()));
        let stages = server.subscribe();
        let ends = thread::spawn(move || {
            for _ in 0..2 {
                let mut stages = stages.clone();
                let polled = stages.poll_changed(&Context::from_waker(Waker::noop()));
                assert!(!matches!(polled, Poll::Ready(None)));
            }
        });
        server.send(1);
        let comes = spawn(connection(server.subscribe()));
        server.send(CUT);
        ends.join().expect("no panic");
        block_on(stays).expect("no panic");
        block_on(comes).expect("no panic");
    });
}

#[test]
fn a_receiver_that_was_polled_elsewhere_before_is_woken_where_it_waits() {
    check(|| {
        let mut server = Sender::new(0);
        let mut stages = server.subscribe();
        // Any waker but that of the task in which it is polled from now on.
        let polled = stages.poll_changed(&Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
        let waits = spawn(connection(stages));
        server.send(CUT);
        block_on(waits).expect("no panic");
    });
}

#[test]
fn the_end_of_the_server_is_heard_and_stays_so() {
    check(|| {
        let mut server = Sender::new(0);
        let mut stages = server.subscribe();
        let waits = spawn(async move {
            while poll_fn(|context| stages.poll_changed(context)).await.is_some() {}
            poll_fn(|context| stages.poll_changed(context)).await
        });
        server.send(1);
        drop(server);
        assert_eq!(block_on(waits).expect("no panic"), None);
    });
}

#[test]
fn the_newest_stage_is_told_and_none_twice() {
    check(|| {
        let mut server = Sender::new(0);
        let mut stages = server.subscribe();
        let waits = spawn(async move {
            let mut told = 0;
            loop {
                let stage = poll_fn(|context| stages.poll_changed(context)).await.expect("it is there");
                assert!(stage > told && stages.get() >= stage, "{stage} after {told}");
                told = stage;
                if told == CUT {
                    return;
                }
            }
        });
        for stage in 1..=CUT {
            server.send(stage);
        }
        block_on(waits).expect("no panic");
    });
}

/// What connections did before: they remembered the waker with which they had polled tokio's `watch`, and did not poll
/// it again with the same one while there was no news. But the poll had registered nothing if the task's budget was
/// used up: it had asked for another poll instead.
struct Before {
    stages: Receiver<u8>,
    seen: u8,
    waiting: Option<Waker>,
    has_budget: bool,
}

impl Before {
    fn poll_changed(&mut self, context: &Context<'_>) -> Poll<u8> {
        let is_news = self.stages.get() != self.seen;
        if self.waiting.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) && !is_news {
            return Poll::Pending;
        }
        self.waiting = Some(context.waker().clone());
        if !self.has_budget {
            self.has_budget = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.stages.poll_changed(context).map(|stage| {
            self.waiting = None;
            self.seen = stage.expect("it is there");
            self.seen
        })
    }
}

/// Proof that the models above can see a lost wake-up: this one is the fault that there was.
#[test]
fn a_connection_that_remembers_a_poll_in_place_of_a_registration_is_found_out() {
    fn model() {
        let mut server = Sender::new(0);
        let stages = server.subscribe();
        let mut before = Before { stages, seen: 0, waiting: None, has_budget: false };
        let waits = spawn(async move { while poll_fn(|context| before.poll_changed(context)).await != CUT {} });
        // The server has other things to do than to wait for the connection's first polls.
        block_on(async { yield_now().await });
        server.send(CUT);
        block_on(waits).expect("no panic");
    }
    assert!(fails(model));
}
