//! A connection that counts what is written to it, and writes no request to a peer that has gone.
//!
//! An error of the HTTP client does not tell whether a request's bytes were on their way; the count does.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::net::TcpStream;

/// What is known of a connection while the HTTP client has it.
#[derive(Debug)]
pub(super) struct Counters {
    /// The same socket once more, to look at.
    socket: OwnedFd,
    written: AtomicUsize,
    looks_first: AtomicBool,
}

impl Counters {
    pub(super) fn written(&self) -> usize {
        self.written.load(Ordering::Acquire)
    }

    /// A request is about to be written. Its first byte goes out only if the peer has not closed by then, which is
    /// what a careful client (curl, for one) looks at before it uses a kept connection once more.
    pub(super) fn begin(&self) {
        self.looks_first.store(true, Ordering::Release);
    }

    /// The peer has closed, or reset: asked of the system, since the runtime may not know yet. What it sent before may
    /// still be unread.
    pub(super) fn is_closed(&self) -> bool {
        let mut sockets = [PollFd::new(&self.socket, PollFlags::RDHUP)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut sockets, Some(&now)).is_ok_and(|closed| closed > 0)
    }
}

#[derive(Debug)]
pub(super) struct Counted {
    inner: TokioIo<TcpStream>,
    counters: Arc<Counters>,
}

impl Counted {
    pub(super) fn new(stream: TcpStream) -> io::Result<(Self, Arc<Counters>)> {
        let socket = stream.as_fd().try_clone_to_owned()?;
        let counters = Counters { socket, written: AtomicUsize::new(0), looks_first: AtomicBool::new(false) };
        let counters = Arc::new(counters);
        Ok((Self { inner: TokioIo::new(stream), counters: counters.clone() }, counters))
    }
}

impl Read for Counted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl Write for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.counters.looks_first.swap(false, Ordering::AcqRel) && self.counters.is_closed() {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::NotConnected, "closed before it was written to")));
        }
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = &written {
            self.counters.written.fetch_add(*count, Ordering::AcqRel);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
