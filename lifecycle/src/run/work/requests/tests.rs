use std::future::Future;
use std::task::{Context, Poll, Waker};
use std::thread;

use super::Requests;

/// Whether `future` is ready at its first poll.
fn is_ready(future: impl Future<Output = ()>) -> bool {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    future.as_mut().poll(&mut context) == Poll::Ready(())
}

#[test]
fn requests_count_by_name_until_their_guard_is_dropped() {
    let requests = Requests::new();
    let http = requests.try_begin("http").unwrap();
    let _grpc = (requests.begin("grpc"), requests.begin("grpc"));
    assert_eq!(requests.by_name(), [("http", 1), ("grpc", 2)]);
    drop(http);
    assert_eq!(requests.by_name(), [("http", 0), ("grpc", 2)]);
    assert_eq!(requests.in_flight(), 2);
}

#[test]
fn while_draining_new_work_is_refused_and_accepted_work_still_counts() {
    let requests = Requests::new();
    let clone = requests.clone();
    assert!(!clone.is_refusing());
    requests.close();
    assert!(clone.is_refusing());
    assert!(clone.try_begin("http").is_none());
    let _accepted = clone.begin("http");
    assert_eq!((requests.in_flight(), requests.refused()), (1, 1));
    assert!(!is_ready(requests.idle()));
}

#[test]
fn the_oldest_is_named_as_long_as_it_is_in_flight() {
    let requests = Requests::new();
    assert_eq!(requests.oldest(), None);
    let first = requests.begin("upload");
    requests.look();
    let second = requests.begin("http");
    let oldest = requests.oldest().unwrap();
    assert_eq!(oldest.name, "upload");
    assert!(requests.oldest().unwrap().age >= oldest.age);
    drop(first);
    assert_eq!(requests.oldest().unwrap().name, "http");
    assert!(format!("{requests:?}").contains("oldest: Some"));
    drop(second);
    assert_eq!(requests.oldest(), None);
}

#[test]
fn a_guard_lost_in_a_panic_no_longer_counts() {
    let requests = Requests::new();
    let in_flight = requests.begin("http");
    let handler = thread::spawn(move || {
        let _in_flight = in_flight;
        std::panic::resume_unwind(Box::new("the handler panics"));
    });
    assert!(handler.join().is_err());
    assert_eq!(requests.in_flight(), 0);
}

#[test]
fn acceptors_are_known_by_name_until_they_are_dropped() {
    let requests = Requests::new();
    let [one, two, three] = ["http", "http", "grpc"].map(|name| requests.acceptor(name));
    drop(one);
    assert_eq!(requests.acceptors(), [("http", 1), ("grpc", 1)]);
    drop(two);
    assert_eq!(requests.acceptors(), [("grpc", 1)]);
    assert!(!is_ready(requests.acceptors_gone()));
    drop(three);
    assert!(is_ready(requests.acceptors_gone()));
}

#[tokio::test]
async fn the_last_acceptor_that_is_dropped_wakes_the_waiter() {
    let requests = Requests::new();
    assert!(is_ready(requests.acceptors_gone()));
    let guards = ["http", "grpc"].map(|name| requests.acceptor(name));
    let waiting = tokio::spawn(async move { requests.acceptors_gone().await });
    tokio::task::yield_now().await;
    drop(guards);
    waiting.await.unwrap();
}

#[cfg(feature = "tower")]
#[test]
fn a_counter_counts_and_refuses_as_the_requests_that_it_is_of() {
    let requests = Requests::new();
    let counter = requests.counter("http").name("web");
    let in_flight = [counter.try_begin(), counter.try_begin()];
    assert_eq!(requests.by_name(), [("web", 2)]);
    requests.close();
    assert!(counter.try_begin().is_none() && counter.try_begin().is_none());
    assert_eq!((requests.in_flight(), requests.refused()), (2, 2));
    drop(in_flight);
    requests.reopen();
    assert!(counter.try_begin().is_some());
    assert_eq!(requests.in_flight(), 0);
}

/// The words in which it has counted go to the next App.
#[cfg(feature = "tower")]
#[test]
fn a_counter_of_an_app_that_is_gone_counts_in_no_other() {
    let requests = Requests::new();
    let counter = requests.counter("http");
    drop(counter.try_begin().expect("open"));
    drop(requests);
    let others: Vec<Requests> = (0..50).map(|_| Requests::new()).collect();
    // On another thread: this one is to remember where it was.
    let begin = || -> Vec<_> { others.iter().map(|other| other.begin("http")).collect() };
    let in_flight = thread::scope(|scope| scope.spawn(begin).join().unwrap());
    assert!(counter.try_begin().is_none());
    assert!(others.iter().all(|other| other.in_flight() == 1));
    drop(in_flight);
    assert!(counter.try_begin().is_none() && others.iter().all(|other| other.in_flight() == 0));
}
