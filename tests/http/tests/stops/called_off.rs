//! A stop that is called off by a request.

use std::net::SocketAddr;

use lifecycle_http_tests::launch;
use lifecycle_tests::driver::{Running, Signal};
use tokio::net::TcpStream;

use super::client::{Client, says_close, whole, within_bounds};
use super::probes::until;
use super::{HARNESS, admin_address, end_by_sigterm};

fn start(how: &str) -> (Running, SocketAddr, SocketAddr) {
    let server = launch::server(HARNESS, "called_off").arg(how).start();
    let address = launch::address(&server);
    let admin = admin_address(&server);
    (server, address, admin)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_announce_it_is_ready_again_and_the_next_signal_ends_it() {
    let (mut server, address, admin) = start("announced");
    let mut kept = Client::to(address).await;
    assert_eq!(kept.text("/").await.0, 200);
    for _ in 0..3 {
        server.signal(Signal::TERM);
        until(admin, |state| state["phase"] == "announce").await;
        assert_eq!(Client::to(address).await.text("/readyz").await.0, 503);
        Client::to(address).await.post("/abort").await;
        assert_eq!(Client::to(address).await.text("/readyz").await.0, 200);
        let answer = kept.get("/").await;
        assert!(answer.status() == 200 && !says_close(&answer), "{answer:?}");
        whole(answer).await;
    }
    let state = until(admin, |_| true).await;
    assert_eq!((&state["status"], &state["services"]["server"]["runs"]), (&"ready".into(), &1.into()), "{state:#}");
    server.wait_for_stderr("the shutdown was called off");
    drop(kept);
    let ended = end_by_sigterm(server).await;
    ended.exits(0).outcome("server", "stopped");
    assert_eq!(ended.report()["called_off"], 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_stop_new_work_the_port_is_bound_again() {
    let (mut server, address, admin) = start("at_once");
    for round in 2..5 {
        // One that has just been busy is waited for.
        let mut kept = Client::to(address).await;
        assert_eq!(kept.text("/").await.0, 200);
        server.signal(Signal::TERM);
        // The task that said that all is up has to have heard of it, or it would not end.
        until(admin, |state| state["phase"] == "stop_new_work" && state["services"]["ready"]["state"] == "stopped")
            .await;
        // A server that has not heard of it serves on.
        within_bounds(async { while TcpStream::connect(address).await.is_ok() {} }).await;
        let (status, told) = post(admin).await;
        // The task that said that all is up has ended as it was asked to, the first time.
        assert_eq!((status, &*told), (200, if round == 2 { "Ok([\"ready\"])" } else { "Ok([])" }));
        until(admin, |state| state["status"] == "ready" && state["services"]["server"]["runs"] == round).await;
        server.wait_for_lines(&format!("LISTENS {address}"), round);
        assert_eq!(Client::to(address).await.text("/readyz").await.0, 200);
        // The client of the one before is told to come to the new one.
        let answer = kept.get("/").await;
        assert!(answer.status() == 200 && says_close(&answer), "{answer:?}");
        whole(answer).await;
        kept.closed().await;
    }
    let ended = end_by_sigterm(server).await;
    ended.exits(0).outcome("server", "stopped");
    assert_eq!(ended.report()["called_off"], 3);
}

async fn post(admin: SocketAddr) -> (u16, String) {
    let answer = Client::to(admin).await.ask_to_abort().await;
    (answer.status().as_u16(), String::from_utf8_lossy(&whole(answer).await).into_owned())
}
