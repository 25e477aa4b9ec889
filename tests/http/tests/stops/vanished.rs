//! Clients that go away in the middle.

use std::time::Duration;

use lifecycle_http_tests::launch;

use super::client::Client;
use super::{HARNESS, admin_address, end_by_sigterm, probes};

const CLIENTS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_of_clients_that_went_away_are_not_waited_for() {
    let server = launch::server(HARNESS, "ours").start();
    let (address, admin) = (launch::address(&server), admin_address(&server));
    let asking: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let path = if number % 2 == 0 { "/hang" } else { "/sse-silent" };
            tokio::spawn(async move {
                let mut client = Client::to(address).await;
                let _answer = client.try_get(path).await;
                std::future::pending::<()>().await;
            })
        })
        .collect();
    probes::until(admin, |state| state["in_flight_requests"] == CLIENTS).await;
    asking.iter().for_each(tokio::task::JoinHandle::abort);
    probes::until(admin, |state| state["in_flight_requests"] == 0).await;

    let ended = end_by_sigterm(server).await;
    ended.exits(0);
    assert_eq!(launch::requests(&ended.report()), (0, 0, 0), "{ended:#?}");
    assert!(ended.elapsed < Duration::from_secs(5), "{ended:#?}");
}
