//! The service as a process, called by a client in another one.

// A report of a process, and signals, are Unix's.
#![cfg(unix)]

use std::net::TcpListener;
use std::time::Duration;

use lifecycle_tests::driver::{Program, Running, Signal, proc::until};
use tonic::transport::{Channel, Endpoint};

use proto::clock_client::ClockClient;
use proto::{NowRequest, WatchRequest};

#[allow(unreachable_pub, unused_qualifications, clippy::allow_attributes_without_reason, reason = "it is generated")]
mod proto {
    tonic::include_proto!("clock");
}

fn grpc(port: &str) -> Program {
    Program::at(env!("CARGO_BIN_EXE_grpc")).env("CLOCK_PORT", port).env("CLOCK_PROBES_PORT", "0")
}

fn url(running: &Running) -> String {
    let said = || running.said().lines().find_map(|line| Some(line.strip_prefix("grpc ")?.to_owned()));
    until(Duration::from_secs(20), || said().is_some(), || running.said());
    said().expect("it was there before")
}

async fn client(running: &Running) -> ClockClient<Channel> {
    let channel = Endpoint::new(url(running)).unwrap().connect().await.unwrap();
    ClockClient::new(channel)
}

#[tokio::test]
async fn calls_are_answered_and_a_stream_ends_by_itself_when_the_server_stops() {
    let mut running = grpc("0").start();
    let mut client = client(&running).await;
    let first = client.now(NowRequest {}).await.unwrap().into_inner().now;
    let mut times = client.watch(WatchRequest { every: 1 }).await.unwrap().into_inner();
    let mut last = first;
    for _ in 0..3 {
        let time = times.message().await.unwrap().unwrap().now;
        assert!(time >= last, "{time} after {last}");
        last = time;
    }

    running.signal(Signal::TERM);
    // A stream that is cut gives an error here.
    while times.message().await.expect("it ends well").is_some() {}
    let ended = running.end();
    ended.exits(0).says(&["2 calls"]).outcome("calls", "stopped");
    assert_eq!(ended.report()["requests"]["lost"], 0, "{ended:#?}");
}

#[test]
fn a_port_that_is_taken_is_told_before_anything_is_served() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    grpc(&port).start().end().exits(69).error("port", "in use");
}
