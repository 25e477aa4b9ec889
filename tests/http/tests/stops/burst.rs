//! A burst of connections that say nothing, and a stop in the middle of it.

use lifecycle_http_tests::launch;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::{HARNESS, end_by_sigterm};

const CONNECTIONS: usize = 1_500;
/// The fault below came up in about one round of forty; the unit tests of `serve/course` show it each time.
const ROUNDS: usize = 4;

/// Regression: connections that were accepted with the last of the task's budget heard of no stage. *stop_new_work* timed
/// out, and the cut waited for them in vain.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_silent_connections_is_gone_with_the_draining() {
    launch::raise_file_limit();
    for round in 0..ROUNDS {
        let server = launch::server(HARNESS, "ours").timeout("20s").start();
        let address = launch::address(&server);
        let mut burst: JoinSet<_> = (0..CONNECTIONS).map(|_| TcpStream::connect(address)).collect();
        // In odd rounds the signal meets connections that have all been accepted, in even ones the burst itself.
        let mut connected = Vec::new();
        while let Some(connection) = burst.join_next().await {
            connected.extend(connection.expect("no panic"));
            if round % 2 == 0 && connected.len() > CONNECTIONS / 2 {
                break;
            }
        }
        let ended = end_by_sigterm(server).await;
        ended.exits(0);
        assert_eq!(ended.phases()[0], ("stop_new_work".into(), "completed".into()), "round {round}: {ended:#?}");
        drop(connected);
    }
}
