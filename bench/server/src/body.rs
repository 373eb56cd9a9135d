//! The body of an answer: prepared bytes, whole or in pieces.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// With one piece its length is known; more of them are sent as chunks.
pub struct Prepared {
    pieces: VecDeque<Bytes>,
    length: Option<u64>,
}

impl Prepared {
    pub fn whole(bytes: Bytes) -> Self {
        let length = Some(bytes.len() as u64);
        let pieces = VecDeque::from_iter((!bytes.is_empty()).then_some(bytes));
        Prepared { pieces, length }
    }

    pub fn chunked(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        let pieces = pieces.into_iter().collect();
        Prepared {
            pieces,
            length: None,
        }
    }
}

impl Body for Prepared {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.length
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
