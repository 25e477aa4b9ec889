//! A connection that counts what is written to it, and writes no request to a peer that has gone.
//!
//! An error of the HTTP client does not tell whether a request's bytes were on their way; the count does.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};
use tokio::net::TcpStream;

/// What is known of a connection while the HTTP client has it.
#[derive(Debug, Default)]
pub(super) struct Counters {
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
}

#[derive(Debug)]
pub(super) struct Counted {
    inner: TokioIo<TcpStream>,
    counters: Arc<Counters>,
}

impl Counted {
    pub(super) fn new(stream: TcpStream) -> (Self, Arc<Counters>) {
        let counters = Arc::new(Counters::default());
        (Self { inner: TokioIo::new(stream), counters: counters.clone() }, counters)
    }

    /// The peer has closed, or reset: asked of the system, since the runtime may not know yet.
    fn is_closed(&self) -> bool {
        match recv(self.inner.inner(), &mut [0_u8; 1], RecvFlags::PEEK | RecvFlags::DONTWAIT) {
            Ok((read, _)) => read == 0,
            Err(error) => error != Errno::AGAIN && error != Errno::INTR,
        }
    }
}

impl Read for Counted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl Write for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.counters.looks_first.swap(false, Ordering::AcqRel) && self.is_closed() {
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
