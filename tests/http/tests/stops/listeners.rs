//! The same over TLS and on a Unix socket.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use lifecycle_http_tests::{launch, server};
use lifecycle_tests::driver::Signal;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::client::{Client, whole, within_bounds};
use super::{HARNESS, end_by_sigterm};

/// Ends only after the signal.
const LATE: &str = "/late?bytes=200000&ms=50&id=3";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tls_an_answer_under_way_arrives_whole_and_connections_are_closed() {
    let server = launch::server(HARNESS, "tls").start();
    let address = launch::address(&server);
    let certificate = unhex(&launch::said_after(&server, "CERTIFICATE "));
    let mut busy = Client::over(tls(address, certificate.clone()).await).await;
    let answer = busy.get(LATE).await;
    let mut idle = Client::over(tls(address, certificate).await).await;
    assert_eq!(idle.text("/").await.1, "hello, world\n");
    // A handshake that never begins holds nothing up.
    let mute = TcpStream::connect(address).await.expect("it listens");

    let ended = tokio::spawn(end_by_sigterm(server));
    assert_eq!(whole(answer).await, server::work(3, 200_000));
    // Without TLS's own word of farewell, rustls takes the end for an attack, and the client for an error.
    busy.closed().await;
    idle.closed().await;
    let ended = ended.await.expect("no panic");
    ended.exits(0);
    assert!(ended.elapsed.as_secs() < 5, "{ended:#?}");
    drop(mute);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handshake_that_takes_too_long_ends_its_connection_and_no_other() {
    let server = launch::server(HARNESS, "tls").arg("hasty").start();
    let address = launch::address(&server);
    let certificate = unhex(&launch::said_after(&server, "CERTIFICATE "));
    let mut mute = TcpStream::connect(address).await.expect("it listens");
    assert_eq!(within_bounds(mute.read(&mut [0])).await.expect("it is closed"), 0);
    // Another one that stands is not bound by it.
    let mut client = Client::over(tls(address, certificate).await).await;
    assert_eq!(client.text("/").await.1, "hello, world\n");
    end_by_sigterm(server).await.exits(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_unix_socket_an_answer_under_way_arrives_whole_and_the_path_is_free() {
    let path = Path::new("listeners");
    let server = launch::server(HARNESS, "unix").arg(path.text()).start();
    server.wait_for("READY");
    let connect = async || Client::over(UnixStream::connect(path.text()).await.expect("it listens")).await;
    let mut busy = connect().await;
    let answer = busy.get(LATE).await;
    let mut idle = connect().await;
    assert_eq!(idle.text("/").await.1, "hello, world\n");

    let ended = tokio::spawn(end_by_sigterm(server));
    assert_eq!(whole(answer).await, server::work(3, 200_000));
    busy.closed().await;
    idle.closed().await;
    ended.await.expect("no panic").exits(0);
    assert!(!path.0.exists(), "the server has removed it");
}

/// Regression: a server that was killed left the file of its socket, and could not be started again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_kill_the_same_path_is_bound_again_but_not_while_a_server_runs() {
    let path = Path::new("killed");
    let start = || launch::server(HARNESS, "unix_socket").arg(path.text()).start();
    let answers = async || {
        let stream = UnixStream::connect(path.text()).await.expect("it listens");
        Client::over(stream).await.text("/").await.1 == "hello, world\n"
    };
    let server = start();
    server.wait_for("READY");
    assert!(answers().await);
    let second = start().end();
    second.exits(1).tells("another process listens there").never_says("READY");
    assert!(answers().await, "the second one has left it alone");

    let killed = server.end_by(Signal::KILL);
    assert_eq!(killed.killed_by(), Some(Signal::KILL.as_raw()));
    assert!(path.0.exists());
    let server = start();
    server.wait_for("READY");
    assert!(answers().await);
    end_by_sigterm(server).await.exits(0);
    assert!(!path.0.exists());
}

/// A path for a socket. Removed when the test is over, however it went.
pub(crate) struct Path(PathBuf);

impl Path {
    /// For the test of this name.
    pub(crate) fn new(test: &str) -> Self {
        Self(std::env::temp_dir().join(format!("lifecycle-{test}-{}.sock", std::process::id())))
    }

    pub(crate) fn text(&self) -> &str {
        self.0.to_str().expect("a path that can be written")
    }
}

impl Drop for Path {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn tls(address: SocketAddr, certificate: CertificateDer<'static>) -> TlsStream<TcpStream> {
    let mut trusted = RootCertStore::empty();
    trusted.add(certificate).expect("a certificate");
    let config = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("usual versions")
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.expect("it listens");
    let name = ServerName::try_from("localhost").expect("a name");
    within_bounds(TlsConnector::from(Arc::new(config)).connect(name, stream)).await.expect("it speaks TLS")
}

fn unhex(text: &str) -> CertificateDer<'static> {
    let digits = text.as_bytes().chunks_exact(2).map(|pair| std::str::from_utf8(pair).expect("digits"));
    digits.map(|pair| u8::from_str_radix(pair, 16).expect("digits")).collect::<Vec<u8>>().into()
}
