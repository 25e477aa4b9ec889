//! Unix sockets.

use std::io;
use std::os::unix::net::UnixStream as StdStream;
use std::path::PathBuf;
use std::time::Duration;

use socket2::SockRef;
use tokio::net::unix::SocketAddr;
use tokio::net::{UnixListener, UnixStream};

use super::Listener;

impl Listener for UnixListener {
    type Accepted = UnixStream;
    type Stream = UnixStream;
    type Addr = SocketAddr;

    async fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        UnixListener::accept(self).await
    }

    fn establish(&self, accepted: UnixStream) -> impl Future<Output = io::Result<UnixStream>> + Send + 'static {
        std::future::ready(Ok(accepted))
    }

    /// On Linux a listener that is shut down for reading refuses new connections and keeps its queue.
    fn seal(&self) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        SockRef::from(self).shutdown(std::net::Shutdown::Read)?;
        Ok(())
    }

    /// A connection is in the queue as soon as its client is connected.
    fn late_handshakes(&self) -> Duration {
        Duration::ZERO
    }

    fn queued(&self) -> io::Result<Option<(UnixStream, SocketAddr)>> {
        match SockRef::from(self).accept() {
            Ok((socket, _)) => {
                socket.set_nonblocking(true)?;
                let stream = UnixStream::from_std(StdStream::from(socket))?;
                let address = stream.peer_addr()?;
                Ok(Some((stream, address)))
            }
            // What a listener says that is shut down, once its queue is empty.
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::InvalidInput) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn close(&self) {
        let _ = SockRef::from(self).shutdown(std::net::Shutdown::Read);
    }

    fn file(&self) -> Option<PathBuf> {
        self.local_addr().ok()?.as_pathname().map(Into::into)
    }

    fn has_unread(stream: &UnixStream) -> bool {
        super::has_unread(&SockRef::from(stream))
    }
}
