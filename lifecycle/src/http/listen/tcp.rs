//! TCP.

use std::io;
use std::net::SocketAddr;

use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};

use super::Listener;

impl Listener for TcpListener {
    type Accepted = TcpStream;
    type Stream = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        TcpListener::accept(self).await
    }

    fn establish(&self, accepted: TcpStream) -> impl Future<Output = io::Result<TcpStream>> + Send + 'static {
        // Answers are written whole: to wait for more to send would only hold them up.
        let prepared = accepted.set_nodelay(true).map(|()| accepted);
        std::future::ready(prepared)
    }

    /// On Linux and Android a socket filter drops whatever asks for a new connection. Connections whose handshake is
    /// under way still come in. A client that asks meanwhile asks again after a second, and is refused then.
    fn seal(&self) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        SockRef::from(self).attach_filter(&filter::NO_NEW_CONNECTIONS)?;
        Ok(())
    }

    fn queued(&self) -> io::Result<Option<(TcpStream, SocketAddr)>> {
        match SockRef::from(self).accept() {
            Ok((socket, address)) => {
                socket.set_nonblocking(true)?;
                let stream = TcpStream::from_std(socket.into())?;
                let address = address.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
                Ok(Some((stream, address)))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// For a listener that other processes or tasks hold as well: it refuses connections from here on, where the system can do
    /// that.
    fn close(&self) {
        let _ = SockRef::from(self).shutdown(std::net::Shutdown::Read);
    }

    #[cfg(unix)]
    fn has_unread(stream: &TcpStream) -> bool {
        super::has_unread(&SockRef::from(stream))
    }
}

/// A program for the kernel's socket filter (classic BPF, see the kernel's `Documentation/networking/filter.rst`). For
/// a TCP socket it sees each segment from its TCP header on.
#[cfg(any(target_os = "linux", target_os = "android"))]
mod filter {
    use socket2::SockFilter;

    /// `BPF_LD | BPF_B | BPF_ABS`: load the byte at an offset.
    const LOAD_BYTE: u16 = 0x30;
    /// `BPF_JMP | BPF_JSET | BPF_K`: are any of these bits set?
    const JUMP_IF_SET: u16 = 0x45;
    /// `BPF_RET | BPF_K`: keep that many bytes of the segment.
    const RETURN: u16 = 0x06;
    /// Where the flags stand in a TCP header (RFC 9293, 3.1).
    const FLAGS: u32 = 13;
    const SYN: u32 = 0x02;

    /// Drops each segment with SYN set, that is, each request for a new connection; keeps all others.
    pub(super) static NO_NEW_CONNECTIONS: [SockFilter; 4] = [
        SockFilter::new(LOAD_BYTE, 0, 0, FLAGS),
        SockFilter::new(JUMP_IF_SET, 0, 1, SYN),
        SockFilter::new(RETURN, 0, 0, 0),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
    ];
}
