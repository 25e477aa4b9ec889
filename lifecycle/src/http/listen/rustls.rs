//! TLS over any other listener.

use std::fmt;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

use super::Listener;

/// What is offered when the configuration offers nothing.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Longest handshake. A browser on a slow line needs two or three round trips; nginx allows 60 s for it
/// (`ssl_handshake_timeout`), HAProxy recommends 5 s (`timeout client-hs`).
const HANDSHAKE: Duration = Duration::from_secs(10);

/// TLS on top of another listener.
///
/// Handshakes run beside the accepting, each for 10 s at most, so that a client that does not finish one holds up no
/// other. A handshake under way when shutdown drains may still bring its request, as any other connection that was
/// accepted just before.
///
/// ```no_run
/// use std::sync::Arc;
/// use lifecycle::Shutdown;
/// use lifecycle::rustls::TlsListener;
///
/// # fn tls_config() -> tokio_rustls::rustls::ServerConfig { unimplemented!() }
/// #[lifecycle::cooperative_task]
/// async fn https(shutdown: Shutdown) -> std::io::Result<()> {
///     let tcp = tokio::net::TcpListener::bind("0.0.0.0:443").await?;
///     let app = axum::Router::new();
///     lifecycle::axum::serve(TlsListener::new(tcp, tls_config()), app, shutdown).await
/// }
/// ```
#[derive(Clone)]
pub struct TlsListener<L> {
    listener: L,
    acceptor: TlsAcceptor,
    handshake: Duration,
}

impl<L: Listener> TlsListener<L> {
    /// TLS with this configuration. If it offers no protocols by ALPN, HTTP/2 and HTTP/1.1 are offered.
    pub fn new(listener: L, config: impl Into<Arc<ServerConfig>>) -> Self {
        let mut config = config.into();
        if config.alpn_protocols.is_empty() {
            let mut offering = ServerConfig::clone(&config);
            offering.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
            config = Arc::new(offering);
        }
        Self { listener, acceptor: TlsAcceptor::from(config), handshake: HANDSHAKE }
    }

    /// Another bound on a handshake than 10 s.
    #[must_use]
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.handshake = timeout;
        self
    }
}

impl<L: fmt::Debug> fmt::Debug for TlsListener<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsListener").field("listener", &self.listener).finish_non_exhaustive()
    }
}

impl<L: Listener> Listener for TlsListener<L>
where
    L::Stream: AsyncRead + AsyncWrite,
{
    type Accepted = L::Accepted;
    type Stream = TlsStream<L::Stream>;
    type Addr = L::Addr;

    fn accept(&self) -> impl Future<Output = io::Result<(Self::Accepted, Self::Addr)>> + Send {
        self.listener.accept()
    }

    fn establish(&self, accepted: Self::Accepted) -> impl Future<Output = io::Result<Self::Stream>> + Send + 'static {
        let (acceptor, below, bound) = (self.acceptor.clone(), self.listener.establish(accepted), self.handshake);
        async move {
            let shaken = tokio::time::timeout(bound, async { acceptor.accept(below.await?).await }).await;
            shaken.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "the TLS handshake took too long")))
        }
    }

    fn seal(&self) -> io::Result<()> {
        self.listener.seal()
    }

    fn late_handshakes(&self) -> Duration {
        self.listener.late_handshakes()
    }

    fn queued(&self) -> io::Result<Option<(Self::Accepted, Self::Addr)>> {
        self.listener.queued()
    }

    fn close(&self) {
        self.listener.close();
    }

    fn file(&self) -> Option<PathBuf> {
        self.listener.file()
    }

    fn has_unread(stream: &Self::Stream) -> bool {
        L::has_unread(stream.get_ref().0)
    }
}
