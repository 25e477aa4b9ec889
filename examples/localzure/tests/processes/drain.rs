//! SIGTERM while requests are under way.

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use lifecycle_tests::driver::{Ended, Signal, proc::until};
use localzure::client::Client;
use serde_json::Value;
use tempfile::TempDir;

use crate::load::{Ledger, Load, check, content};
use crate::upload::Upload;

use super::{LONG, address, gateway, localzure, runtime};

/// Between two pieces of an upload.
const PAUSE: Duration = Duration::from_millis(5);

fn until_closed(gateway: SocketAddr) {
    until(LONG, || TcpStream::connect(gateway).is_err(), || "the gateway still listens".into());
}

#[test]
fn under_load_every_request_is_answered_and_all_is_there_afterwards() {
    let (folder, runtime, ledger) = (TempDir::new().unwrap(), runtime(), Arc::<Ledger>::default());
    // Each client is told by an answer that it should go, however slow this machine is.
    let mut running = localzure(folder.path()).phases("announce=1s").start();
    let at = gateway(&running);
    let load = runtime.block_on(Load::start(at, "jobs", 3, &ledger)).unwrap();
    until(LONG, || ledger.answered() > 200, || format!("{} answers", ledger.answered()));
    let name = "/blob/load/slow";
    let upload = runtime.block_on(Upload::begin(at, name, content(name, 7))).unwrap();

    running.signal(Signal::TERM);
    runtime.block_on(load.gone());
    until_closed(at);
    let finish = ledger.change(name, Some(7), upload.finish(10, PAUSE));
    runtime.block_on(finish).unwrap();
    let ended = running.end();
    ended.exits(0);
    assert_eq!(ended.report()["requests"]["lost"], 0, "{ended:#?}");
    assert_eq!(ledger.unanswered(), 0);

    let again = localzure(folder.path()).start();
    let found = runtime.block_on(check(gateway(&again), "jobs", &ledger)).unwrap();
    assert!(found.blobs > 10 && found.messages > 10 && found.bytes > 10_000, "{found:?}");
    again.end_by(Signal::TERM).exits(0);
}

#[test]
fn while_an_upload_is_waited_for_the_gateway_is_closed_and_the_probes_tell_of_it() {
    let (folder, runtime) = (TempDir::new().unwrap(), runtime());
    let mut running = localzure(folder.path()).start();
    let (at, admin) = (gateway(&running), address(&running, "admin"));
    let upload = runtime.block_on(async {
        let mut client = Client::connect(at).await.unwrap();
        assert_eq!(client.put("/blob/box", "").await.unwrap().status, 201);
        Upload::begin(at, "/blob/box/slow", b"all of it".into()).await.unwrap()
    });
    let mut probe = runtime.block_on(Client::connect(admin)).unwrap();
    let mut ask = |path: &str| runtime.block_on(probe.get(path)).unwrap();
    // The head has to be read before it is a request.
    until(LONG, || ask("/lifecycle").json()["in_flight_requests"] == 1, || "no upload".into());
    assert_eq!(ask("/readyz").status, 200);

    running.signal(Signal::TERM);
    until_closed(at);
    assert_eq!((ask("/readyz").status, ask("/livez").status), (503, 200));
    let status = ask("/lifecycle").json();
    assert_eq!((&status["status"], &status["in_flight_requests"]), (&Value::from("draining"), &Value::from(1)));

    let answer = runtime.block_on(upload.finish(2, PAUSE)).unwrap();
    assert!(answer.status == 201 && answer.is_last, "{answer:?}");
    running.end().exits(0);
}

#[test]
fn an_upload_that_never_ends_is_cut_in_time_and_counted() {
    let (folder, runtime) = (TempDir::new().unwrap(), runtime());
    let mut running = localzure(folder.path()).timeout("1s").start();
    let (at, admin) = (gateway(&running), address(&running, "admin"));
    let (_upload, mut probe) = runtime.block_on(async {
        let upload = Upload::begin(at, "/blob/box/endless", vec![0; 1 << 20]).await.unwrap();
        (upload, Client::connect(admin).await.unwrap())
    });
    let mut in_flight = || runtime.block_on(probe.get("/lifecycle")).unwrap().json()["in_flight_requests"].clone();
    until(LONG, || in_flight() == 1, || "no upload".into());
    running.signal(Signal::TERM);
    let ended = running.end();
    ended.exits(3).outcome("blobs", "stopped").outcome("store", "stopped");
    assert_eq!(ended.report()["requests"]["lost"], 1, "{ended:#?}");
}

fn moment(ended: &Ended, name: &str, field: &str) -> f64 {
    ended.component(name)[field].as_f64().unwrap_or_else(|| panic!("{name} has no {field}: {ended:#?}"))
}

#[test]
fn the_services_close_at_the_same_time_after_the_gateway_and_before_the_store() {
    let folder = TempDir::new().unwrap();
    let running = localzure(folder.path()).start();
    running.wait_for("READY");
    let ended = running.end_by(Signal::TERM);
    ended.exits(0);
    let (blobs, queues) = (moment(&ended, "blobs", "asked"), moment(&ended, "queues", "asked"));
    let first_end = moment(&ended, "blobs", "ended").min(moment(&ended, "queues", "ended"));
    let last_end = moment(&ended, "blobs", "ended").max(moment(&ended, "queues", "ended"));
    assert!(moment(&ended, "gateway", "ended") <= blobs.min(queues), "{ended:#?}");
    assert!(blobs.max(queues) < first_end, "one waited for the other: {ended:#?}");
    assert!(last_end <= moment(&ended, "store", "asked"), "{ended:#?}");
}
