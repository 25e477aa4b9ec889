//! Starts that fail, and what becomes of what was open by then.

use lifecycle_tests::driver::{Ended, Signal};
use tempfile::TempDir;

use super::{gateway, localzure};

/// What was opened and closed, in the order of the log.
fn story(ended: &Ended) -> Vec<String> {
    let told = |line: &str| line.split_once(": ").map(|(_, text)| text.to_owned());
    ended.err.lines().filter_map(told).filter(|text| text.ends_with(" open") || text.ends_with(" closed")).collect()
}

fn starts_and_stops(folder: &TempDir) {
    let running = localzure(folder.path()).start();
    running.wait_for("READY");
    running.end_by(Signal::TERM).exits(0);
}

#[test]
fn when_the_third_service_fails_those_before_it_are_closed_in_reverse() {
    let folder = TempDir::new().unwrap();
    let ended = localzure(folder.path()).arg("--fail").arg("queues").start().end();
    ended.exits(69).never_says("READY").tells("queues fails, as it was told to");
    assert_eq!(story(&ended), ["store open", "blobs open", "blobs closed", "store closed"]);
    assert_eq!(ended.report()["reason"]["resource"], "queues");
    ended.outcome("store", "stopped").outcome("blobs", "stopped").outcome("queues", "failed");
    for never_began in ["gateway", "gateway_server", "sweep"] {
        assert!(ended.component(never_began)["outcome"].is_null(), "{ended:#?}");
    }
    starts_and_stops(&folder);
}

#[test]
fn whichever_fails_the_others_are_taken_back() {
    for (service, before) in [("store", 0), ("blobs", 2), ("gateway", 3)] {
        let folder = TempDir::new().unwrap();
        let ended = localzure(folder.path()).arg("--fail").arg(service).start().end();
        ended.exits(69).never_says("READY");
        let story = story(&ended);
        let (opened, closed) = story.split_at(before);
        assert!(opened.iter().all(|line| line.ends_with(" open")), "{service}: {story:?}");
        assert!(closed.len() == before && closed.iter().all(|line| line.ends_with(" closed")), "{service}: {story:?}");
        assert_eq!(story.last().map(String::as_str), (before > 0).then_some("store closed"), "{service}");
        starts_and_stops(&folder);
    }
}

#[test]
fn a_port_that_is_taken_fails_the_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let folder = TempDir::new().unwrap();
    // The last port counts.
    let ended = localzure(folder.path()).arg("--port").arg(&address.port().to_string()).start().end();
    ended.exits(69).error("gateway", &address.to_string());
    assert!(ended.err.contains("store closed"), "{ended:#?}");
}

#[test]
fn a_second_emulator_on_the_same_data_is_refused_and_the_first_goes_on() {
    let folder = TempDir::new().unwrap();
    let first = localzure(folder.path()).start();
    gateway(&first);
    localzure(folder.path()).start().end().exits(69).error("store", "is in use by another localzure");
    first.end_by(Signal::TERM).exits(0);
}

#[test]
fn a_file_that_is_no_database_fails_the_start_and_is_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("queues.sqlite");
    let text = "not a database\n".repeat(1000);
    std::fs::write(&file, &text).unwrap();
    localzure(folder.path()).start().end().exits(69).error("queues", "queues.sqlite");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}
