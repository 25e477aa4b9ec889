//! A connection's bytes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::http::listen::Listener;

use super::cut::Cut;
use super::link::Link;

/// A stream that tells its [`Link`] what became of it.
pub(super) struct Wire<L: Listener> {
    stream: L::Stream,
    link: Arc<Link>,
}

impl<L: Listener> Wire<L> {
    pub(super) fn new(stream: L::Stream, link: Arc<Link>) -> Self {
        Self { stream, link }
    }

    /// An upgraded connection belongs to a handler, and is cut here.
    fn check(&self) -> io::Result<()> {
        if self.link.cut.is_cut() {
            return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "shutdown: the time for it is over"));
        }
        Ok(())
    }

    /// Waits together with the handler, so that the cut wakes it. Whether it was cut before that.
    fn wait(&self, register: impl Fn(&Cut) -> bool) -> bool {
        self.link.is_upgraded() && register(&self.link.cut)
    }

    fn written<T>(&self, poll: Poll<io::Result<T>>, context: &Context<'_>) -> Poll<io::Result<T>> {
        if poll.is_pending() && self.wait(|cut| cut.wait_to_write(context.waker())) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        poll
    }
}

/// The stream itself is `Unpin`.
impl<L: Listener> Unpin for Wire<L> {}

impl<L: Listener> AsyncRead for Wire<L> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.check()?;
        let poll = Pin::new(&mut this.stream).poll_read(context, buf);
        if poll.is_pending() {
            if this.link.is_looking() && L::has_unread(&this.stream) {
                this.link.found_unread();
            }
            if this.wait(|cut| cut.wait_to_read(context.waker())) {
                return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
            }
        }
        poll
    }
}

impl<L: Listener> AsyncWrite for Wire<L> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.check()?;
        let poll = Pin::new(&mut this.stream).poll_write(context, buf);
        this.written(poll, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.check()?;
        let poll = Pin::new(&mut this.stream).poll_write_vectored(context, bufs);
        this.written(poll, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let poll = Pin::new(&mut this.stream).poll_flush(context);
        if let Poll::Ready(Ok(())) = poll {
            this.link.flushed();
        }
        this.written(poll, context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl<L: Listener> Drop for Wire<L> {
    fn drop(&mut self) {
        self.link.close();
    }
}
