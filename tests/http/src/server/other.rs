//! The same server on other listeners.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use lifecycle::axum::UnixSocket;
use lifecycle::rustls::TlsListener;
use lifecycle::{App, Shutdown, TaskSpec};
use lifecycle_tests::stage::say;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::net::{TcpListener, UnixListener};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::{listens, ours};

/// Listens at this path.
pub(super) fn unix(path: PathBuf) -> ! {
    let server = TaskSpec::new("server", move |shutdown: Shutdown| {
        let path = path.clone();
        async move {
            let listener = UnixListener::bind(&path)?;
            say("READY");
            lifecycle::axum::serve(listener, ours::app(), shutdown).await
        }
    });
    App::builder().worker_threads(super::workers()).task(server).run_process()
}

/// Listens at this path, also after a process that was killed there. The path is given to the system as a relative one,
/// and the working directory changes after that.
pub(super) fn unix_socket(path: PathBuf) -> ! {
    let server = TaskSpec::new("server", move |shutdown: Shutdown| {
        let path = path.clone();
        async move {
            let (folder, name) = (path.parent(), path.file_name());
            let (folder, name) = folder.zip(name).ok_or(io::ErrorKind::InvalidInput)?;
            std::env::set_current_dir(folder)?;
            let socket = UnixSocket::bind(name)?;
            let server = lifecycle::axum::serve(socket, ours::app(), shutdown);
            std::env::set_current_dir("/")?;
            say("READY");
            server.await
        }
    });
    App::builder().worker_threads(super::workers()).task(server).run_process()
}

/// With a certificate for `localhost` that is known nowhere else: it is printed, for the clients to trust.
///
/// `handshake`: the bound on a handshake, if it is not the usual one.
pub(super) fn tls(handshake: Option<Duration>) -> ! {
    let server = TaskSpec::new("server", move |shutdown: Shutdown| async move {
        let config = config().map_err(io::Error::other)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        listens(listener.local_addr()?);
        say("READY");
        let mut listener = TlsListener::new(listener, config);
        if let Some(handshake) = handshake {
            listener = listener.handshake_timeout(handshake);
        }
        lifecycle::axum::serve(listener, ours::app(), shutdown).await
    });
    App::builder().worker_threads(super::workers()).task(server).run_process()
}

fn config() -> Result<ServerConfig, Box<dyn std::error::Error + Send + Sync>> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()])?;
    say(format!("CERTIFICATE {}", hex(cert.der())));
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let config =
        ServerConfig::builder_with_provider(ring::default_provider().into()).with_safe_default_protocol_versions()?;
    Ok(config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key)?)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
