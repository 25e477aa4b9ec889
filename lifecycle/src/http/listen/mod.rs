//! What a server accepts connections from.

mod handle;
#[cfg(feature = "rustls")]
pub(crate) mod rustls;
pub(crate) mod socket_file;
mod tcp;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) mod unix_socket;

use std::fmt;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};

/// A source of connections that can be closed without losing one.
///
/// A listening socket has a queue of connections that the kernel has accepted and the program has not. Closing the
/// socket resets them, and the requests that their clients have sent by then are lost. So a server
/// [seals](Self::seal) the listener first, takes what stands in the [queue](Self::queued), and closes it then.
///
/// Implemented for tokio's `TcpListener` and `UnixListener`, for [`UnixSocket`](crate::axum::UnixSocket), for
/// [`rustls::TlsListener`](crate::rustls::TlsListener), and for a [`Res<T>`](crate::Res) of a resource that derefs to
/// one of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no listener; give tokio's `TcpListener` or `UnixListener`, a `TlsListener`, or a `Res<T>` of a resource that derefs to one of them",
    label = "connections cannot be accepted from this"
)]
pub trait Listener: Send + Sync + 'static {
    /// A connection as it comes out of the queue.
    type Accepted: Send + 'static;

    /// A connection on which one can talk.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// The other side's address; handlers get it as `axum::extract::ConnectInfo`.
    type Addr: Clone + fmt::Debug + Send + Sync + 'static;

    /// The next connection. Cancel safe. Not called after [`seal`](Self::seal).
    ///
    /// # Errors
    ///
    /// Those of the system, such as too many open files. The server goes on after them.
    fn accept(&self) -> impl Future<Output = io::Result<(Self::Accepted, Self::Addr)>> + Send;

    /// Makes an accepted connection ready to talk, for example by a TLS handshake. It runs beside the accepting.
    ///
    /// # Errors
    ///
    /// The connection is dropped then.
    fn establish(&self, accepted: Self::Accepted) -> impl Future<Output = io::Result<Self::Stream>> + Send + 'static;

    /// Lets no new connection into the queue from now on, where the system can do that.
    ///
    /// # Errors
    ///
    /// Those of the system; the server closes the listener all the same.
    fn seal(&self) -> io::Result<()> {
        Ok(())
    }

    /// How long after the sealing connections may come into the queue whose handshake was under way. 50 ms if nothing
    /// else is said: some round trips in a data centre, most of one across an ocean.
    fn late_handshakes(&self) -> Duration {
        Duration::from_millis(50)
    }

    /// A connection that stands in the queue now; `None` if there is none. Never waits.
    ///
    /// # Errors
    ///
    /// As for [`accept`](Self::accept).
    fn queued(&self) -> io::Result<Option<(Self::Accepted, Self::Addr)>>;

    /// Listens no more.
    fn close(&self) {}

    /// The file of a Unix socket that is bound to a path. The server removes it when it stops listening, unless another
    /// process has put its own there; see [`Serve::remove_socket`](crate::axum::Serve::remove_socket).
    fn file(&self) -> Option<PathBuf> {
        None
    }

    /// Whether bytes have arrived on this connection that were not read yet.
    fn has_unread(_: &Self::Stream) -> bool {
        false
    }
}

/// A look at what stands in a socket's buffer, past the runtime, whose news of it may be late.
#[cfg(unix)]
fn has_unread(socket: &socket2::SockRef<'_>) -> bool {
    let mut byte = [std::mem::MaybeUninit::uninit()];
    socket.peek(&mut byte).is_ok_and(|count| count > 0)
}
