//! The daemon as its clients meet it, as an App in this process.

use std::io::{ErrorKind, Read, Write};
use std::net::Ipv4Addr;
use std::path::PathBuf;

use lifecycle::{App, AppBuilder, Phase, ResourceSpec, ShutdownReport, TaskSpec};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::config::Forward as Wanted;
use crate::journal::{Row, transfers};
use crate::scratch::Scratch;

/// Longest that anything here may take; all of it takes far less.
const LONG: Duration = Duration::from_secs(20);

fn config(journal: PathBuf, upstream: Upstream) -> Config {
    let listen = (Ipv4Addr::LOCALHOST, 0).into();
    let forwards = vec![Wanted { name: "web".to_owned(), listen, upstream }];
    Config { forwards, cluster: None, journal, keep_days: 7 }
}

/// Runs the daemon with one forward and with `client` as one more task; gives the report and the journal.
async fn run(
    upstream: Upstream,
    client: TaskSpec,
    more: impl FnOnce(AppBuilder) -> AppBuilder,
) -> (ShutdownReport, Vec<Row>) {
    let folder = Scratch::new("forward-test").unwrap();
    let journal = folder.path().join("journal.sqlite");
    let app = App::builder()
        .registered()
        .signals(false)
        .guard(false)
        .environment(false)
        .resource(ResourceSpec::value("config", config(journal.clone(), upstream)))
        .task(client.timeout(LONG));
    let report = more(app).build().unwrap().run().await;
    let rows = transfers(&journal).await.unwrap();
    folder.remove().unwrap();
    (report, rows)
}

fn web(forwards: &Forwards) -> SocketAddr {
    forwards.list()[0].address
}

async fn ask(address: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn rest(mut stream: TcpStream) -> io::Result<usize> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await
}

#[tokio::test]
async fn port_0_gives_a_port_that_forwards_and_the_journal_tells_of_it() {
    let client = TaskSpec::new("client", |forwards: Res<Forwards>, shutdown: Shutdown| async move {
        assert_ne!(web(&forwards).port(), 0);
        let mut stream = ask(web(&forwards), "GIVE 100000 100000000 1\n").await;
        stream.shutdown().await.unwrap();
        assert_eq!(rest(stream).await.unwrap(), 100_016);
        shutdown.request("seen enough");
    });
    let (report, rows) = run(Upstream::Demo, client, |app| app).await;
    assert!(report.is_clean(), "{report}");
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((row.forward.as_str(), row.outcome.as_str()), ("web", "complete"));
    assert_eq!((row.bytes_in, row.bytes_out), (24, 100_016));
}

#[tokio::test]
async fn a_transfer_in_progress_is_finished_while_new_connections_are_refused() {
    let client =
        TaskSpec::new("client", |forwards: Res<Forwards>, requests: Requests, shutdown: Shutdown| async move {
            let mut stream = ask(web(&forwards), "GIVE 1000000 2000000 1\n").await;
            let mut first = [0; 1000];
            stream.read_exact(&mut first).await.unwrap();
            shutdown.request("in the middle");
            shutdown.draining().await;
            while TcpStream::connect(web(&forwards)).await.is_ok() {
                tokio::task::yield_now().await;
            }
            assert!(requests.in_flight() > 0, "the transfer was over before");
            stream.shutdown().await.unwrap();
            assert_eq!(rest(stream).await.unwrap(), 999_016);
        });
    let (report, rows) = run(Upstream::Demo, client, |app| app).await;
    assert!(report.is_clean(), "{report}");
    assert!(report.requests.drained >= 1 && report.requests.lost == 0, "{report}");
    assert!(rows.iter().any(|row| row.outcome == "complete" && row.bytes_out == 1_000_016), "{rows:?}");
}

/// On one thread: nothing of the daemon runs between the connect and the request for shutdown.
#[tokio::test]
async fn a_connection_that_waits_in_the_accept_queue_is_served() {
    let client = TaskSpec::new("client", |forwards: Res<Forwards>, shutdown: Shutdown| async move {
        let mut stream = std::net::TcpStream::connect(web(&forwards)).unwrap();
        shutdown.request("before it was accepted");
        let answer = tokio::task::spawn_blocking(move || {
            stream.set_read_timeout(Some(LONG)).unwrap();
            stream.write_all(b"GIVE 1000 1000000 1\n").unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).unwrap()
        });
        assert_eq!(answer.await.unwrap(), 1016);
    });
    let (report, rows) = run(Upstream::Demo, client, |app| app).await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn a_transfer_that_outlasts_the_shutdown_is_cut_and_its_client_can_tell() {
    let client = TaskSpec::new("client", |forwards: Res<Forwards>, shutdown: Shutdown| async move {
        let mut stream = ask(web(&forwards), "GIVE 1000000000 1000000 1\n").await;
        let mut first = [0; 1000];
        stream.read_exact(&mut first).await.unwrap();
        shutdown.request("in the middle");
        assert_eq!(rest(stream).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    });
    // What one phase does not use rolls on to the next, so both are short.
    let soon = Duration::from_millis(100);
    let short = |app: AppBuilder| app.phase(Phase::StopNewWork, soon).phase(Phase::CompleteCurrent, soon);
    let (report, rows) = run(Upstream::Demo, client, short).await;
    assert_eq!((report.requests.lost, report.exit_code), (1, lifecycle::ExitCode::UNCLEAN), "{report}");
    assert_eq!(rows[0].outcome, "cut by the shutdown");
    assert!(rows[0].bytes_out >= 1000);
}

#[tokio::test]
async fn without_an_upstream_the_client_is_told_at_once() {
    let unused = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    let client = TaskSpec::new("client", |forwards: Res<Forwards>, shutdown: Shutdown| async move {
        let stream = ask(web(&forwards), "hello").await;
        assert_eq!(rest(stream).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
        shutdown.request("seen enough");
    });
    let (report, rows) = run(Upstream::Address(unused.to_string()), client, |app| app).await;
    assert!(report.is_clean(), "{report}");
    assert!(rows[0].outcome.starts_with("unreachable: "), "{rows:?}");
}

#[tokio::test]
async fn a_port_that_is_taken_keeps_the_program_from_starting() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let mut config = config(":memory:".into(), Upstream::Demo);
    config.forwards[0].listen = taken.local_addr().unwrap();
    let app = App::builder().registered().signals(false).guard(false).environment(false);
    let report = app.resource(ResourceSpec::value("config", config)).build().unwrap().run().await;
    assert_eq!(report.exit_code, lifecycle::ExitCode::START_FAILED);
    let error = report.component("forwards").unwrap().error.clone().unwrap_or_else(|| report.reason.to_string());
    assert!(error.contains("\"web\" cannot listen on 127.0.0.1:"), "{error}");
}
