//! Requests under way in the middle of a load, when SIGTERM comes.

use std::net::SocketAddr;
use std::time::Duration;

use lifecycle_http_tests::load::{Plan, Policy, Protocol};
use lifecycle_http_tests::losses::{Round, Way, round};

use super::HARNESS;

/// Rounds that must be without loss.
const ROUNDS: u64 = 3;
/// Rounds; one of them has to be with loss.
const TRIES: u64 = 30;

fn stop(way: Way, policy: Policy, protocol: Protocol, number: u64) -> Round {
    // A handler that answers at once leaves other gaps than one that takes a while.
    let plan = |address: SocketAddr| Plan { protocol, handler: 3 * (number % 2), ..Plan::new(address, policy) };
    round(HARNESS, way, plan, Duration::from_millis(50 + 37 * number))
}

fn none_is_lost(policy: Policy, protocol: Protocol) {
    for number in 0..ROUNDS {
        let round = stop(Way::Ours, policy, protocol, number);
        // Shown with `--nocapture`.
        eprintln!("{policy:?}, {protocol:?}: {}", round.load);
        assert_eq!(round.load.lost, 0, "{}\n{:#?}", round.load, round.server);
        assert!(round.load.answered > round.load.turned_away, "{}", round.load);
        round.server.exits(0);
    }
}

#[test]
fn no_request_of_clients_that_go_elsewhere_is_lost() {
    none_is_lost(Policy::Leave, Protocol::Http1);
}

#[test]
fn no_request_of_clients_that_come_back_is_lost() {
    none_is_lost(Policy::Return, Protocol::Http1);
}

#[test]
fn no_request_over_http2_is_lost() {
    none_is_lost(Policy::Leave, Protocol::Http2);
    none_is_lost(Policy::Return, Protocol::Http2);
}

/// Proof that these tests can see losses.
#[test]
fn without_announce_queue_drain_and_linger_some_are_lost() {
    let lost = (0..TRIES).any(|number| {
        let round = stop(Way::Bare, Policy::Return, Protocol::Http1, number);
        eprintln!("bare: {}", round.load);
        round.load.lost > 0
    });
    assert!(lost, "none was lost in {TRIES} rounds: would these tests see it?");
}
