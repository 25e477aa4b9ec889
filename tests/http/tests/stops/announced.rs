//! *announce*: work is still accepted, and clients are asked to leave.

use std::io::ErrorKind;

use lifecycle_http_tests::launch;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::client::{Client, says_close, whole, within_bounds};
use super::{HARNESS, end_by_sigterm};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_answered_and_their_connections_closed() {
    let server = launch::server(HARNESS, "ours").phases("announce=1s").start();
    let address = launch::address(&server);
    let mut kept = Client::to(address).await;
    assert!(!says_close(&kept.get("/").await), "nothing is announced yet");
    let mut mute = TcpStream::connect(address).await.expect("it listens");
    let ended = tokio::spawn(end_by_sigterm(server));

    // There is no event for the arrival of the signal; the answers tell it.
    let answer = loop {
        let answer = kept.get("/").await;
        if says_close(&answer) {
            break answer;
        }
        whole(answer).await;
    };
    assert_eq!(answer.status(), 200);
    assert_eq!(whole(answer).await, "hello, world\n");
    kept.closed().await;

    let mut late = Client::to(address).await;
    let answer = late.get("/").await;
    assert!(answer.status() == 200 && says_close(&answer), "{answer:?}");
    whole(answer).await;
    late.closed().await;

    // A connection on which nothing was ever asked, as browsers make them, is closed and not reset.
    assert_eq!(within_bounds(mute.read(&mut [0])).await.expect("closed"), 0);
    let ended = ended.await.expect("no panic");
    ended.exits(0);
    let took = ended.phase_took("announce");
    assert!((0.99..3.0).contains(&took), "announced for {took} s");
    let refused = within_bounds(TcpStream::connect(address)).await.expect_err("nothing listens");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}
