//! A response's body on its way out.

use std::pin::Pin;
use std::task::{Context, Poll};

use ::axum::body::{Body, Bytes};
use http::header::{HeaderMap, HeaderValue};
use http_body::{Frame, SizeHint};

use crate::BoxError;

use super::counted::Counted;

/// How a body ends that has not come to its own end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ending {
    /// It breaks off, so that the client sees that something is missing.
    Break,
    /// Event streams have no end of their own; the client connects again.
    Events,
    /// By a status.
    Grpc,
}

/// Events that an event stream may still bring once shutdown drains: a word of farewell, but no endless stream that
/// is always ready.
const LAST_EVENTS: u8 = 16;

/// HTTP/2 takes a frame of any length when the client takes a byte, and keeps the rest: given in pieces no longer than
/// its own frames, a body is at its end when the client takes all but the last one.
const PIECE: usize = 16 * 1024;

/// A body that counts as under way until its last frame was taken.
#[derive(Debug)]
pub(super) struct Outgoing {
    body: Body,
    ending: Ending,
    last_events: u8,
    counted: Option<Counted>,
    /// What is left of a frame that HTTP/2 sends in pieces.
    rest: Bytes,
    /// HTTP/2 has had a piece: it is told of the end by itself, once the client has taken what came before.
    in_pieces: bool,
}

impl Outgoing {
    pub(super) fn new(body: Body, ending: Ending, counted: Counted) -> Self {
        let counted = Some(counted);
        Self { body, ending, last_events: LAST_EVENTS, counted, rest: Bytes::new(), in_pieces: false }
    }

    fn is_cut(&self) -> bool {
        self.counted.as_ref().is_some_and(|counted| counted.link().is_cut())
    }

    fn ends_events(&self) -> bool {
        self.ending == Ending::Events && self.counted.as_ref().is_some_and(|counted| counted.link().is_draining())
    }

    fn given(&mut self, frame: Frame<Bytes>) -> Frame<Bytes> {
        if !self.counted.as_ref().is_some_and(|counted| counted.link().is_http2()) {
            return frame;
        }
        match frame.into_data() {
            Ok(data) => {
                self.in_pieces = true;
                self.rest = data;
                self.piece()
            }
            Err(frame) => frame,
        }
    }

    fn piece(&mut self) -> Frame<Bytes> {
        Frame::data(self.rest.split_to(self.rest.len().min(PIECE)))
    }

    /// The end, in place of the rest.
    fn cut(&mut self) -> Option<Result<Frame<Bytes>, BoxError>> {
        self.body = Body::empty();
        drop(self.counted.take());
        match self.ending {
            Ending::Break => Some(Err("shutdown: the time for this response is over".into())),
            Ending::Events => None,
            Ending::Grpc => Some(Ok(Frame::trailers(unavailable()))),
        }
    }
}

/// gRPC's status of a server that goes away; clients may try again elsewhere.
pub(super) fn unavailable() -> HeaderMap {
    let mut trailers = HeaderMap::with_capacity(2);
    trailers.insert("grpc-status", HeaderValue::from_static("14"));
    trailers.insert("grpc-message", HeaderValue::from_static("the server is shutting down"));
    trailers
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        if !this.rest.is_empty() {
            return Poll::Ready(Some(Ok(this.piece())));
        }
        if this.ends_events() {
            if this.last_events == 0 {
                return Poll::Ready(this.cut());
            }
            this.last_events -= 1;
        }
        let frame = Pin::new(&mut this.body).poll_frame(context);
        match frame {
            Poll::Pending if this.is_cut() || this.ends_events() => Poll::Ready(this.cut()),
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(Ok(this.given(frame)))),
            Poll::Ready(last) => {
                drop(this.counted.take());
                Poll::Ready(last.map(|result| result.map_err(Into::into)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        let ends_by_itself = self.in_pieces && self.counted.is_some();
        !ends_by_itself && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
